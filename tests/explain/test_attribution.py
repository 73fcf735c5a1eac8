"""Explanations of any model, moves between lists, and the vectors behind a score."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.explain.attribution import Move, explain, moves, rank_of, vectors, without
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun


@pytest.fixture(scope="module")
def als() -> Als:
    factors = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    config = AlsConfig(factors=6, regularization=2.0, alpha=15.0, iterations=1)
    wide = factors.astype(np.float64)
    return Als.from_state(config, {"item_factors": factors, "gram": wide.T @ wide + 2.0 * np.eye(6)})


class PairBonus(Recommender):
    """Scores by pairs of seed songs, so that no sum over single songs exists; scores items below 5 only."""

    kind, title, reads = "pair-bonus", "Pair bonus", frozenset({"songs"})

    def fit(self, dataset, *, rng, device, progress):
        raise AssertionError("not part of these tests")

    def score(self, seeds):
        scores = np.full((len(seeds), 8), CANNOT_SAY, dtype=np.float32)
        for row, seed in enumerate(seeds):
            scores[row, :5] = 0.5 + 2.0 * ({1, 2} <= set(seed.songs)) + 0.25 * (3 in seed.songs)
        return scores

    def state(self):
        return {}

    @classmethod
    def from_state(cls, config, state):
        return cls(config)


def test_exact_contributions_sum_to_the_score_of_every_item(als):
    for songs, weights in [((3,), ()), ((1, 5, 9, 20), ()), ((1, 5, 9), (0.5, 2.0, 1.0))]:
        seed = Seed(songs, weights=weights)
        shown = als.score([seed])[0]
        for item in range(40):
            found = explain(als, seed, item)
            assert found.kind == "exact"
            assert found.total == pytest.approx(shown[item], abs=1e-5)
            assert found.score == pytest.approx(shown[item], abs=1e-7)


def test_occlusion_is_the_score_minus_the_score_without_that_seed():
    found = explain(PairBonus(None), Seed((1, 2, 3)), 0)  # type: ignore[arg-type] - it has no hyperparameters
    assert found.kind == "occlusion"
    assert found.contributions.tolist() == [2.0, 2.0, 0.25]
    assert (found.score, found.baseline) == (2.75, 0.5)
    assert found.total != found.score  # both halves of the pair are credited with the whole bonus


def test_a_missing_score_has_no_contributions():
    found = explain(PairBonus(None), Seed((1, 2)), 7)  # type: ignore[arg-type]
    assert (found.score, found.baseline, found.contributions.tolist()) == (0.0, 0.0, [0.0, 0.0])


def test_without_takes_the_weight_along_and_keeps_the_rest_of_the_seed():
    seed = Seed((4, 5, 6), (1,), "night", (0.1, 0.2, 0.3))
    assert without(seed, 1) == Seed((4, 6), (1,), "night", (0.1, 0.3))
    assert without(Seed((4,)), 0) == Seed()


def test_the_vectors_multiply_to_the_score_and_solve_the_published_equation(als):
    seed = Seed((2, 7, 11))
    found = vectors(als, seed, 19)
    assert found is not None
    assert found.dot == pytest.approx(float(als.score([seed])[0, 19]), abs=1e-5)
    # Hu et al. 2008, equation 4, written out over all items.
    y = als.item_factors.astype(np.float64)
    confidence, preference = np.ones(40), np.zeros(40)
    confidence[list(seed.songs)], preference[list(seed.songs)] = 15.0, 1.0
    x = np.linalg.solve(y.T @ (confidence[:, None] * y) + 2.0 * np.eye(6), y.T @ (confidence * preference))
    np.testing.assert_allclose(found.seed, x, atol=1e-6)


def test_a_model_without_vectors_has_none():
    assert vectors(PairBonus(None), Seed((1,)), 0) is None  # type: ignore[arg-type]


def test_rank_agrees_with_the_ranker_and_its_tie_rule(als):
    scores = np.round(als.score([Seed((2, 7))])[0], 1)  # rounded, so that there are ties
    closed = [2, 7, 30]
    allowed = [item for item in range(40) if item not in closed]
    order = sorted(allowed, key=lambda item: (-scores[item], item))
    assert [rank_of(scores, item, closed) for item in order] == list(range(1, len(order) + 1))


def test_an_item_without_a_score_has_no_rank():
    assert rank_of(np.array([1.0, -np.inf]), 1, []) is None


def test_moves_distinguish_new_items_from_those_that_left():
    before, after = [10, 11, 12, 13, 14], [12, 10, 14, 15, 11]
    assert moves(before, after, 3) == [
        Move(12, 3, 1),
        Move(10, 1, 2),
        Move(14, 5, 3),
        Move(11, 2, 5),
    ]
    newcomer = moves([1, 2], [3, 1], 2)[0]
    assert newcomer == Move(3, None, 1)
    assert newcomer.up is None
    assert [move.up for move in moves(before, after, 3)] == [2, -1, 2, -3]


def test_exact_explanations_of_a_trained_run_sum_up_over_a_thousand_pairs(demo_run: Path):
    """Every model with exact explanations, on seeds of one to thirty songs, with and without confidences and tags."""
    run, rng = LoadedRun.open(demo_run), np.random.default_rng(11)
    n = run.dataset.n_items
    seeds = []
    for _ in range(50):
        songs = tuple(rng.choice(n, rng.integers(1, 31), replace=False).tolist())
        weights = tuple(rng.uniform(0.2, 3, len(songs)).tolist()) if rng.random() < 0.3 else ()
        seeds.append(Seed(songs, tuple(rng.choice(20, 2, replace=False).tolist()), "비 오는 밤", weights))
    exactly = [name for name in run.model_names if run.explain(name, seeds[0], 0).kind == "exact"]
    assert {"als", "ease", "item-knn", "playlist-knn"} <= set(exactly)
    for name in exactly:
        scores = run.model(name).score(seeds)
        for row, seed in enumerate(seeds):
            for item in rng.choice(n, 20, replace=False).tolist():
                shown = float(scores[row, item]) if np.isfinite(scores[row, item]) else 0.0
                found = run.explain(name, seed, item)
                assert abs(found.score - shown) <= 1e-5 * max(1, abs(shown)), (name, seed, item)
                assert abs(found.total - shown) <= 1e-5 * max(1, abs(shown)), (name, seed, item)
