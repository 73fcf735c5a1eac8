"""An LRU cache of recent scores: ensembles share members, and one list is shown and explained many times."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from playrec_core.schema import Seed

Scores = tuple[np.ndarray, np.ndarray | None]
"""As returned by `playrec_core.models.base.Recommender.score_both`."""


class ScoreCache:
    """A least-recently-used cache of scores, bounded in bytes and safe to share between threads.

    Args:
        limit: bytes of scores to hold.
    """

    def __init__(self, limit: int):
        self._limit, self._size = limit, 0
        self._entries: OrderedDict[tuple[object, object], Scores] = OrderedDict()
        self._lock = threading.Lock()

    def get_or_compute(
        self, model: object, seeds: Sequence[Seed], compute: Callable[[Sequence[Seed]], Scores]
    ) -> Scores:
        """Return ``compute(seeds)``, from the cache where possible. Only single seeds are cached: batches come from
        training, which needs each of them once.

        Args:
            model: the model that computes; part of the key.
            seeds: the seeds to score.
            compute: called on a miss; two threads that miss at the same time both call it.

        Returns:
            The arrays of ``compute``. They are shared, and read-only when cached.
        """
        return self._get((model, seeds[0]), seeds, compute, self._limit) if len(seeds) == 1 else compute(seeds)

    def get_or_compute_batch(
        self, model: object, seeds: Sequence[Seed], compute: Callable[[Sequence[Seed]], np.ndarray]
    ) -> np.ndarray:
        """Like `get_or_compute`, for a batch that is needed again: the occlusions of one seed explain every item of its
        list. A batch larger than an eighth of the limit is not cached, since it would evict almost everything else.
        """
        return self._get((model, tuple(seeds)), seeds, lambda some: (compute(some), None), self._limit // 8)[0]

    def _get(
        self,
        key: tuple[object, object],
        seeds: Sequence[Seed],
        compute: Callable[[Sequence[Seed]], Scores],
        largest: int,
    ) -> Scores:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        found = compute(seeds)
        for scores in found:
            if scores is not None:
                scores.setflags(write=False)
        with self._lock:
            if key not in self._entries and _n_bytes(found) <= largest:
                self._entries[key] = found
                self._size += _n_bytes(found)
            while self._size > self._limit:
                _, oldest = self._entries.popitem(last=False)
                self._size -= _n_bytes(oldest)
        return found


def _n_bytes(scores: Scores) -> int:
    return sum(array.nbytes for array in scores if array is not None)
