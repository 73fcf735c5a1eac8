"""Results live as long as their run: asked for once, forgotten with it, even behind `gc.freeze`."""

import gc
import threading
import weakref
from pathlib import Path

import pytest

from playrec_core.schema import Query, Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import ResultCache, per_run


class FakeRun:
    def __init__(self) -> None:
        self.results = ResultCache()


def test_a_result_is_computed_once_per_run_and_arguments():
    calls = []

    @per_run(8)
    def double(run: FakeRun, n: int, _big: list[int]) -> int:
        calls.append((run, n))
        return 2 * n

    one, other = FakeRun(), FakeRun()
    assert [double(one, 3, [1]), double(one, 3, [2]), double(other, 3, [1]), double(one, 4, [1])] == [6, 6, 6, 8]
    assert calls == [(one, 3), (other, 3), (one, 4)]


def test_the_oldest_result_is_forgotten():
    calls = []

    @per_run(2)
    def same(run: FakeRun, n: int) -> int:
        calls.append(n)
        return n

    run = FakeRun()
    for n in (1, 2, 1, 3, 1, 2):
        same(run, n)
    assert calls == [1, 2, 3, 2]


def test_threads_that_ask_together_compute_once():
    cache, calls, ready = ResultCache(), [], threading.Barrier(4)

    def make() -> int:
        calls.append(1)
        return 7

    def ask() -> None:
        ready.wait()
        assert cache.get("group", "key", make, 4) == 7

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_an_error_is_not_kept():
    cache, answers = ResultCache(), iter([ValueError("once"), 3])

    def make() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ValueError, match="once"):
        cache.get("group", "key", make, 4)
    assert cache.get("group", "key", make, 4) == 3


def test_a_closed_run_is_freed_though_loaded_objects_are_frozen(demo_run: Path):
    """Caches on a run, or a reference cycle through it, once kept every run that was opened."""
    run = LoadedRun.open(demo_run)
    run.recommend(Query(Seed((0, 1))), ["popularity", "als"], k=5)
    assert run.maps.exist
    assert run.maps.size
    gone = weakref.ref(run)
    gc.freeze()
    try:
        del run
        assert gone() is None
    finally:
        gc.unfreeze()


def test_recommendations_of_a_query_are_those_of_each_model(demo_run: Path):
    run = LoadedRun.open(demo_run)
    query = run.query(Seed((3, 5)), excluded=(7,))
    found = run.recommend(query, ["als", "popularity"], k=5, n_tags=3)
    assert list(found) == ["als", "popularity"]
    for name, ranked in found.items():
        alone = run.recommend_one(name, query.seed, k=5, n_tags=3, banned=(7,))
        assert ranked.items.tolist() == alone.items.tolist()
        assert 7 not in ranked.items
    assert run.recommend(query, ["als"], k=5, n_tags=3)["als"] is found["als"]


def test_a_query_of_a_held_out_playlist_has_its_date(demo_run: Path):
    run = LoadedRun.open(demo_run)
    held_out = run.held_out_playlist(3)
    assert held_out.seed.updated
    asked = Seed((*held_out.seed.songs, 1), held_out.seed.tags)
    assert run.query(asked, held_out=held_out.id).seed.updated == held_out.seed.updated
    assert not run.query(asked).seed.updated


def test_a_query_of_a_held_out_playlist_has_its_weights_until_it_is_changed(demo_run: Path):
    run = LoadedRun.open(demo_run)
    held_out = run.held_out_playlist(3)
    asked = Seed(held_out.seed.songs, held_out.seed.tags, held_out.seed.title)
    query = run.query(asked, held_out=held_out.id)
    assert query.unchanged
    assert query.seed == held_out.seed
    assert query.held_out == held_out
    changed = run.query(Seed((*asked.songs, 1), asked.tags, asked.title), held_out=held_out.id)
    assert not changed.unchanged
    assert changed.held_out == held_out
    assert not run.query(asked, excluded=(2,), held_out=held_out.id).unchanged
    assert run.query(asked, held_out="no such id").held_out is None
