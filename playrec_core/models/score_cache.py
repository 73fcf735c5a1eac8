"""What models said of the last seeds: several are made of the same others, and one list is asked about many times."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from playrec_core.schema import Seed

Said = tuple[np.ndarray, np.ndarray | None]
"""As `playrec_core.models.base.Recommender.score_both` gives it."""


class ScoreMemory:
    """Keeps the answers asked for last. Safe to share between threads.

    Args:
        limit: bytes of scores kept; the oldest go first.
    """

    def __init__(self, limit: int):
        self._limit, self._held = limit, 0
        self._said: OrderedDict[tuple[object, object], Said] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, model: object, seeds: Sequence[Seed], ask: Callable[[Sequence[Seed]], Said]) -> Said:
        """``ask(seeds)``, or what it gave the last time, for single seeds only: a batch is asked once, by training. The
        arrays are shared, and read-only.

        Args:
            model: who is asked.
            seeds: what about.
            ask: called where nothing is remembered; twice at the most if two threads come at once.
        """
        return self._recall((model, seeds[0]), seeds, ask, self._limit) if len(seeds) == 1 else ask(seeds)

    def scores(self, model: object, seeds: Sequence[Seed], ask: Callable[[Sequence[Seed]], np.ndarray]) -> np.ndarray:
        """``ask(seeds)`` as `recall`, for a batch that is asked about again: one seed's occlusions explain every item
        of its list. A batch of more than an eighth of the limit would push out all else, and is not kept.
        """
        return self._recall((model, tuple(seeds)), seeds, lambda some: (ask(some), None), self._limit // 8)[0]

    def _recall(
        self, key: tuple[object, object], seeds: Sequence[Seed], ask: Callable[[Sequence[Seed]], Said], largest: int
    ) -> Said:
        with self._lock:
            if key in self._said:
                self._said.move_to_end(key)
                return self._said[key]
        said = ask(seeds)
        for scores in said:
            if scores is not None:
                scores.setflags(write=False)
        with self._lock:
            if key not in self._said and _size(said) <= largest:
                self._said[key] = said
                self._held += _size(said)
            while self._held > self._limit:
                _, oldest = self._said.popitem(last=False)
                self._held -= _size(oldest)
        return said


def _size(said: Said) -> int:
    return sum(scores.nbytes for scores in said if scores is not None)
