"""Exact nearest neighbours: of vectors by cosine, and of points on a map by distance."""

import numpy as np


def nearest_vectors(vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Exact neighbours of unit vectors, each its own first neighbour.

    UMAP's own search is approximate and compiles itself for 30 s at first use; for 50 k points this takes 20 s.

    Args:
        vectors: (n, d) float32, of length 1.
        k: neighbours, the point itself counted.

    Returns:
        (n, k) int32 rows and (n, k) float32 cosine distances, nearest first.
    """
    import faiss

    likeness, nearest = faiss.knn(vectors, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
    own = np.arange(len(vectors))[:, None]
    # Equal vectors can push a point off the first place of its own list: move it back there.
    others_first = np.argsort(nearest != own, axis=1, kind="stable")
    nearest = np.take_along_axis(nearest, others_first, axis=1)
    distances = np.maximum(1 - np.take_along_axis(likeness, others_first, axis=1), 0)
    nearest[:, 0], distances[:, 0] = own[:, 0], 0
    return nearest.astype(np.int32), distances.astype(np.float32)


def nearest_points(coordinates: np.ndarray, k: int) -> np.ndarray:
    """(n, k) the nearest other points of each point, nearest first.

    Args:
        coordinates: (n, 2), n > k.
        k: neighbours, the point itself left out.
    """
    from scipy.spatial import cKDTree

    _, near = cKDTree(coordinates).query(coordinates, k + 1)
    # Among points on the same spot a point need not be its own first neighbour, nor one at all.
    own = near == np.arange(len(coordinates))[:, None]
    own[~own.any(axis=1), -1] = True
    return near[~own].reshape(len(coordinates), k)
