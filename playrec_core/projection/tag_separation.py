"""Islands and scattered tags (row M4 of the Melon systems): where on a map of songs a tag lives, as a figure.

The document draws the 100 most played songs of each cluster by t-SNE, each labelled with its most frequent tag, and
sees two things: classical, jazz, worship and new age are islands of their own; "change of mood" and "drive" lie
everywhere, because they go with any music. `tag_islands` measures what it saw. A map bends distances, so a figure from
its coordinates is a statement about the map; neighbours in the map are what t-SNE and UMAP keep best.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.evaluation.intervals import Interval, mean_intervals
from playrec_core.numerics.knn import nearest_points
from playrec_core.numerics.sparse import top_per_row

from .layout import CLUSTER, ITEM, X, Y

TAG = "tag"
FEWEST_POINTS = 10
"""Points that a tag needs for a figure on a cluster map, where a tag stands on a point only if it is its first."""


@dataclass(frozen=True)
class TagIsland:
    """How much a tag keeps to itself on a map.

    Args:
        tag: tag_idx.
        points: how many points carry it.
        share: of a carrier's nearest points, the mean share that carries it too.
        expected: that share if the tag were dealt out to the points at random.
        isolation: (share - expected) / (1 - expected): 0 is scattered as by chance, 1 an island that nothing else
            touches. The interval is over the points that carry the tag; points that lie together share neighbours, so
            it is somewhat too narrow, and where no point has a neighbour of its tag it has no width at all.
    """

    tag: int
    points: int
    share: float
    expected: float
    isolation: Interval


def tag_islands(
    coordinates: np.ndarray, carried: csr_array, *, neighbours: int = 10, min_points: int = 20, seed: int = 0
) -> list[TagIsland]:
    """Every tag that enough points carry, the most isolated first.

    Args:
        coordinates: (n, 2) points on a map.
        carried: (n, n_tags) sparse, anything but 0 where a point carries a tag.
        neighbours: how many nearest points are looked at; for a tag on fewer points only as many as its other points,
            so that a small island can be a whole one.
        min_points: tags on fewer points (at least 2) are left out: their figure would say nothing.
        seed: of the resamples.
    """
    n, least = len(coordinates), max(min_points, 2)
    by_tag = csr_array(carried.T.tocsr())
    sizes = np.diff(by_tag.indptr)
    tags = np.flatnonzero((sizes >= least) & (sizes < n))
    if not len(tags):
        return []
    near = nearest_points(coordinates, min(neighbours, n - 1))
    found = []
    for tag in tags.tolist():
        members = by_tag.indices[by_tag.indptr[tag] : by_tag.indptr[tag + 1]]
        inside = np.zeros(n, dtype=bool)
        inside[members] = True
        size = len(members)
        same = inside[near[members, : size - 1]].mean(axis=1)
        expected = (size - 1) / (n - 1)
        isolation = mean_intervals(((same - expected) / (1 - expected))[:, None], seed=seed)[0]
        found.append(TagIsland(tag, size, float(same.mean()), expected, isolation))
    return sorted(found, key=lambda island: (-island.isolation.mean, island.tag))


def cluster_map(
    dataset: Dataset, clusters: np.ndarray, vectors: np.ndarray, *, per_cluster: int, perplexity: float, seed: int
) -> pa.Table:
    """The document's picture: t-SNE of the most played songs of each cluster, each with its most frequent tag.

    Args:
        dataset: the training part.
        clusters: cluster of each song, of the most popular ones at least.
        vectors: (n_items, d) float32, the space the clusters were made in.
        per_cluster: songs a cluster; 100 in the document. Time grows with the number of points: 2,000 take about 5 s.
        perplexity: of the t-SNE; lowered where there are too few points for it.
        seed: same seed, same machine, same picture.

    Returns:
        One row a point, in popularity order: ``item``, ``cluster``, ``x``, ``y``, and ``tag`` (tag_idx, -1 for a song
        without tags). Songs of no training playlist are left out.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    heard = clusters[: int((dataset.item_counts > 0).sum())]
    by_cluster = np.argsort(heard, kind="stable")
    place = np.arange(len(heard)) - np.searchsorted(heard[by_cluster], heard[by_cluster])
    items = np.sort(by_cluster[place < per_cluster])
    fitting = min(perplexity, max((len(items) - 1) / 3, 1))
    reducer = TSNE(perplexity=fitting, init="pca", random_state=seed, n_jobs=1)
    with threadpool_limits(1):  # for the same picture whatever the threads
        points = reducer.fit_transform(vectors[items])
    return pa.table(
        {
            ITEM: items.astype(np.int32),
            CLUSTER: clusters[items].astype(np.int32),
            X: points[:, 0].astype(np.float32),
            Y: points[:, 1].astype(np.float32),
            TAG: most_frequent_tag(dataset)[items],
        }
    )


def most_frequent_tag(dataset: Dataset) -> np.ndarray:
    """(n_items,) int32: the tag most of a song's playlists carry, the more frequent tag where tags tie; -1 for none."""
    best = top_per_row(dataset.item_tag_counts, 1)
    tags = np.full(dataset.n_items, -1, dtype=np.int32)
    tags[np.flatnonzero(np.diff(best.indptr))] = best.indices
    return tags


def one_tag_each(tags: np.ndarray, n_tags: int) -> csr_array:
    """(n, n_tags) float32: each point's tag as a row for `tag_islands`; -1 gives an empty row."""
    rows = np.flatnonzero(tags >= 0)
    return csr_array((np.ones(len(rows), np.float32), (rows, tags[rows])), shape=(len(tags), n_tags))
