"""Playlist ridge against the dense formulas."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array, vstack

from playrec_core.models.linear.playlist_ridge import PlaylistRidge, PlaylistRidgeConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted


@pytest.fixture(scope="module")
def dataset():
    return planted().dataset


def fit(dataset, **changes):
    values = {"playlists": 10_000, "regularization": 1.5, "amplification": 1.0, "idf": 0.0} | changes
    model = PlaylistRidge(PlaylistRidgeConfig(**values))
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


def test_its_dual_form_is_ridge_regression_from_songs_to_songs(dataset):
    model = fit(dataset)
    held = (dataset.interactions.toarray() > 0).astype(np.float64)
    rows = held / np.linalg.norm(held, axis=1, keepdims=True)
    weights = np.linalg.solve(rows.T @ rows + 1.5 * np.eye(rows.shape[1]), rows.T @ held)
    seed = Seed((3, 11, 40))
    query = np.zeros(rows.shape[1])
    query[list(seed.songs)] = 1 / np.sqrt(3)
    heard = held.any(axis=0)
    np.testing.assert_allclose(model.score([seed])[0, heard], (query @ weights)[heard], atol=1e-5)


def test_similarity_is_amplified_and_idf_weighted(dataset):
    model = fit(dataset, amplification=2.0, idf=1.0)
    held = (dataset.interactions.toarray() > 0).astype(np.float64)
    idf = np.log1p(len(held) / np.maximum(held.sum(axis=0), 1))
    rows = held * idf
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    query = np.zeros(rows.shape[1])
    query[[5, 20]] = idf[[5, 20]]
    query /= np.linalg.norm(query)
    votes = np.linalg.solve((rows @ rows.T) ** 2 + 1.5 * np.eye(len(rows)), (rows @ query) ** 2)
    heard = held.any(axis=0)
    np.testing.assert_allclose(model.score([Seed((5, 20))])[0, heard], (votes @ held)[heard], atol=1e-5)


def test_copies_of_a_playlist_share_its_vote(dataset):
    """Unlike in kNN, five copies of a chart do not count five times."""
    copies = replace(dataset, interactions=csr_array(vstack([dataset.interactions] * 5)))
    once, often = fit(dataset, regularization=0.01), fit(copies, regularization=0.05)
    seeds = [Seed((3, 11, 40)), Seed((8,))]
    heard = np.isfinite(once.score(seeds)[0])
    np.testing.assert_allclose(once.score(seeds)[:, heard], often.score(seeds)[:, heard], atol=1e-4)


def test_training_on_the_seed_itself_does_not_change_the_order(dataset):
    """So it is safe to train on the visible parts of queries (`MelonOptions.also`): all other votes shrink equally."""
    seed = Seed((3, 11, 40))
    own = np.zeros((1, dataset.n_items), dtype=np.float32)
    own[0, list(seed.songs)] = 1
    extended = replace(dataset, interactions=csr_array(vstack([dataset.interactions, csr_array(own)])))
    (without,), (within,) = fit(dataset).score([seed]), fit(extended).score([seed])
    others = np.setdiff1d(np.flatnonzero(np.isfinite(without)), seed.songs)
    ratio = within[others] @ without[others] / (without[others] @ without[others])
    assert 0 < ratio < 1
    np.testing.assert_allclose(within[others], ratio * without[others], atol=1e-5)


def test_only_the_longest_playlists_vote(dataset):
    model = fit(dataset, playlists=7)
    lengths = np.sort(np.diff(csr_array(dataset.interactions).indptr))[::-1]
    assert sorted(np.diff(model.playlists.indptr), reverse=True) == lengths[:7].tolist()
    assert model.inverse.shape == (7, 7)
    unscored = np.setdiff1d(np.arange(dataset.n_items), model.playlists.indices)
    assert np.isneginf(model.score([Seed((int(model.playlists.indices[0]),))])[0, unscored]).all()


@pytest.mark.parametrize("amplification", [1.0, 1.3])
def test_contributions_sum_to_the_score(dataset, amplification):
    model = fit(dataset, amplification=amplification, idf=0.7)
    seed = Seed((3, 11, 40), weights=(1.0, 2.0, 0.5))
    scores = model.score([seed])[0]
    best = int(np.argmax(scores))
    explanation = model.explain(seed, best)
    assert explanation.total == pytest.approx(scores[best], abs=1e-5)
    assert explanation.kind == "exact"
