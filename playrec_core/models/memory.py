"""What models said of the last seeds: several are made of the same others, which one page would else ask again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from ..schema import Seed

Said = tuple[np.ndarray, np.ndarray | None]
"""As `playrec_core.models.base.Recommender.score_both` gives it."""


class ScoreMemory:
    """Keeps the answers asked for last, single seeds only: a batch is asked once, by training. Safe to share between
    threads.

    Args:
        limit: bytes of scores kept; the oldest go first.
    """

    def __init__(self, limit: int):
        self._limit, self._held = limit, 0
        self._said: OrderedDict[tuple[object, Seed], Said] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, model: object, seeds: Sequence[Seed], ask: Callable[[Sequence[Seed]], Said]) -> Said:
        """``ask(seeds)``, or what it gave the last time; the arrays are shared, and read-only.

        Args:
            model: who is asked.
            seeds: what about.
            ask: called where nothing is remembered; twice at the most if two threads come at once.
        """
        if len(seeds) != 1:
            return ask(seeds)
        key = (model, seeds[0])
        with self._lock:
            if key in self._said:
                self._said.move_to_end(key)
                return self._said[key]
        said = ask(seeds)
        for scores in said:
            if scores is not None:
                scores.setflags(write=False)
        with self._lock:
            if key not in self._said:
                self._said[key] = said
                self._held += _size(said)
            while self._held > self._limit:
                _, oldest = self._said.popitem(last=False)
                self._held -= _size(oldest)
        return said


def _size(said: Said) -> int:
    return sum(scores.nbytes for scores in said if scores is not None)
