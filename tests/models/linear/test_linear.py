"""SLIM, sparse EASE and RP3beta against plain formulas and reference implementations."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from playrec_core.models.common import item_regression
from playrec_core.models.linear.ease import Ease, EaseConfig
from playrec_core.models.linear.slim import Slim, SlimConfig
from playrec_core.models.linear.sparse_ease import SparseEase, SparseEaseConfig
from playrec_core.models.neighbours.rp3beta import Rp3Beta, Rp3BetaConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted


@pytest.fixture(scope="module")
def dataset():
    return planted().dataset


@pytest.fixture(scope="module")
def held(dataset):
    return (dataset.interactions.toarray() > 0).astype(np.float64)


def fit(model, dataset):
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


def slim(neighbours, l1=0.8, l2=6.0):
    return Slim(SlimConfig(items=1000, neighbours=neighbours, l1=l1, l2=l2, sweeps=300, tolerance=1e-7))


def test_slim_is_the_elastic_net_of_scikit_learn(dataset, held):
    model = fit(slim(neighbours=1000), dataset)
    n = len(held)
    peer = ElasticNet(alpha=6.8 / n, l1_ratio=0.8 / 6.8, positive=True, fit_intercept=False, tol=1e-9, max_iter=10_000)
    # Our regressors are the co-occurring songs; others could not have a positive weight.
    for song in (0, 7, 40):
        others = np.delete(held, song, axis=1)
        expected = np.insert(peer.fit(others, held[:, song]).coef_, song, 0.0)
        ours = model.weights[:, [song]].toarray().ravel()[: len(expected)]
        np.testing.assert_allclose(ours, expected, atol=2e-5)
        assert 0 < (ours > 0).sum() < len(ours) / 2


def test_slim_uses_only_the_nearest_songs(dataset, held):
    model = fit(slim(neighbours=5), dataset)
    lengths = np.sqrt(np.maximum(held.sum(axis=0), 1))
    cosine = held.T @ held / np.outer(lengths, lengths)
    np.fill_diagonal(cosine, 0)
    for song in (0, 7, 40):
        used = np.flatnonzero(model.weights[:, [song]].toarray())
        assert len(used) <= 5
        assert cosine[used, song].min() >= np.sort(cosine[song])[-5] - 1e-6


@pytest.mark.parametrize("whole", [item_regression._WHOLE, 0])
def test_sparse_ease_with_every_neighbour_is_ease(monkeypatch, whole):
    """In a world where all pairs co-occur; independent of how co-occurrences are computed."""
    monkeypatch.setattr(item_regression, "_WHOLE", whole)
    dataset = planted(n_groups=1, group_size=24, playlists=400).dataset
    sparse = fit(SparseEase(SparseEaseConfig(items=1000, neighbours=1000, regularization=30)), dataset)
    full = fit(Ease(EaseConfig(items=1000, regularization=30)), dataset)
    n = len(full.weights)
    np.testing.assert_allclose(sparse.weights[:n, :n].toarray(), full.weights, atol=2e-6)


def test_sparse_ease_of_few_neighbours_is_a_ridge_regression_on_them(dataset, held):
    model = fit(SparseEase(SparseEaseConfig(items=1000, neighbours=6, regularization=30)), dataset)
    for song in (0, 7, 40):
        used = np.flatnonzero(model.weights[:, [song]].toarray())
        x = held[:, used]
        expected = np.linalg.solve(x.T @ x + 30 * np.eye(len(used)), x.T @ held[:, song])
        np.testing.assert_allclose(model.weights[used, :][:, [song]].toarray().ravel(), expected, atol=2e-6)
        assert len(used) == 6


def test_batches_do_not_change_the_result(dataset, monkeypatch):
    config = SparseEaseConfig(items=1000, neighbours=8, regularization=30)
    whole = fit(SparseEase(config), dataset).state()
    monkeypatch.setattr(item_regression, "_BLOCK_ENTRIES", 200)
    parts = fit(SparseEase(config), dataset).state()
    assert all(whole[name].tobytes() == parts[name].tobytes() for name in whole)


def test_songs_beyond_the_limit_are_neither_read_nor_scored(dataset):
    model = fit(SparseEase(SparseEaseConfig(items=20, neighbours=8, regularization=30)), dataset)
    scores = model.score([Seed((1, 50)), Seed((50,)), Seed((1,))])
    assert np.isneginf(scores[:, 20:]).all()
    assert np.isneginf(scores[1]).all()
    np.testing.assert_array_equal(scores[0], scores[2])


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.0), (0.7, 0.4)])
def test_rp3beta_is_a_product_of_dense_transition_matrices(dataset, held, alpha, beta):
    model = fit(Rp3Beta(Rp3BetaConfig(neighbours=1000, alpha=alpha, beta=beta)), dataset)
    counts = np.maximum(held.sum(axis=0), 1)
    to_playlists = (held.T / counts[:, None]) ** alpha
    to_songs = (held / held.sum(axis=1, keepdims=True)) ** alpha
    expected = to_playlists @ to_songs / counts**beta
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(model.weights.toarray(), expected, rtol=2e-5, atol=1e-9)


def test_the_plain_random_walk_has_probabilities_as_weights(dataset):
    """With alpha 1 and beta 0 the weights of a song are probabilities; returns to the song itself are left out."""
    model = fit(Rp3Beta(Rp3BetaConfig(neighbours=1000, alpha=1.0, beta=0.0)), dataset)
    arrived = np.asarray(model.weights.sum(axis=1)).ravel()
    assert (arrived[dataset.item_counts > 0] < 1).all()
    assert (arrived[dataset.item_counts > 0] > 0.8).all()


def test_beta_penalises_popular_songs(dataset):
    plain, penalised = (fit(Rp3Beta(Rp3BetaConfig(neighbours=1000, alpha=1.0, beta=b)), dataset) for b in (0.0, 0.8))
    seed = Seed((3, 6))
    popularity = [
        dataset.item_counts[np.argsort(-model.score([seed])[0], kind="stable")[:10]].mean()
        for model in (plain, penalised)
    ]
    assert popularity[1] < popularity[0]
