"""Exact nearest neighbours: of vectors by cosine, and of points on a map by distance."""

import numpy as np

_BLOCK = 4096


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

    _, nearest = faiss.knn(vectors, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
    # The last bits of faiss's products depend on how many threads share them, and a layout on those bits.
    likeness = np.empty(nearest.shape, dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        part = slice(start, start + _BLOCK)
        likeness[part] = np.einsum("ij,ikj->ik", vectors[part], vectors[nearest[part]])
    own = np.arange(len(vectors))[:, None]
    # Equal vectors can push a point off the first place of its own list: move it back there.
    order = np.lexsort((nearest, -likeness, nearest != own), axis=1)
    nearest = np.take_along_axis(nearest, order, axis=1)
    distances = np.maximum(1 - np.take_along_axis(likeness, order, axis=1), 0)
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
