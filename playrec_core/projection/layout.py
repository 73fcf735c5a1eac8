"""Two-dimensional layouts of songs, clusters, and the labels that distinguish a cluster.

Computed once, in training. Only coordinates are stored, never the UMAP model, which depends on the number of cores.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array, diags_array, hstack

from playrec_core.config import MapConfig
from playrec_core.data.dataset import Dataset
from playrec_core.numerics.knn import nearest_vectors
from playrec_core.schema import GENRES, Progress

from .quality import NEAREST, measure

ITEM, CLUSTER, X, Y = "item", "cluster", "x", "y"
KEPT, TRUST = "kept", "trust"
FEWEST = 10
"""Minimum number of points of a layout."""
DOUBT = 3
"""Pseudo-count (additive smoothing) of playlists without the tag: otherwise an item of a single playlist would have all
its tags with share 1.
"""


@dataclass(frozen=True)
class Label:
    """A tag or genre that is over-represented in a cluster.

    Args:
        text: the tag or genre.
        strength: z-score of the log-odds ratio; values above 2 are unlikely by chance.
        share: its frequency in the cluster: the mean of the items' `item_labels`, 0 to 1.
    """

    text: str
    strength: float
    share: float


@dataclass(frozen=True)
class Share:
    """One label in one cluster.

    Args:
        cluster: number of the cluster.
        strength, share: as in `Label`.
        lift: ``share`` divided by the label's share of the whole map.
    """

    cluster: int
    strength: float
    share: float
    lift: float


def layout(dataset: Dataset, embeddings: np.ndarray, config: MapConfig, seed: int, progress: Progress) -> pa.Table:
    """Return coordinates and clusters of the most popular items.

    Args:
        dataset: the training part.
        embeddings: (n_items, n_factors) float32.
        config: layouts, number of points and clusters.
        seed: random seed; reproducible on the same machine.
        progress: called with the finished fraction.

    Returns:
        One row per point: ``item``, ``cluster``, and for each layout ``<layout>_x``, ``<layout>_y``, and its quality,
        ``<layout>_kept`` and ``<layout>_trust``: preservation and trustworthiness of
        `playrec_core.projection.quality.measure`. Items of no training playlist are left out.
    """
    n = min(config.points, int((dataset.item_counts > 0).sum()))
    vectors = unit(embeddings[:n])
    columns: dict[str, np.ndarray] = {ITEM: np.arange(n, dtype=np.int32), CLUSTER: cluster(vectors, config, seed)}
    near = _nearest(vectors, config)
    for done, name in enumerate(config.layouts, start=1):
        if name == "umap":
            points = _umap(near, vectors, config, seed, config.epochs)
        else:
            points = tsne(vectors, min(config.perplexity, max((n - 1) // 3, 1)), "cosine", seed)
        columns[f"{name}_x"], columns[f"{name}_y"] = points[:, 0].copy(), points[:, 1].copy()
        columns[f"{name}_{KEPT}"], columns[f"{name}_{TRUST}"] = measure(vectors, points, near[0])
        progress(done / len(config.layouts))
    return pa.table(columns)


def other_layout(dataset: Dataset, embeddings: np.ndarray, config: MapConfig, seed: int) -> pa.Table:
    """Return the UMAP layout of another model's embedding, for the most popular items it has vectors for.

    Args:
        dataset, embeddings, seed: as in `layout`.
        config: its ``others`` give the number of points and epochs.

    Returns:
        One row per point, in popularity order: ``item``, ``x``, ``y``, ``kept``, ``trust`` as in `layout`. Items that
        are not on the first map, of no training playlist, or with a zero vector are left out.
    """
    assert config.others is not None
    n = min(config.others.points, config.points, int((dataset.item_counts > 0).sum()))
    vectors = unit(embeddings[:n])
    known = np.flatnonzero(vectors.any(axis=1)).astype(np.int32)
    # UMAP is initialised with eigenvectors of the neighbour graph, which needs more than a few points.
    if len(known) < FEWEST:
        return pa.table({ITEM: known[:0], **{name: np.empty(0, np.float32) for name in (X, Y, KEPT, TRUST)}})
    vectors = np.ascontiguousarray(vectors[known])
    near = _nearest(vectors, config)
    points = _umap(near, vectors, config, seed, config.others.epochs)
    preservation, trust = measure(vectors, points, near[0])
    return pa.table({ITEM: known, X: points[:, 0].copy(), Y: points[:, 1].copy(), KEPT: preservation, TRUST: trust})


def unit(embeddings: np.ndarray) -> np.ndarray:
    """Return (n, d) float32 vectors of length 1; zero vectors stay zero."""
    vectors = np.ascontiguousarray(embeddings, dtype=np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(norms > 0, norms, 1)


def cluster(vectors: np.ndarray, config: MapConfig, seed: int) -> np.ndarray:
    """Return (n,) int32: spherical k-means clusters, numbered by decreasing size."""
    import faiss

    k = max(1, min(config.clusters, len(vectors) // 2))
    means = faiss.Kmeans(vectors.shape[1], k, niter=25, seed=seed, spherical=True, min_points_per_centroid=1)
    means.train(vectors)
    _, nearest = means.index.search(vectors, 1)
    sizes = np.bincount(nearest[:, 0], minlength=k)
    rank = np.empty(k, dtype=np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(k, dtype=np.int32)
    return rank[nearest[:, 0]]


def _nearest(vectors: np.ndarray, config: MapConfig) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours for the layout and for its quality, searched once."""
    return nearest_vectors(vectors, min(max(config.neighbours, NEAREST + 1, 2), len(vectors)))


def _umap(
    near: tuple[np.ndarray, np.ndarray], vectors: np.ndarray, config: MapConfig, seed: int, epochs: int | None
) -> np.ndarray:
    import warnings

    import numba
    import umap
    from threadpoolctl import threadpool_limits

    k = max(min(config.neighbours, len(vectors) - 1), 2)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)  # the order of summation, and so the layout, depends on the number of threads
    with warnings.catch_warnings(), threadpool_limits(1):
        # UMAP warns that a seed implies one thread and precomputed neighbours no `transform`: both are intended.
        warnings.filterwarnings("ignore", module="umap")
        reducer = umap.UMAP(
            n_neighbors=k,
            min_dist=config.min_dist,
            metric="cosine",
            random_state=seed,
            n_epochs=epochs,
            precomputed_knn=(near[0][:, :k], near[1][:, :k]),
        )
        try:
            return np.asarray(reducer.fit_transform(vectors), dtype=np.float32)
        finally:
            numba.set_num_threads(threads)


def tsne(vectors: np.ndarray, perplexity: float, metric: str, seed: int) -> np.ndarray:
    """Return (n, 2) float32: the t-SNE layout of vectors."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    reducer = TSNE(perplexity=perplexity, init="pca", metric=metric, random_state=seed, n_jobs=1)
    with threadpool_limits(1):  # reproducible whatever the number of threads
        return np.asarray(reducer.fit_transform(vectors), dtype=np.float32)


def item_labels(dataset: Dataset, item_tags: csr_array | None = None) -> tuple[csr_array, list[str]]:
    """Return the labels of items: tags and genres.

    Args:
        dataset: the training part.
        item_tags: ``dataset.item_tag_counts``, if already computed.

    Returns:
        (n_items, n_labels) float32 in [0, 1], and the labels' texts. The value of a tag is the share of the item's
        playlists that carry it, smoothed by `DOUBT`; that of a genre is 1.
    """
    rate = diags_array((1 / (dataset.item_counts + DOUBT)).astype(np.float32))
    genres, names = dataset.facet(GENRES)
    together = csr_array(
        hstack([rate @ (dataset.item_tag_counts if item_tags is None else item_tags), genres], format="csr")
    )
    # A genre may be listed twice for an item.
    np.minimum(together.data, 1, out=together.data)
    return together, [*map(str, dataset.tags.ids), *names]


def tag_share(dataset: Dataset, chosen: np.ndarray, carried: np.ndarray) -> np.ndarray:
    """Return (n,) float32: one tag's column of `item_labels`, for some items.

    Args:
        dataset: the training part.
        chosen: (n,) item_idx.
        carried: (n,) number of each one's playlists that carry the tag.
    """
    rate = (1 / (dataset.item_counts[chosen] + DOUBT)).astype(np.float32)
    return np.minimum(rate * carried.astype(np.float32), 1)


def distinguishing(
    membership: np.ndarray, labels: csr_array, names: Sequence[str], n_clusters: int, top: int = 4
) -> list[list[Label]]:
    """Return the distinctive labels of each cluster: by weighted log-odds against the rest, strongest first.

    Args:
        membership: (n,) cluster of each item.
        labels: (n, n_labels) in [0, 1], from `item_labels`.
        names: the labels' texts; a text that occurs twice in any letter case (a tag named like a genre) is
            returned once.
        n_clusters: number of clusters.
        top: labels per cluster.
    """
    n = len(membership)
    one_hot = csr_array((np.ones(n, np.float32), (membership, np.arange(n))), shape=(n_clusters, n))
    inside = np.asarray((one_hot @ labels).todense(), dtype=np.float64)
    sizes = np.bincount(membership, minlength=n_clusters).astype(np.float64)[:, None]
    z = _log_odds(inside, sizes)
    found = []
    for row in range(n_clusters):
        chosen: dict[str, Label] = {}
        for column in map(int, np.argsort(-z[row], kind="stable")):
            if len(chosen) == top or not z[row, column] > 0:
                break
            label = Label(names[column], float(z[row, column]), float(inside[row, column] / sizes[row, 0]))
            chosen.setdefault(label.text.casefold(), label)
        found.append(list(chosen.values()))
    return found


def spread(membership: np.ndarray, carried: np.ndarray, n_clusters: int) -> list[Share]:
    """Return the clusters in which a label is over-represented, the strongest first.

    Args:
        membership: (n,) cluster of each item.
        carried: (n,) the label's column of `item_labels`.
        n_clusters: number of clusters.
    """
    inside = np.bincount(membership, weights=carried, minlength=n_clusters)[:, None]
    sizes = np.bincount(membership, minlength=n_clusters).astype(np.float64)[:, None]
    z = _log_odds(inside, sizes)[:, 0]
    overall = inside.sum() / max(len(membership), 1)
    order = [row for row in np.argsort(-z, kind="stable").tolist() if z[row] > 0]
    shares = [float(inside[row, 0] / sizes[row, 0]) for row in order]
    return [Share(row, float(z[row]), share, share / overall) for row, share in zip(order, shares, strict=True)]


def _log_odds(inside: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """z-scores of the log-odds of each label in each cluster against the rest.

    Monroe, Colaresi & Quinn, "Fightin' Words", Political Analysis 2008, with each label's overall frequency as the
    prior, so that rare labels do not come first as they would by plain lift.

    Args:
        inside: (n_clusters, n_labels) sums of the labels over the cluster's items.
        sizes: (n_clusters, 1) number of items.

    Returns:
        (n_clusters, n_labels) float64; -inf where no item of a cluster has a label.
    """
    n, overall = sizes.sum(), inside.sum(axis=0, keepdims=True)
    # The prior weighs a hundredth of all items, so it dominates in tiny clusters.
    prior, prior_size = overall / 100 + 1e-9, n / 100
    outside, rest = overall - inside, n - sizes
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log((inside + prior) / np.maximum(sizes + prior_size - inside - prior, 1e-9)) - np.log(
            (outside + prior) / np.maximum(rest + prior_size - outside - prior, 1e-9)
        )
        z = log_odds / np.sqrt(1 / (inside + prior) + 1 / (outside + prior))
    return np.where(inside > 0, z, -np.inf)


def in_polygon(points: np.ndarray, x: Sequence[float], y: Sequence[float]) -> np.ndarray:
    """Return (n,) bool: which points lie inside a polygon, by the even-odd rule (a ray to the right crosses it an odd
    number of times).

    Args:
        points: (n, 2) coordinates.
        x, y: coordinates of the corners, in order; the last is joined to the first.
    """
    inside = np.zeros(len(points), dtype=bool)
    corners = list(zip(x, y, strict=True))
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y1 == y2:
            continue
        crosses = (points[:, 1] < y1) != (points[:, 1] < y2)
        inside ^= crosses & (points[:, 0] < x1 + (points[:, 1] - y1) * (x2 - x1) / (y2 - y1))
    return inside
