"""Top-k selection: by score, and equal scores by index. Everything that cuts a list of scores uses it.

Items are numbered in popularity order (`playrec_core.data.dataset`), so the smaller index is the item in more training
playlists, or the smaller id among equally popular items.
"""

from collections.abc import Iterable

import numpy as np

from playrec_core.i18n import mark

_BLOCK = 512
TIE_RULE = mark("Equal scores: the one in more training playlists comes first, then the smaller id.")


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Indices of the k highest finite scores, best first; ties go to the smaller index.

    Args:
        scores: (n_items,) float; -inf excludes an item.
        k: length of the list.

    Returns:
        (at most k,) int64; fewer than k where fewer scores are finite.
    """
    k = min(k, len(scores))
    if k <= 0:
        return np.empty(0, dtype=np.int64)
    bound = _lower_bound(scores, k)
    candidates = np.flatnonzero(scores >= bound if np.isfinite(bound) else np.isfinite(scores))
    values = scores[candidates]
    if len(candidates) > k:
        # Keep everything that ties with the k-th, so that the stable sort below breaks ties, not the partition.
        near = values >= np.partition(values, len(values) - k)[len(values) - k]
        candidates, values = candidates[near], values[near]
    return candidates[np.argsort(-values, kind="stable")[:k]]


def _lower_bound(scores: np.ndarray, k: int) -> float:
    """A score that at least k items reach, found in one pass: the k-th highest maximum of blocks.

    A partition of 700,000 scores takes 9 ms; this bound and the selection by it take 0.3 ms.
    """
    n_blocks = len(scores) // _BLOCK
    if n_blocks < k:
        return -np.inf
    highest = scores[: n_blocks * _BLOCK].reshape(n_blocks, _BLOCK).max(axis=1)
    return float(np.partition(highest, n_blocks - k)[n_blocks - k])


def closed(scores: np.ndarray, items: Iterable[int]) -> np.ndarray:
    """Copy scores (n_items,) and set these items to -inf, so that `top_k` excludes them."""
    copy = scores.copy()
    copy[[item for item in items if 0 <= item < len(scores)]] = -np.inf
    return copy
