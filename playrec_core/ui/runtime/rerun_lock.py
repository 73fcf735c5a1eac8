"""Reruns one after another, not all at once.

Python runs one thread at a time. Two reruns of 40 ms side by side are both done after 80; one after the other the
first is done after 40 and the second no later. With fifty sessions on two cores the slowest twentieth of the reruns
take half as long (docs/decisions/005-one-rerun-at-a-time.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

PATIENCE = 0.3
"""Seconds a rerun waits for its turn: many an ordinary rerun, and little beside one that takes seconds."""

_turn = Lock()


@contextmanager
def turn(patience: float = PATIENCE) -> Iterator[None]:
    """Wait until no other rerun draws, but not long: one that takes its time (a run being opened, models being
    trained) does not keep the others from being drawn beside it.
    """
    mine = _turn.acquire(timeout=patience)
    try:
        yield
    finally:
        if mine:
            _turn.release()
