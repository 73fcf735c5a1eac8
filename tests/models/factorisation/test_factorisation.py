"""iALS, BPR-MF and confidence-weighted ALS against plain formulas and planted groups."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from playrec_core.models.common.confidence import ConfidenceConfig, Rule
from playrec_core.models.factorisation import bpr_mf, ials
from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.models.factorisation.bpr_mf import BprMf, BprMfConfig
from playrec_core.models.factorisation.confidence_als import ConfidenceAls, ConfidenceAlsConfig
from playrec_core.models.factorisation.ials import Ials, IalsConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted

IALS = IalsConfig(factors=8, regularization=0.05, unobserved=0.2, exponent=0.8, deviation=0.1, iterations=5)
PLAIN = ConfidenceConfig(rules=(), strength=1.0)
BPR = BprMfConfig(
    factors=8,
    learning_rate=0.1,
    regularization=0.01,
    epochs=40,
    batch=64,
    confidence=PLAIN,
)


@pytest.fixture(scope="module")
def dataset():
    """The planted playlists with different weights."""
    found = planted().dataset
    weights = np.random.default_rng(2).uniform(0.5, 3, found.interactions.nnz).astype(np.float32)
    old = found.interactions
    return replace(found, interactions=csr_array((weights, old.indices, old.indptr), shape=old.shape))


def fit(model, dataset, seed=3):
    model.fit(dataset, rng=np.random.default_rng(seed), device="cpu", progress=no_progress)
    return model


def dense_vectors(weights: np.ndarray, others: np.ndarray, config: IalsConfig) -> np.ndarray:
    """The normal equations of Rendle et al. 2022, one row at a time in double precision."""
    found = np.zeros((len(weights), others.shape[1]))
    for row, c in enumerate(weights):
        if not c.any():
            continue
        penalty = config.regularization * ((c > 0).sum() + config.unobserved * len(others)) ** config.exponent
        system = config.unobserved * others.T @ others + others.T @ np.diag(c) @ others
        found[row] = np.linalg.solve(system + penalty * np.eye(others.shape[1]), others.T @ c)
    return found


def test_ials_alternates_the_dense_normal_equations(dataset):
    """Rows shorter and longer than a vector are solved differently; both occur here."""
    weights = dataset.interactions.toarray().astype(np.float64)
    lengths = (weights > 0).sum(axis=1)
    assert lengths.min() < IALS.factors < lengths.max()
    items = np.random.default_rng(3).standard_normal((dataset.n_items, IALS.factors)).astype(np.float32)
    items = items * IALS.deviation / np.sqrt(IALS.factors)
    for _ in range(IALS.iterations):
        playlists = dense_vectors(weights, items, IALS)
        items = dense_vectors(weights.T, playlists, IALS)
    np.testing.assert_allclose(fit(Ials(IALS), dataset).item_factors, items, atol=2e-4)


def test_a_training_playlist_folds_in_as_it_was_trained(dataset):
    model = fit(Ials(IALS), dataset)
    row = 5
    seed = dataset.seed_of(row)
    expected = dense_vectors(dataset.interactions[[row]].toarray(), model.item_factors.astype(np.float64), IALS)[0]
    np.testing.assert_allclose(model.fold_in(seed), expected, atol=1e-6)


def test_exponent_zero_regularises_all_lengths_equally(dataset):
    model = Ials(IALS.model_copy(update={"exponent": 0.0}))
    assert model._penalty(1, 100) == model._penalty(900, 100) == IALS.regularization
    assert Ials(IALS)._penalty(900, 100) > Ials(IALS)._penalty(1, 100)


def test_blocks_do_not_change_the_result(dataset, monkeypatch):
    whole = fit(Ials(IALS), dataset).item_factors
    monkeypatch.setattr(ials, "_BLOCK_ENTRIES", 300)
    np.testing.assert_allclose(fit(Ials(IALS), dataset).item_factors, whole, atol=1e-5)


def test_each_iteration_lowers_the_loss(dataset):
    weights = dataset.interactions.toarray().astype(np.float64)

    def loss(iterations):
        config = IALS.model_copy(update={"iterations": iterations})
        items = fit(Ials(config), dataset).item_factors.astype(np.float64)
        playlists = dense_vectors(weights, items, config)
        predictions = playlists @ items.T
        penalty = sum(
            config.regularization
            * (((w > 0).sum(axis=1) + config.unobserved * w.shape[1]) ** config.exponent @ (v**2).sum(axis=1))
            for w, v in ((weights, playlists), (weights.T, items))
        )
        return (weights * (1 - predictions) ** 2).sum() + config.unobserved * (predictions**2).sum() + penalty

    losses = [loss(n) for n in (1, 2, 4, 8)]
    assert losses == sorted(losses, reverse=True)


def test_bpr_ranks_a_playlists_songs_above_others():
    """Training AUC, which BPR maximises; 0.5 is chance."""
    world = planted()
    model = fit(BprMf(BPR), world.dataset)
    contained = world.dataset.interactions.toarray() > 0
    scores = model.score([world.dataset.seed_of(row) for row in range(60)])
    areas = [(scores[row][contained[row]][:, None] > scores[row][~contained[row]]).mean() for row in range(60)]
    assert np.mean(areas) > 0.9


def test_bpr_does_not_depend_on_threads_or_time():
    """`implicit`'s BPR does, even with a fixed seed."""
    world = planted()
    one, two = (fit(BprMf(BPR.model_copy(update={"epochs": 2})), world.dataset).state() for _ in range(2))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
    other = fit(BprMf(BPR.model_copy(update={"epochs": 2})), world.dataset, seed=4)
    assert one["item_factors"].tobytes() != other.item_factors.tobytes()


def test_bpr_samples_interactions_by_confidence(monkeypatch):
    """With e^(year - 1980), songs of 1980 are practically never sampled as positives beside songs of 2015."""
    world = planted()
    catalogue = world.dataset.catalogue
    old = np.isin(np.arange(world.dataset.n_items), world.groups[0])
    place = catalogue.schema.get_field_index("year")
    years = pa.array(np.where(old, 1980, 2015).astype(np.int16))
    dataset = replace(world.dataset, catalogue=catalogue.set_column(place, "year", years))
    step, liked = bpr_mf._step, []

    def watched(*arguments):
        liked.append(arguments[4])
        step(*arguments)

    monkeypatch.setattr(bpr_mf, "_step", watched)
    runs: tuple[tuple[tuple[Rule, ...], float], ...] = (
        ((), world.dataset.item_counts[old].sum() / dataset.interactions.nnz),
        (("year",), 0.0),
    )
    for rules, share in runs:
        liked.clear()
        fit(BprMf(BPR.model_copy(update={"confidence": ConfidenceConfig(rules=rules, strength=0.0)})), dataset)
        assert old[np.concatenate(liked)].mean() == pytest.approx(share, abs=0.01)


def test_bpr_folds_a_seed_in_as_the_weighted_mean_of_its_songs():
    world = planted()
    confidence = ConfidenceConfig(rules=("popularity",), strength=5.0)
    model = fit(BprMf(BPR.model_copy(update={"confidence": confidence, "epochs": 2})), world.dataset)
    seed = Seed((40, 4, 8), weights=(1.0, 2.0, 1.0))
    weights = model.confidence.of(seed) * [1, 2, 1]
    expected = np.average(model.item_factors[[40, 4, 8]], axis=0, weights=weights)
    np.testing.assert_allclose(model.fold_in(seed), expected, rtol=1e-5)


def test_confidence_als_without_rules_is_als(dataset):
    config = AlsConfig(factors=12, regularization=0.7, alpha=9.0, iterations=4)
    plain = fit(Als(config), dataset)
    weighed = fit(ConfidenceAls(ConfidenceAlsConfig(**config.model_dump(), confidence=PLAIN)), dataset)
    seeds = [Seed((0, 4, 8)), Seed((2, 9, 30), weights=(3.0, 1.0, 0.25))]
    np.testing.assert_array_equal(weighed.score(seeds), plain.score(seeds))


def test_confidence_als_weights_the_seed_too(dataset):
    config = ConfidenceAlsConfig(
        factors=12,
        regularization=0.7,
        alpha=9.0,
        iterations=4,
        confidence=ConfidenceConfig(rules=("popularity", "genre"), strength=2.0),
    )
    model = fit(ConfidenceAls(config), dataset)
    seed = Seed((40, 4, 8))
    vectors, confidence, matrix = model.system(seed)
    np.testing.assert_allclose(confidence, 9.0 * model.confidence.of(seed), rtol=1e-6)
    expected = model.gram + vectors.T @ np.diag(confidence - 1) @ vectors
    np.testing.assert_allclose(matrix, expected, rtol=1e-9)
    assert len(set(np.round(confidence, 6))) == 3
