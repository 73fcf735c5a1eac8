"""Tag vectors and the autoencoder over modalities that may be missing, against planted truth."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.config import parse
from playrec_core.models.content import skip_gram
from playrec_core.models.content.skip_gram import SkipGramConfig
from playrec_core.models.neural import multimodal
from playrec_core.models.neural.multimodal import Modality, MultimodalConfig
from playrec_core.schema import no_progress

ADAM = {"kind": "adam", "lazy": True, "learning_rate": 0.02, "final": 0.1, "weight_decay": 0.0}
SKIP = parse(SkipGramConfig, {"width": 12, "negatives": 5, "batch": 256, "epochs": 6, "optimiser": ADAM}, "test")
MULTIMODAL = parse(
    MultimodalConfig,
    {
        "hidden": [32, 6, 32],
        "activation": "tanh",
        "hide_part": 0.3,
        "batch": 64,
        "epochs": 25,
        "optimiser": {**ADAM, "learning_rate": 0.005},
    },
    "test",
)


def tag_sets(seed: int = 0) -> csr_array:
    """600 sets of three to five tags from one of four groups of ten; tag 40 is in all of them, 41 occurs alone."""
    rng = np.random.default_rng(seed)
    rows = [
        [*(10 * (n % 4) + rng.choice(10, int(rng.integers(3, 6)), replace=False)).tolist(), 40] for n in range(600)
    ] + [[41]]
    indptr = np.cumsum([0, *map(len, rows)])
    return csr_array((np.ones(indptr[-1], np.float32), np.concatenate(rows), indptr), shape=(601, 42))


def vectors(seed: int = 1, **changed) -> np.ndarray:
    config = SKIP.model_copy(update=changed)
    return skip_gram.train(config, tag_sets(), rng=np.random.default_rng(seed), device="cpu", progress=no_progress)


def test_pairs_are_all_ordered_pairs_of_a_set():
    sets = csr_array(np.array([[1, 0, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]], np.float32))
    expected = {(0, 2), (0, 3), (2, 0), (2, 3), (3, 0), (3, 2), (0, 1), (1, 0)}
    pairs = skip_gram.pairs_of(sets)
    assert len(pairs) == 8
    assert set(map(tuple, pairs.tolist())) == expected


@pytest.mark.parametrize("lazy", [True, False])
def test_tags_that_occur_together_have_similar_vectors(lazy):
    found = vectors(optimiser=SKIP.optimiser.model_copy(update={"lazy": lazy}))
    unit = found[:40] / np.linalg.norm(found[:40], axis=1, keepdims=True)
    similarity = unit @ unit.T - 2 * np.eye(40)
    nearest = np.argsort(-similarity, axis=1)[:, :9]
    assert (nearest // 10 == np.arange(40)[:, None] // 10).mean() > 0.99
    assert not found[41].any(), "a tag that never occurs with another has no vector"


def test_the_seed_determines_the_vectors():
    np.testing.assert_array_equal(vectors(1), vectors(1))
    assert not np.array_equal(vectors(1), vectors(2))


def test_without_pairs_all_vectors_are_zero():
    sets = csr_array((3, 5), dtype=np.float32)
    found = skip_gram.train(SKIP, sets, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    assert found.shape == (5, 12)
    assert not found.any()


def two_modalities(seed: int = 0) -> tuple[np.ndarray, Modality, Modality]:
    """900 rows of six kinds, seen through two noisy linear maps; rows 0-99 lack the first, 50-149 the second."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 6, 900)
    one = rng.normal(0, 3, (6, 20))[kinds] + rng.normal(0, 1, (900, 20))
    other = rng.normal(0, 0.3, (6, 10))[kinds] + rng.normal(0, 0.1, (900, 10))
    rows = np.arange(900)
    first, second = rows >= 100, (rows < 50) | (rows >= 150)
    return kinds, Modality(one.astype(np.float32) + 7, first), Modality(other.astype(np.float32), second)


def codes(seed: int = 3) -> np.ndarray:
    _, one, other = two_modalities()
    return multimodal.codes(
        MULTIMODAL, [one, other], rng=np.random.default_rng(seed), device="cpu", progress=no_progress
    )


def test_codes_from_one_modality_are_near_those_from_both():
    found, kinds = codes(), two_modalities()[0]
    assert not found[50:100].any(), "rows 50 to 99 have neither modality"
    unit = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    whole = np.arange(150, 900)
    for lacking in (np.arange(50), np.arange(100, 150)):
        nearest = whole[np.argsort(-(unit[lacking] @ unit[whole].T), axis=1)[:, :10]]
        assert (kinds[nearest] == kinds[lacking, None]).mean() > 0.9


def test_one_of_several_modalities_is_hidden_at_the_configured_rate():
    rng = np.random.default_rng(0)
    known = np.tile([[True, True], [True, False], [False, True], [False, False]], (2_000, 1))
    shown = multimodal._hide_some(known, 0.3, rng)
    assert not (shown & ~known).any()
    np.testing.assert_array_equal(shown[1::2], known[1::2])
    both = shown[0::4]
    assert (both.sum(axis=1) >= 1).all()
    assert abs((~both).sum() / len(both) - 0.3) < 0.04
    assert abs((~both[:, 0]).mean() - (~both[:, 1]).mean()) < 0.05


def test_a_modality_is_standardised_over_the_rows_that_have_it():
    _, one, _ = two_modalities()
    values = one.standardised()
    assert not values[~one.known].any()
    np.testing.assert_allclose(values[one.known].mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose((values[one.known] ** 2).mean(), 1, rtol=1e-5)


def test_the_same_seed_gives_the_same_codes():
    np.testing.assert_array_equal(codes(3), codes(3))
