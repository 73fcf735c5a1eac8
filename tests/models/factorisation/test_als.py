"""ALS against `implicit`, which computes its factors."""

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from playrec_core.explain.attribution import without
from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted

CONFIG = AlsConfig(factors=12, regularization=0.7, alpha=9.0, iterations=6)


@pytest.fixture(scope="module")
def dataset():
    return planted().dataset


@pytest.fixture(scope="module")
def model(dataset):
    model = Als(CONFIG)
    model.fit(dataset, rng=np.random.default_rng(3), device="cpu", progress=no_progress)
    return model


@pytest.fixture(scope="module")
def peer(model):
    """`implicit` with our item factors."""
    with threadpool_limits(1, user_api="blas"):
        peer = AlternatingLeastSquares(factors=12, regularization=0.7, alpha=9.0)
    peer.item_factors = np.array(model.item_factors)
    peer.user_factors = np.zeros((1, 12), dtype=np.float32)
    return peer


def as_row(seed: Seed, n_items: int) -> csr_matrix:
    songs = list(seed.songs)
    return csr_matrix((seed.song_weights, ([0] * len(songs), songs)), shape=(1, n_items))


@pytest.mark.parametrize("seed", [Seed((0, 4, 8)), Seed((5,)), Seed((2, 9, 30), weights=(3.0, 1.0, 0.25))])
def test_fold_in_is_implicits_recalculated_user(model, peer, dataset, seed):
    expected = peer.recalculate_user(0, as_row(seed, dataset.n_items))
    np.testing.assert_allclose(model.fold_in(seed), np.ravel(expected), rtol=1e-3, atol=1e-5)


def test_explanation_is_implicits(model, peer, dataset):
    seed = Seed((0, 4, 8, 21))
    for item in (1, 3, 40):
        total, parts, _ = peer.explain(0, as_row(seed, dataset.n_items), item, N=10)
        found = model.explain(seed, item)
        assert found.total == pytest.approx(total, abs=1e-4)
        for song, part in parts:
            assert found.contributions[seed.songs.index(song)] == pytest.approx(part, abs=1e-4)


def test_contributions_sum_to_the_score(model, dataset):
    """`implicit` trains by conjugate gradients but explains by an exact solution, so its contributions do not sum to
    its scores; ours must, to 1e-5, for recommended items and for others.
    """
    rng = np.random.default_rng(5)
    for _ in range(200):
        seed = Seed(tuple(rng.choice(dataset.n_items, size=rng.integers(1, 12), replace=False).tolist()))
        item = int(rng.integers(dataset.n_items))
        assert abs(model.explain(seed, item).total - float(model.score([seed])[0, item])) < 1e-5


def test_contributions_can_be_negative(model, dataset):
    """A liked song can lower a score, as in docs/sources/als-notebook.md."""
    negative = [
        contribution
        for item in range(40)
        for contribution in model.explain(Seed((0, 1, 2, 30, 31)), item).contributions
        if contribution < -1e-4
    ]
    assert negative


def test_removing_a_song_changes_the_fold_in(model):
    seed = Seed((0, 4, 8), weights=(1.0, 2.0, 3.0))
    shorter = without(seed, 1)
    assert shorter == Seed((0, 8), weights=(1.0, 3.0))
    assert not np.allclose(model.fold_in(seed), model.fold_in(shorter))


def test_threads_do_not_change_the_factors(dataset):
    """Unlike `implicit`'s threaded BPR, whose result depends on timing."""
    states = []
    for threads in (1, 2):
        model = Als(CONFIG)
        with threadpool_limits(threads):
            model.fit(dataset, rng=np.random.default_rng(3), device="cpu", progress=no_progress)
        states.append(model.item_factors.tobytes())
    assert states[0] == states[1]
