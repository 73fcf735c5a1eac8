"""What models said is remembered for single seeds, up to a limit, and is the same as what they say."""

import numpy as np
import pytest

from playrec_core.models.score_cache import ScoreMemory
from playrec_core.schema import Seed
from playrec_core.testing.contract import fitted, planted

TABLES = {
    "popularity": {},
    "playlist-knn": {"neighbours": 20, "amplification": 1.0, "idf": 1.0, "vote_idf": 0.0},
    "rank-vote": {"depth": 12, "weights": {"popularity": 1.0, "playlist-knn": 2.0}},
}


class Asked:
    """Counts how often it is asked; says a seed's first song, everywhere."""

    def __init__(self, n: int = 4):
        self.n, self.times = n, 0

    def __call__(self, seeds):
        self.times += 1
        return np.full((len(seeds), self.n), seeds[0].songs[0], np.float32), None


def test_a_seed_is_asked_once_for_each_model():
    memory, ask = ScoreMemory(1000), Asked()
    first, second = object(), object()
    for model in (first, second, first, second):
        scores, tags = memory.recall(model, [Seed((3,))], ask)
        assert scores.tolist() == [[3, 3, 3, 3]]
        assert tags is None
    assert ask.times == 2


def test_the_oldest_go_when_the_limit_is_reached():
    memory, ask = ScoreMemory(2 * 4 * 4), Asked()
    model = object()
    for song in (1, 2, 1, 3, 1):  # 2 is the one asked for longest ago when 3 comes
        memory.recall(model, [Seed((song,))], ask)
    assert ask.times == 3
    memory.recall(model, [Seed((2,))], ask)
    assert ask.times == 4


def test_what_is_larger_than_the_limit_is_answered_and_not_kept():
    memory, ask = ScoreMemory(8), Asked()
    for _ in range(2):
        assert memory.recall("model", [Seed((5,))], ask)[0][0, 0] == 5
    assert ask.times == 2


def test_batches_are_not_kept():
    memory, ask = ScoreMemory(1000), Asked()
    for _ in range(2):
        memory.recall("model", [Seed((1,)), Seed((2,))], ask)
    assert ask.times == 2


def test_occlusions_are_asked_once_and_never_push_out_the_rest():
    memory, ask = ScoreMemory(8 * 4 * 8), Asked()
    occluded = [Seed((1,)), Seed((2,))]
    for _ in range(2):
        assert memory.scores("model", occluded, lambda seeds: ask(seeds)[0]).shape == (2, 4)
    assert ask.times == 1
    memory.recall("model", [Seed((1,))], ask)
    for _ in range(2):  # three rows are more than an eighth
        memory.scores("model", [*occluded, Seed((3,))], lambda seeds: ask(seeds)[0])
    assert ask.times == 4
    memory.recall("model", [Seed((1,))], ask)
    assert ask.times == 4


def test_what_is_remembered_cannot_be_changed():
    scores, _ = ScoreMemory(1000).recall("model", [Seed((1,))], Asked())
    with pytest.raises(ValueError, match="read-only"):
        scores[0, 0] = 7


def test_a_model_made_of_others_says_the_same_with_and_without_a_memory():
    world = planted()
    made = fitted(TABLES, world.dataset)
    seeds = [Seed(tuple(group[[0, 2]].tolist())) for group in world.groups]
    alone = [made["rank-vote"].said([seed])[0] for seed in seeds]
    memory = ScoreMemory(10**6)
    for model in made.values():
        model.memory = memory
    for _ in range(2):
        for seed, scores in zip(seeds, alone, strict=True):
            np.testing.assert_array_equal(made["rank-vote"].said([seed])[0], scores)
            made["playlist-knn"].said([seed])
