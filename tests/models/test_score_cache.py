"""Scores of single seeds are cached up to a limit and equal the uncached scores."""

import numpy as np
import pytest

from playrec_core.models.score_cache import ScoreCache
from playrec_core.schema import Seed
from playrec_core.testing.planted import fitted, planted

TABLES = {
    "popularity": {},
    "playlist-knn": {"neighbours": 20, "amplification": 1.0, "idf": 1.0, "vote_idf": 0.0},
    "rank-vote": {"depth": 12, "weights": {"popularity": 1.0, "playlist-knn": 2.0}},
}


class Counting:
    """A scoring function that counts its calls; every score is the seed's first song."""

    def __init__(self, n: int = 4):
        self.n, self.calls = n, 0

    def __call__(self, seeds):
        self.calls += 1
        return np.full((len(seeds), self.n), seeds[0].songs[0], np.float32), None


def test_a_seed_is_scored_once_per_model():
    cache, compute = ScoreCache(1000), Counting()
    first, second = object(), object()
    for model in (first, second, first, second):
        scores, tags = cache.get_or_compute(model, [Seed((3,))], compute)
        assert scores.tolist() == [[3, 3, 3, 3]]
        assert tags is None
    assert compute.calls == 2


def test_the_least_recently_used_are_evicted():
    cache, compute = ScoreCache(2 * 4 * 4), Counting()
    model = object()
    for song in (1, 2, 1, 3, 1):  # 2 is the least recently used when 3 comes
        cache.get_or_compute(model, [Seed((song,))], compute)
    assert compute.calls == 3
    cache.get_or_compute(model, [Seed((2,))], compute)
    assert compute.calls == 4


def test_scores_larger_than_the_limit_are_returned_but_not_cached():
    cache, compute = ScoreCache(8), Counting()
    for _ in range(2):
        assert cache.get_or_compute("model", [Seed((5,))], compute)[0][0, 0] == 5
    assert compute.calls == 2


def test_batches_are_not_cached():
    cache, compute = ScoreCache(1000), Counting()
    for _ in range(2):
        cache.get_or_compute("model", [Seed((1,)), Seed((2,))], compute)
    assert compute.calls == 2


def test_occlusions_are_scored_once_and_never_evict_the_rest():
    cache, compute = ScoreCache(8 * 4 * 8), Counting()
    occluded = [Seed((1,)), Seed((2,))]
    for _ in range(2):
        assert cache.get_or_compute_batch("model", occluded, lambda seeds: compute(seeds)[0]).shape == (2, 4)
    assert compute.calls == 1
    cache.get_or_compute("model", [Seed((1,))], compute)
    for _ in range(2):  # three rows are more than an eighth
        cache.get_or_compute_batch("model", [*occluded, Seed((3,))], lambda seeds: compute(seeds)[0])
    assert compute.calls == 4
    cache.get_or_compute("model", [Seed((1,))], compute)
    assert compute.calls == 4


def test_cached_scores_are_read_only():
    scores, _ = ScoreCache(1000).get_or_compute("model", [Seed((1,))], Counting())
    with pytest.raises(ValueError, match="read-only"):
        scores[0, 0] = 7


def test_an_ensemble_scores_the_same_with_and_without_a_cache():
    world = planted()
    models = fitted(TABLES, world.dataset)
    seeds = [Seed(tuple(group[[0, 2]].tolist())) for group in world.groups]
    uncached = [models["rank-vote"].cached_scores([seed])[0] for seed in seeds]
    cache = ScoreCache(10**6)
    for model in models.values():
        model.score_cache = cache
    for _ in range(2):
        for seed, scores in zip(seeds, uncached, strict=True):
            np.testing.assert_array_equal(models["rank-vote"].cached_scores([seed])[0], scores)
            models["playlist-knn"].cached_scores([seed])
