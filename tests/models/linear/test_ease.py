import numpy as np

from playrec_core.models.linear.ease import Ease, EaseConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted


def fit(items, regularization=30):
    dataset = planted().dataset
    model = Ease(EaseConfig(items=items, regularization=regularization))
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return dataset, model


def test_weights_are_the_closed_form_of_the_paper():
    """Steck 2019, equation 8, computed with a plain inverse in double precision."""
    dataset, model = fit(items=10_000)
    x = (dataset.interactions.toarray()[:, : model.weights.shape[0]] > 0).astype(float)
    inverse = np.linalg.inv(x.T @ x + 30 * np.eye(x.shape[1]))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(model.weights, expected, atol=2e-6)


def test_mirroring_in_blocks_equals_mirroring_at_once():
    from playrec_core.numerics.cholesky import _mirror_lower

    whole = np.random.default_rng(1).random((23, 23)).astype(np.float32)
    mirrored = whole.copy()
    _mirror_lower(mirrored, block=5)
    np.testing.assert_array_equal(mirrored, np.tril(whole) + np.tril(whole, -1).T)


def test_only_the_most_frequent_items_are_modelled():
    _, model = fit(items=20)
    scores = model.score([Seed((1, 50)), Seed((50,)), Seed((1,))])
    assert np.isneginf(scores[:, 20:]).all()
    assert np.isneginf(scores[1]).all(), "a seed entirely outside the model is not scored"
    np.testing.assert_array_equal(scores[0], scores[2])


def test_scores_are_linear_in_the_seeds_weights():
    _, model = fit(items=100)
    one, two, both = model.score([Seed((3,)), Seed((8,)), Seed((3, 8), weights=(2.0, 0.5))])
    known = np.isfinite(one)
    np.testing.assert_allclose(both[known], 2 * one[known] + 0.5 * two[known], rtol=1e-5, atol=1e-7)
