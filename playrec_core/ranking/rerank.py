"""Re-ranking of a model's recommendations: a popularity penalty and diversification.

Both use only the recommended items, so they work with any model, and scores scaled to 0 to 1, because the scales of
different models are not comparable.
"""

import numpy as np


def unit(values: np.ndarray) -> np.ndarray:
    """Min-max scaling to [0, 1], (n,) float64; all 1 if the values are equal."""
    values = np.asarray(values, dtype=np.float64)
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.ones(len(values))


def penalised(scores: np.ndarray, counts: np.ndarray, penalty: float) -> np.ndarray:
    """Popularity-penalised scores: ``unit(score) - penalty * unit(log(1 + count))``, (n,) float64.

    Args:
        scores: (n,) scores of one model.
        counts: (n,) training playlists that contain each item.
        penalty: weight of popularity; 0 keeps the order.
    """
    return unit(scores) - penalty * unit(np.log1p(counts))


def similarity(vectors: np.ndarray) -> np.ndarray:
    """Cosine similarity of the rows, (n, n) float64; a row of zeros is similar only to itself."""
    vectors = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    found = vectors @ vectors.T
    np.fill_diagonal(found, 1.0)
    return found


def mmr(relevance: np.ndarray, similarities: np.ndarray, diversity: float) -> np.ndarray:
    """Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): repeatedly choose the item with the highest
    ``(1 - diversity) * relevance - diversity * (highest similarity to a chosen item)``.

    Args:
        relevance: (n,) float, 0 to 1.
        similarities: (n, n) float, from `similarity`.
        diversity: 0 (relevance only) to 1 (dissimilarity only).

    Returns:
        (n,) int64: indices into the old order, best first; ties keep the old order.
    """
    left = np.ones(len(relevance), dtype=bool)
    nearest = np.zeros(len(relevance))
    order = []
    for _ in range(len(relevance)):
        value = np.where(left, (1 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(np.argmax(value))
        order.append(best)
        left[best] = False
        row = similarities[best]
        nearest = row.copy() if len(order) == 1 else np.maximum(nearest, row)
    return np.array(order, dtype=np.int64)


def rerank(
    scores: np.ndarray, counts: np.ndarray, vectors: np.ndarray, *, penalty: float = 0.0, diversity: float = 0.0
) -> np.ndarray:
    """Return a new order of the recommendations: popularity penalty first, then diversification.

    Args:
        scores: (n,) scores of the recommended items, best first.
        counts: (n,) training playlists that contain each.
        vectors: (n, d) embeddings for the similarity.
        penalty: as in `penalised`.
        diversity: as in `mmr`.

    Returns:
        (n,) int64: indices into the old order, best first; unchanged if both are 0.
    """
    if not penalty and not diversity:
        return np.arange(len(scores))
    return mmr(unit(penalised(scores, counts, penalty)), similarity(vectors), diversity)


def variety(vectors: np.ndarray) -> float:
    """Intra-list diversity (Ziegler et al., WWW 2005): mean of 1 - cosine over all pairs of rows; NaN below two."""
    n = len(vectors)
    if n < 2:
        return float("nan")
    similarities = similarity(vectors)
    return float(1 - (similarities.sum() - n) / (n * (n - 1)))
