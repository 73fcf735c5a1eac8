"""How far a map can be believed: which of a song's true neighbours two dimensions leave next to it.

Songs lie in many dimensions; a map has two, and no layout can keep every neighbourhood. `measure` says for each point
how many it kept, so that a place that misleads can be told from one that does not.
"""

import numpy as np

from playrec_core.numerics.knn import nearest_points, nearest_vectors

NEAREST = 10
"""Neighbours looked at; for fewer than twice as many points, fewer."""
MISLEADING = 0.2
"""Share of kept neighbours up to which a point's place says little about what it is like."""
MOST_RANKED = 5000
_BLOCK_ENTRIES = 4_000_000


def looked_at(n: int, k: int = NEAREST) -> int:
    """How many neighbours are looked at on a map of n points."""
    return min(k, max((n - 1) // 2, 1))


def measure(
    vectors: np.ndarray, points: np.ndarray, near: np.ndarray | None = None, k: int = NEAREST
) -> tuple[np.ndarray, np.ndarray]:
    """What a map keeps of each point's neighbourhood.

    Args:
        vectors: (n, d) float32, of length 1: the full space, in which cosine says what is near.
        points: (n, 2) the map.
        near: (n, >= k + 1) rows from `nearest_vectors`, from somebody who has them already.
        k: neighbours looked at; fewer where there are not ``2 k + 1`` points (`looked_at`).

    Returns:
        kept, (n,) float32 in [0, 1]: of a point's k nearest in the full space, the share that is among its k nearest
        on the map. Their mean is Q_NX(k) of Lee & Verleysen (Neurocomputing 2009). Dealt out at random it would be
        k / (n - 1).

        trust, (n,) float32 in [0, 1]: 1 less the penalty for strangers among its k nearest on the map, each by how
        far down the full space ranks it. Their mean is the trustworthiness of Venna & Kaski (ICANN 2001). nan for
        points not asked: ranks take n * n comparisons, so at most `MOST_RANKED` points are, evenly spread.
    """
    n = len(vectors)
    k = looked_at(n, k)
    if n < 3:
        return np.ones(n, np.float32), np.ones(n, np.float32)
    on_map = nearest_points(points, k)
    truly = nearest_vectors(vectors, k + 1)[0] if near is None else near[:, : k + 1]
    truly = truly[:, 1:]
    kept = np.empty(n, dtype=np.float32)
    for start in range(0, n, 4096):
        part = slice(start, start + 4096)
        kept[part] = (truly[part, :, None] == on_map[part, None, :]).any(axis=2).mean(axis=1)
    asked = np.unique(np.linspace(0, n - 1, min(n, MOST_RANKED)).astype(np.int64))
    trust = np.full(n, np.nan, dtype=np.float32)
    # The most that k strangers, the farthest there are, can cost.
    worst = k * (2 * n - 3 * k - 1) / 2
    trust[asked] = 1 - _penalties(vectors, on_map, asked, k) / worst
    return kept, trust


def _penalties(vectors: np.ndarray, on_map: np.ndarray, asked: np.ndarray, k: int) -> np.ndarray:
    """(m,) by how many ranks each point's map neighbours lie beyond its k nearest in the full space, in sum."""
    found = np.empty(len(asked))
    step = max(_BLOCK_ENTRIES // len(vectors), 1)
    for start in range(0, len(asked), step):
        rows = asked[start : start + step]
        likeness = vectors[rows] @ vectors.T
        likeness[np.arange(len(rows)), rows] = -np.inf
        mine = np.take_along_axis(likeness, on_map[rows], axis=1)
        beyond = np.zeros(len(rows))
        for place in range(k):
            rank = 1 + (likeness > mine[:, place, None]).sum(axis=1)
            beyond += np.maximum(rank - k, 0)
        found[start : start + step] = beyond
    return found
