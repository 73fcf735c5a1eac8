"""Searches against brute force, and every result against the model itself."""

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.explain.attribution import rank_of, without
from playrec_core.explain.counterfactuals import fewest, helpers, smallest_addition, smallest_removal
from playrec_core.models.base import Recommender
from playrec_core.models.common.item_weights import ItemWeights
from playrec_core.schema import Seed

N = 14


class Weights(ItemWeights):
    """A linear model of given weights."""

    @classmethod
    def of(cls, weights: np.ndarray) -> "Weights":
        model = cls(Frozen())
        model.weights = csr_array(weights.astype(np.float32))
        return model

    def fit(self, *args, **kwargs) -> None: ...


class Unknown(Weights):
    """The same scores without linear weights or explanations."""

    def linear_weights(self) -> None:  # type: ignore[override]
        return None

    def explain(self, seed: Seed, item: int) -> None:  # type: ignore[override]
        return None


@pytest.fixture(params=range(12))
def world(request) -> tuple[np.ndarray, Seed]:
    """Sparse weights, some negative, two items always tied; and a seed, every third with confidences."""
    rng = np.random.default_rng(request.param)
    weights = rng.normal(0.3, 1, (N, N)) * (rng.random((N, N)) < 0.6)
    weights[:, 9] = weights[:, 5]
    np.fill_diagonal(weights, 0)
    songs = tuple(rng.choice(N, 6, replace=False).tolist())
    confidences = tuple(np.round(rng.uniform(0.2, 3, 6), 1).tolist()) if request.param % 3 == 0 else ()
    return weights, Seed(songs, weights=confidences)


def place_of(model: Recommender, seed: Seed, item: int, closed: tuple[int, ...]) -> int | None:
    return rank_of(model.score([seed])[0], item, closed)


def out(place: int | None, k: int) -> bool:
    return place is None or place > k


def brute_removal(model: Recommender, seed: Seed, item: int, k: int) -> int | None:
    """Size of the smallest set with the effect, by trying all."""
    for size in range(1, len(seed.songs) + 1):
        for places in combinations(range(len(seed.songs)), size):
            if out(place_of(model, without(seed, *places), item, seed.songs), k):
                return size
    return None


def brute_addition(model: Recommender, seed: Seed, item: int, k: int, most: int) -> int | None:
    free = [one for one in range(N) if one != item and one not in seed.songs]
    for size in range(1, most + 1):
        for added in combinations(free, size):
            songs = (*seed.songs, *added)
            weights = (*seed.weights, *[1.0] * size) if seed.weights else ()
            if not out(place_of(model, Seed(songs, weights=weights), item, songs), k):
                return size
    return None


@pytest.mark.parametrize("k", [1, 3])
def test_the_removal_found_is_minimal_and_has_the_effect(world, k: int):
    weights, seed = world
    model = Weights.of(weights)
    for item in range(N):
        place = place_of(model, seed, item, seed.songs)
        found = smallest_removal(model, seed, item, k)
        if item in seed.songs:
            continue
        if out(place, k):
            assert found is None
            continue
        size = brute_removal(model, seed, item, k)
        assert (found is None) == (size is None)
        if found is not None:
            assert len(found.songs) == size
            assert found.smallest
            for songs in (found.songs, *found.others):
                assert len(songs) == size
                places = [seed.songs.index(song) for song in songs]
                after = place_of(model, without(seed, *places), item, seed.songs)
                assert out(after, k)
                if songs == found.songs:
                    assert after == found.place


@pytest.mark.parametrize("k", [1, 3])
def test_the_addition_found_is_minimal_and_has_the_effect(world, k: int):
    weights, seed = world
    model = Weights.of(weights)
    for item in sorted(set(range(N)) - set(seed.songs)):
        found = smallest_addition(model, seed, item, k, [])
        if not out(place_of(model, seed, item, seed.songs), k):
            assert found is None
            continue
        size = brute_addition(model, seed, item, k, 4)
        assert (found is None) == (size is None)
        if found is not None:
            assert len(found.songs) == size
            assert found.smallest
            songs = (*seed.songs, *found.songs)
            more = (*seed.weights, *[1.0] * len(found.songs)) if seed.weights else ()
            assert place_of(model, Seed(songs, weights=more), item, songs) == found.place
            assert found.place is not None
            assert found.place <= k


def test_a_black_box_model_is_searched_greedily_without_false_proofs(world):
    weights, seed = world
    model, open_model = Unknown.of(weights), Weights.of(weights)
    free = [one for one in range(N) if one not in seed.songs]
    for item in free:
        exact, greedy = (smallest_removal(one, seed, item, 2) for one in (open_model, model))
        assert (exact is None) == (greedy is None)
        if exact and greedy:
            assert len(greedy.songs) >= len(exact.songs)
            assert not greedy.smallest or len(greedy.songs) == len(exact.songs)
            places = [seed.songs.index(song) for song in greedy.songs]
            assert out(place_of(model, without(seed, *places), item, seed.songs), 2)
        exact, greedy = (smallest_addition(one, seed, item, 2, free) for one in (open_model, model))
        if greedy:
            assert exact
            assert not greedy.smallest or len(greedy.songs) == len(exact.songs)
            assert place_of(model, Seed((*seed.songs, *greedy.songs), weights=()), item, seed.songs) or seed.weights


def test_excluded_items_are_neither_added_nor_rivals():
    weights = np.zeros((4, 4))
    weights[0, 1], weights[0, 2] = 2, 1  # seed song 0 scores 1 above 2
    weights[3, 2] = 5
    model, seed = Weights.of(weights), Seed((0,))
    assert smallest_addition(model, seed, 2, 1, [3]).songs == (1,)  # type: ignore[union-attr]
    assert smallest_addition(model, seed, 2, 1, [3], banned=[1]) is None
    assert smallest_removal(model, seed, 2, 1, banned=[1]).songs == (0,)  # type: ignore[union-attr]


def test_popularity_does_not_depend_on_the_seed(demo_run):
    from playrec_core.serving.loaded_run import LoadedRun

    assert smallest_removal(LoadedRun.open(demo_run).model("popularity"), Seed((5, 6, 7)), 0, 10) is None


@pytest.mark.parametrize("chance", range(20))
def test_fewest_agrees_with_trying_all_sets(chance: int):
    rng = np.random.default_rng(chance)
    gains, need = rng.normal(0, 1, (8, 6)), rng.uniform(0, 3, 6)
    count = int(rng.integers(1, 6))

    def does(rows: tuple[int, ...]) -> bool:
        return int((gains[list(rows)].sum(axis=0) > need).sum()) >= count

    sizes = [size for size in range(1, 9) if any(does(rows) for rows in combinations(range(8), size))]
    found, proven = fewest(gains, need, count, does, 8, wanted=1000)
    if not sizes:
        assert (found, proven) == ([], 8)
    else:
        assert proven == sizes[0] - 1
        assert set(found) == {rows for rows in combinations(range(8), sizes[0]) if does(rows)}


def test_an_abandoned_search_claims_only_what_it_proved():
    rng = np.random.default_rng(0)
    gains = rng.uniform(0, 1, (30, 5))
    found, proven = fewest(gains, np.full(5, 6.0), 5, lambda _: True, 30, cells=1000)
    assert found == []
    assert proven < 30


@pytest.mark.parametrize("name", ["item-knn", "ease", "slim", "rp3beta", "sparse-ease", "als", "vae", "gru4rec"])
def test_results_on_a_trained_run_are_verified(demo_run, name: str):
    from playrec_core.serving.loaded_run import LoadedRun

    run = LoadedRun.open(demo_run)
    model = run.model(name)
    for seed in [one for one in run.held_out.seeds if len(one.songs) >= 4][:4]:
        answer = run.recommend_one(name, seed, k=40).items.tolist()
        lost = smallest_removal(model, seed, answer[2], 5)
        if lost:
            places = [seed.songs.index(song) for song in lost.songs]
            again = run.recommend_one(name, without(seed, *places), k=5, banned=seed.songs)
            assert answer[2] not in again.items[again.sources == 0]
        wanted = answer[25]
        won = smallest_addition(model, seed, wanted, 5, helpers(model, run.dataset.interactions, wanted, 24))
        if won:
            weights = (*seed.weights, *[1.0] * len(won.songs)) if seed.weights else ()
            more = Seed((*seed.songs, *won.songs), seed.tags, seed.title, weights)
            assert wanted in run.recommend_one(name, more, k=5).items


def test_helpers_are_neighbours_in_the_model_or_co_occur():
    model = Weights.of(np.diag([0.5, 0.5], 1)[:3, :3])
    interactions = csr_array(np.array([[1, 1, 0], [1, 0, 1], [1, 0, 1]], dtype=np.float32))
    assert helpers(model, interactions, 0, 5) == [1, 2]
    assert helpers(model, interactions, 2, 5) == [0]
