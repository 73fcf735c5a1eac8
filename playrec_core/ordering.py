"""The order of answers, written once: by score, and equal scores by index.

Because items stand in popularity order (`playrec_core.data.dataset`), the smaller index is the item in more training
playlists, and among those in equally many the smaller id.
"""

from collections.abc import Iterable

import numpy as np

from .language import mark

TIE_RULE = mark("Equal scores: the one in more training playlists comes first, then the smaller id.")


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Indices of the k highest finite scores of one row, best first; ties go to the smaller index.

    Fewer than k come back where fewer scores are finite.
    """
    k = min(k, len(scores))
    if k <= 0:
        return np.empty(0, dtype=np.int64)
    threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
    # Everything that ties with the k-th is kept here, so that the stable sort below decides, not the partition.
    candidates = np.flatnonzero(scores >= threshold if np.isfinite(threshold) else np.isfinite(scores))
    return candidates[np.argsort(-scores[candidates], kind="stable")[:k]]


def closed(scores: np.ndarray, items: Iterable[int]) -> np.ndarray:
    """A copy of one row of scores in which these items, the seed's own for one, cannot be answered."""
    copy = scores.copy()
    copy[[item for item in items if 0 <= item < len(scores)]] = -np.inf
    return copy
