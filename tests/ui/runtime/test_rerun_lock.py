"""Reruns take turns; none waits for long, and none keeps its turn."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from playrec_core.ui.runtime.rerun_lock import turn

FOREVER = 60.0


def test_one_draws_at_a_time():
    inside: list[int] = []

    def draw(number: int) -> int:
        with turn(FOREVER):
            inside.append(number)
            beside = len(inside)
            Event().wait(0.001)  # where another one could step in
            inside.remove(number)
        return beside

    with ThreadPoolExecutor(8) as sessions:
        assert set(sessions.map(draw, range(40))) == {1}


def test_one_that_takes_long_keeps_nobody_waiting():
    done = Event()

    def long_one() -> None:
        with turn(FOREVER):
            began.set()
            assert done.wait(FOREVER), "the other one never came to draw"

    began = Event()
    with ThreadPoolExecutor(1) as sessions:
        long = sessions.submit(long_one)
        assert began.wait(FOREVER)
        with turn(0.01):
            done.set()
        long.result()


def test_a_page_that_fails_gives_its_turn_back():
    with pytest.raises(ZeroDivisionError), turn(FOREVER):
        _ = 1 / 0
    taken = Event()

    def next_one() -> None:
        with turn(FOREVER):
            taken.set()

    with ThreadPoolExecutor(1) as sessions:
        sessions.submit(next_one).result(FOREVER / 2)
    assert taken.is_set()
