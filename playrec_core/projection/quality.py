"""Projection quality: how well a 2-D layout preserves the neighbourhoods of the embedding.

No two-dimensional layout can preserve every neighbourhood. `measure` gives a figure for each point, so that unreliable
positions can be told from reliable ones.
"""

import numpy as np

from playrec_core.numerics.knn import nearest_points, nearest_vectors

NEAREST = 10
"""Neighbourhood size; less on maps of fewer than ``2 k + 1`` points."""
MISLEADING = 0.2
"""Share of preserved neighbours up to which a position is called unreliable."""
MOST_RANKED = 5000
_BLOCK_ENTRIES = 4_000_000


def n_neighbours(n: int, k: int = NEAREST) -> int:
    """Neighbourhood size used on a map of n points."""
    return min(k, max((n - 1) // 2, 1))


def measure(
    vectors: np.ndarray, points: np.ndarray, near: np.ndarray | None = None, k: int = NEAREST
) -> tuple[np.ndarray, np.ndarray]:
    """Return the neighbourhood preservation and trustworthiness of each point.

    Args:
        vectors: (n, d) float32 unit vectors: the embedding, compared by cosine similarity.
        points: (n, 2) the layout.
        near: (n, >= k + 1) rows from `nearest_vectors`, if already computed.
        k: neighbourhood size; less for fewer than ``2 k + 1`` points (`n_neighbours`).

    Returns:
        Preservation, (n,) float32 in [0, 1]: the share of a point's k nearest neighbours in the embedding that are
        among its k nearest in the layout. The mean is Q_NX(k) of Lee & Verleysen (Neurocomputing 2009); k / (n - 1)
        is expected for a random layout.

        Trustworthiness, (n,) float32 in [0, 1]: 1 minus a penalty for each of the k nearest in the layout that is not
        among the k nearest in the embedding, by its rank there. The mean is the trustworthiness of Venna & Kaski
        (ICANN 2001). Ranks take n * n comparisons, so at most `MOST_RANKED` evenly spread points have one; nan for
        the others.
    """
    n = len(vectors)
    k = n_neighbours(n, k)
    if n < 3:
        return np.ones(n, np.float32), np.ones(n, np.float32)
    on_map = nearest_points(points, k)
    in_embedding = nearest_vectors(vectors, k + 1)[0] if near is None else near[:, : k + 1]
    in_embedding = in_embedding[:, 1:]
    preservation = np.empty(n, dtype=np.float32)
    for start in range(0, n, 4096):
        part = slice(start, start + 4096)
        preservation[part] = (in_embedding[part, :, None] == on_map[part, None, :]).any(axis=2).mean(axis=1)
    ranked = np.unique(np.linspace(0, n - 1, min(n, MOST_RANKED)).astype(np.int64))
    trustworthiness = np.full(n, np.nan, dtype=np.float32)
    # The penalty if all k are the farthest points of the embedding.
    worst = k * (2 * n - 3 * k - 1) / 2
    trustworthiness[ranked] = 1 - _penalties(vectors, on_map, ranked, k) / worst
    return preservation, trustworthiness


def _penalties(vectors: np.ndarray, on_map: np.ndarray, points: np.ndarray, k: int) -> np.ndarray:
    """(m,) for each point, the sum over its neighbours in the layout of their rank in the embedding beyond k."""
    found = np.empty(len(points))
    step = max(_BLOCK_ENTRIES // len(vectors), 1)
    for start in range(0, len(points), step):
        rows = points[start : start + step]
        similarity = vectors[rows] @ vectors.T
        similarity[np.arange(len(rows)), rows] = -np.inf
        own = np.take_along_axis(similarity, on_map[rows], axis=1)
        beyond = np.zeros(len(rows))
        for place in range(k):
            rank = 1 + (similarity > own[:, place, None]).sum(axis=1)
            beyond += np.maximum(rank - k, 0)
        found[start : start + step] = beyond
    return found
