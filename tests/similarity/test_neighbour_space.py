"""Nearest neighbours in an embedding, and co-occurrence of two items."""

from collections.abc import Sequence

import numpy as np
import pytest

from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.similarity.neighbour_space import NeighbourSpace, Together, shared_neighbours

CONFIG = AlsConfig(factors=2, regularization=1.0, alpha=1.0, iterations=1)


def space(vectors: Sequence[Sequence[float]]) -> NeighbourSpace:
    factors = np.asarray(vectors, dtype=np.float32)
    gram = (factors.T @ factors + np.eye(factors.shape[1])).astype(np.float64)
    return NeighbourSpace(Als.from_state(CONFIG, {"item_factors": factors, "gram": gram}))


def test_cosine_ignores_length_and_dot_does_not():
    found = space([[1, 0], [10, 8], [0.5, 0.1], [0, 1]])
    near, likeness = found.search(0, 2, "cosine")
    assert near.tolist() == [2, 1]
    assert likeness[0] == pytest.approx(0.5 / np.hypot(0.5, 0.1), abs=1e-6)
    assert found.search(0, 2, "dot")[0].tolist() == [1, 2]


def test_matches_a_sort_of_all_pairs():
    vectors = np.random.default_rng(3).normal(size=(60, 5)).astype(np.float32)
    found = space(vectors.tolist())
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = unit @ unit.T
    np.fill_diagonal(expected, -np.inf)
    for item in range(60):
        near, likeness = found.search(item, 59)
        assert near.tolist() == np.argsort(-expected[item]).tolist()[:59]
        np.testing.assert_allclose(likeness, expected[item, near], atol=1e-6)


def test_an_item_without_a_vector_has_no_neighbours_and_is_nobodys():
    found = space([[1, 0], [0, 0], [1, 1]])
    for similarity in found.similarities:
        assert found.search(0, 10, similarity)[0].tolist() == [2]
        assert 1 not in found.search(1, 10, similarity)[0]


def test_ties_go_to_the_more_popular_item():
    assert space([[1, 0], [0, 2], [0, 1], [0, 3]]).search(0, 3)[0].tolist() == [1, 2, 3]


def test_lift_is_one_for_independent_items():
    assert Together(both=6, first=20, second=30, n_playlists=100).lift == pytest.approx(1)
    assert Together(both=12, first=20, second=30, n_playlists=100).lift == pytest.approx(2)
    assert Together(both=0, first=20, second=30, n_playlists=100).lift == 0
    assert np.isnan(Together(both=0, first=0, second=30, n_playlists=100).lift)


def test_shared_neighbours_is_the_plain_count():
    rng = np.random.default_rng(3)
    first, second = (rng.normal(size=(40, d)).astype(np.float32) for d in (5, 7))
    first, second = (one / np.linalg.norm(one, axis=1, keepdims=True) for one in (first, second))
    items = np.array([0, 7, 39])
    for item, share in zip(items, shared_neighbours(first, second, items, 6), strict=True):
        near = []
        for vectors in (first, second):
            others = [int(other) for other in np.argsort(-(vectors @ vectors[item])) if other != item]
            near.append(set(others[:6]))
        assert share == len(near[0] & near[1]) / 6
