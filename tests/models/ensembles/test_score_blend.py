"""The blend by its definition: each list scaled from 1 (first) to 0 (last), weighted and added."""

import numpy as np
import pytest

from playrec_core.schema import Nouns, Seed
from playrec_core.testing.planted import fitted, planted

WEIGHTS = {"playlist-ridge": 1.0, "item-knn": 0.5}
TABLES = {
    "playlist-ridge": {"playlists": 1000, "regularization": 1.0, "amplification": 1.3, "idf": 0.7},
    "item-knn": {"neighbours": 20, "shrinkage": 1.0},
    "als": {"factors": 6, "regularization": 1.0, "alpha": 5.0, "iterations": 4},
    "dae": {
        "hidden": [8],
        "activation": "tanh",
        "tied": False,
        "normalise": True,
        "input_dropout": 0.5,
        "code_dropout": 0.0,
        "loss": "logistic",
        "optimiser": {"kind": "adam", "lazy": True, "learning_rate": 0.01, "final": 0.1, "weight_decay": 0.0},
        "batch": 32,
        "epochs": 1,
        "samples": 0,
        "sample_power": 0.5,
        "held_out": 0.0,
        "patience": 5,
        "min_playlists": 1,
        "confidence": {"rules": [], "strength": 1.0},
    },
    "score-blend": {"depth": 12, "weights": WEIGHTS},
    "with-a-network": {"kind": "score-blend", "depth": 12, "weights": {"als": 1.0, "dae": 1.0}},
}


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def models(world):
    return fitted(TABLES, world.dataset)


def test_scores_are_brought_to_one_scale_and_added(models, world):
    for group in world.groups:
        seed = Seed(tuple(group[[0, 3, 5]].tolist()))
        expected, scored = np.zeros(world.dataset.n_items), np.zeros(world.dataset.n_items, dtype=bool)
        for name, weight in WEIGHTS.items():
            scores = models[name].score([seed])[0].astype(float)
            finite = np.isfinite(scores)
            others = np.sort(np.delete(scores, list(seed.songs)))[::-1]
            others = others[np.isfinite(others)][:12]
            filled = np.where(finite, scores, scores[finite].min())
            expected += weight * (filled - others[-1]) / (others[0] - others[-1])
            scored |= finite
        found = models["score-blend"].score([seed])[0]
        np.testing.assert_array_equal(np.isfinite(found), scored)
        np.testing.assert_allclose(found[scored], expected[scored], rtol=1e-5, atol=1e-5)


def test_the_scale_of_a_members_scores_does_not_matter(models, world):
    """Scaling a member's scores by a thousand changes nothing."""
    seed = Seed(tuple(world.groups[0][:4].tolist()))
    before = models["score-blend"].score([seed])
    ridge = models["playlist-ridge"]
    inverse = ridge.inverse
    ridge.inverse = inverse * np.float32(1000)
    try:
        np.testing.assert_allclose(models["score-blend"].score([seed]), before, rtol=1e-4, atol=1e-4)
    finally:
        ridge.inverse = inverse


def test_a_member_without_a_prediction_abstains(models, world):
    unheard = Seed((int(world.unheard[0]),))
    assert np.isneginf(models["playlist-ridge"].score([unheard])).all()
    assert np.isneginf(models["score-blend"].score([unheard])).all()


def test_its_explanation_is_exact_if_those_of_all_members_are(models, world):
    seed = Seed(tuple(world.groups[1][[1, 2, 6]].tolist()))
    scores = models["score-blend"].score([seed])[0]
    best = int(np.argmax(np.where(np.isin(np.arange(len(scores)), seed.songs), -np.inf, scores)))
    explanation = models["score-blend"].explain(seed, best)
    assert explanation.kind == "exact"
    assert explanation.total == pytest.approx(scores[best], abs=1e-5)
    alone = [models[name].explain(seed, best).contributions for name in WEIGHTS]
    # The blend's contributions are a positive combination of the members'.
    solved, *_ = np.linalg.lstsq(np.stack(alone, axis=1), explanation.contributions, rcond=None)
    np.testing.assert_allclose(np.stack(alone, axis=1) @ solved, explanation.contributions, atol=1e-6)
    assert (solved > 0).all()
    assert models["with-a-network"].explain(seed, best) is None


def test_the_trace_shows_what_each_model_adds(models, world):
    seed = Seed(tuple(world.groups[1][[1, 2]].tolist()))
    (step,) = models["score-blend"].trace(seed, Nouns()).steps
    items, *parts, total = step.columns
    scores = models["score-blend"].score([seed])[0]
    assert not set(items.values) & set(seed.songs)
    for row, item in enumerate(items.values):
        assert total.values[row] == pytest.approx(scores[item])
        assert sum(column.values[row] for column in parts) == pytest.approx(scores[item], abs=1e-5)
