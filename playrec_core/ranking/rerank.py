"""A model's answer put in another order, without asking it anew: less of what everybody plays, more variety.

Both work on the answered items alone, so they go with any model, and on scores brought to 0 to 1, because the models'
own scales do not compare.
"""

import numpy as np


def unit(values: np.ndarray) -> np.ndarray:
    """(n,) float64: the values stretched to 0 to 1; all 1 where they are equal."""
    values = np.asarray(values, dtype=np.float64)
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.ones(len(values))


def penalised(scores: np.ndarray, counts: np.ndarray, penalty: float) -> np.ndarray:
    """Scores less what popularity explains of them: ``unit(score) - penalty * unit(log(1 + count))``.

    Args:
        scores: (n,) of one model.
        counts: (n,) training playlists that hold each item; on a log scale, because popularity is.
        penalty: 0 leaves the order as it is.
    """
    return unit(scores) - penalty * unit(np.log1p(counts))


def likeness(vectors: np.ndarray) -> np.ndarray:
    """(n, n) float64 cosines of the rows; a row of zeros is like nothing, itself alone."""
    vectors = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    found = vectors @ vectors.T
    np.fill_diagonal(found, 1.0)
    return found


def mmr(relevance: np.ndarray, alike: np.ndarray, diversity: float) -> np.ndarray:
    """Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each place goes to the item with the highest
    ``(1 - diversity) * relevance - diversity * likeness to the most alike one already chosen``.

    Args:
        relevance: (n,) float, 0 to 1.
        alike: (n, n) float, from `likeness`.
        diversity: 0 (by relevance alone) to 1 (by difference alone).

    Returns:
        (n,) int64: every place of the old order, best first; ties go to the earlier one.
    """
    left = np.ones(len(relevance), dtype=bool)
    nearest = np.zeros(len(relevance))
    order = []
    for _ in range(len(relevance)):
        value = np.where(left, (1 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(np.argmax(value))
        order.append(best)
        left[best] = False
        nearest = alike[best].copy() if len(order) == 1 else np.maximum(nearest, alike[best])
    return np.array(order, dtype=np.int64)


def rerank(
    scores: np.ndarray, counts: np.ndarray, vectors: np.ndarray, *, penalty: float = 0.0, diversity: float = 0.0
) -> np.ndarray:
    """The new order of an answer: popularity penalised, then diversified.

    Args:
        scores: (n,) of the answered items, best first.
        counts: (n,) training playlists that hold each.
        vectors: (n, d) in which likeness is measured.
        penalty: as in `penalised`.
        diversity: as in `mmr`.

    Returns:
        (n,) int64: places of the old order, best first; the old order itself where both are 0.
    """
    if not penalty and not diversity:
        return np.arange(len(scores))
    return mmr(unit(penalised(scores, counts, penalty)), likeness(vectors), diversity)


def variety(vectors: np.ndarray) -> float:
    """Mean of 1 - cosine over all pairs of rows (Ziegler et al., WWW 2005, intra-list dissimilarity); nan below two."""
    n = len(vectors)
    if n < 2:
        return float("nan")
    alike = likeness(vectors)
    return float(1 - (alike.sum() - n) / (n * (n - 1)))
