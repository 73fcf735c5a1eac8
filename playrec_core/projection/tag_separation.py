"""Separation of tags on a map of songs: which form clusters of their own, and which are scattered.

The Melon systems (docs/sources/melon-systems.md) draw the 100 most popular songs of each cluster by t-SNE, each
labelled with its most frequent tag, and observe that classical, jazz, worship and new age form clusters of their own,
while "change of mood" and "drive" are scattered over all of them. `tag_separations` measures this. It compares
neighbours only, because t-SNE and UMAP preserve neighbourhoods but distort distances.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.evaluation.intervals import Interval, mean_intervals
from playrec_core.numerics.knn import nearest_points
from playrec_core.numerics.sparse import top_per_row

from .layout import CLUSTER, ITEM, X, Y, tsne

TAG = "tag"
FEWEST_POINTS = 10
"""Minimum number of points of a tag on a cluster map, where each point has its most frequent tag only."""


@dataclass(frozen=True)
class TagSeparation:
    """How well a tag is separated from others on a map.

    Args:
        tag: tag_idx.
        points: number of points with the tag.
        share: mean share of the nearest points of a point with the tag that also have it.
        expected: that share if the tag were assigned to points at random.
        isolation: (share - expected) / (1 - expected): 0 for a tag scattered at random, 1 for a cluster with no other
            point in it. The interval is over the points with the tag. Points close together share neighbours, so it
            is somewhat too narrow; it has width 0 where no point has a neighbour with its tag.
    """

    tag: int
    points: int
    share: float
    expected: float
    isolation: Interval


def tag_separations(
    coordinates: np.ndarray, carried: csr_array, *, neighbours: int = 10, min_points: int = 20, seed: int = 0
) -> list[TagSeparation]:
    """Return the separation of every tag on enough points, the best separated first.

    Args:
        coordinates: (n, 2) points on a map.
        carried: (n, n_tags) sparse, non-zero where a point has a tag.
        neighbours: neighbourhood size; for a tag on fewer points, the number of its other points, so that small
            clusters can reach 1 as well.
        min_points: tags on fewer points (at least 2) are left out.
        seed: of the bootstrap.
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
        found.append(TagSeparation(tag, size, float(same.mean()), expected, isolation))
    return sorted(found, key=lambda one: (-one.isolation.mean, one.tag))


def cluster_map(
    dataset: Dataset, clusters: np.ndarray, vectors: np.ndarray, *, per_cluster: int, perplexity: float, seed: int
) -> pa.Table:
    """Return the t-SNE layout of the most popular songs of each cluster, each with its most frequent tag.

    Args:
        dataset: the training part.
        clusters: cluster of each song, at least of the most popular ones.
        vectors: (n_items, d) float32, the vectors that were clustered.
        per_cluster: songs per cluster; 100 in the Melon systems. 2,000 points take about 5 s.
        perplexity: of the t-SNE; lowered for few points.
        seed: random seed; reproducible on the same machine.

    Returns:
        One row per point, in popularity order: ``item``, ``cluster``, ``x``, ``y``, and ``tag`` (tag_idx, -1 for a song
        without tags). Songs of no training playlist are left out.
    """
    in_training = clusters[: int((dataset.item_counts > 0).sum())]
    by_cluster = np.argsort(in_training, kind="stable")
    rank = np.arange(len(in_training)) - np.searchsorted(in_training[by_cluster], in_training[by_cluster])
    items = np.sort(by_cluster[rank < per_cluster])
    points = tsne(vectors[items], min(perplexity, max((len(items) - 1) / 3, 1)), "euclidean", seed)
    return pa.table(
        {
            ITEM: items.astype(np.int32),
            CLUSTER: clusters[items].astype(np.int32),
            X: points[:, 0].copy(),
            Y: points[:, 1].copy(),
            TAG: most_frequent_tag(dataset)[items],
        }
    )


def most_frequent_tag(dataset: Dataset) -> np.ndarray:
    """Return (n_items,) int32: the tag of most of a song's playlists, ties to the more frequent tag; -1: none."""
    best = top_per_row(dataset.item_tag_counts, 1)
    tags = np.full(dataset.n_items, -1, dtype=np.int32)
    tags[np.flatnonzero(np.diff(best.indptr))] = best.indices
    return tags


def one_tag_each(tags: np.ndarray, n_tags: int) -> csr_array:
    """Return (n, n_tags) float32: one-hot rows of each point's tag for `tag_separations`; -1 gives an empty row."""
    rows = np.flatnonzero(tags >= 0)
    return csr_array((np.ones(len(rows), np.float32), (rows, tags[rows])), shape=(len(tags), n_tags))
