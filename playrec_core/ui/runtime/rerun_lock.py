"""A lock that runs reruns one after another.

Python runs one thread at a time. Two reruns of 40 ms side by side both take 80; one after the other, the first takes 40
and the second no longer than before. With fifty sessions on two cores this halves the 95th percentile
(docs/decisions/005-one-rerun-at-a-time.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

PATIENCE = 0.3
"""Seconds a rerun waits at most: long beside most reruns, short beside one that takes seconds."""

_turn = Lock()


@contextmanager
def turn(patience: float = PATIENCE) -> Iterator[None]:
    """Wait for the other reruns, but only briefly: a slow one, which opens a run for example, must not delay the
    rest.
    """
    mine = _turn.acquire(timeout=patience)
    try:
        yield
    finally:
        if mine:
            _turn.release()
