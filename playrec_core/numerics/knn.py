"""Exact nearest neighbours: of vectors by cosine similarity, and of 2-D points by Euclidean distance."""

import numpy as np

_BLOCK = 4096


def nearest_vectors(vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Exact nearest neighbours of unit vectors; each vector is its own first neighbour.

    UMAP's own search is approximate and takes 30 s to compile at first use; for 50 k points this takes 20 s.

    Args:
        vectors: (n, d) float32, of length 1.
        k: number of neighbours, including the vector itself.

    Returns:
        (n, k) int32 rows and (n, k) float32 cosine distances, nearest first.
    """
    import faiss

    _, nearest = faiss.knn(vectors, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
    # The last bits of faiss's products depend on the number of threads, and the layout depends on those bits.
    similarity = np.empty(nearest.shape, dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        part = slice(start, start + _BLOCK)
        similarity[part] = np.einsum("ij,ikj->ik", vectors[part], vectors[nearest[part]])
    own = np.arange(len(vectors))[:, None]
    # With equal vectors, a vector may not come first in its own list: move it back there.
    order = np.lexsort((nearest, -similarity, nearest != own), axis=1)
    nearest = np.take_along_axis(nearest, order, axis=1)
    distances = np.maximum(1 - np.take_along_axis(similarity, order, axis=1), 0)
    nearest[:, 0], distances[:, 0] = own[:, 0], 0
    return nearest.astype(np.int32), distances.astype(np.float32)


def nearest_points(coordinates: np.ndarray, k: int) -> np.ndarray:
    """Exact nearest neighbours of 2-D points, each point itself excluded.

    Args:
        coordinates: (n, 2) float, n > k.
        k: number of neighbours.

    Returns:
        (n, k) int64 rows, nearest first.
    """
    from scipy.spatial import cKDTree

    _, near = cKDTree(coordinates).query(coordinates, k + 1)
    # A point that coincides with others need not be its own first neighbour, or among the k + 1 at all.
    own = near == np.arange(len(coordinates))[:, None]
    own[~own.any(axis=1), -1] = True
    return near[~own].reshape(len(coordinates), k)
