"""Neighbourhood preservation and trustworthiness of a layout, against sklearn and against a plain loop."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from playrec_core.projection import quality
from playrec_core.projection.layout import unit
from playrec_core.projection.quality import measure


def cloud(n: int, d: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32))


@pytest.mark.parametrize("k", [3, 10])
def test_it_is_sklearns_trustworthiness(k: int):
    vectors = cloud(150, 6)
    points = vectors[:, :2]
    _, trusted = measure(vectors, points, k=k)
    assert trusted.mean() == pytest.approx(trustworthiness(vectors, points, n_neighbors=k, metric="cosine"), abs=1e-6)


def test_preservation_is_the_plain_count():
    vectors = cloud(80, 5, 1)
    points = vectors[:, 1:3]
    preserved, _ = measure(vectors, points, k=7)
    for row in range(80):
        far = np.linalg.norm(points - points[row], axis=1)
        like = vectors @ vectors[row]
        far[row], like[row] = np.inf, -np.inf
        both = set(np.argsort(far)[:7]) & set(np.argsort(-like)[:7])
        assert preserved[row] == pytest.approx(len(both) / 7)


def test_a_faithful_layout_preserves_all_and_a_shuffled_one_as_many_as_chance():
    angle = np.random.default_rng(2).uniform(0, 1.5, 400)
    circle = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    preserved, trusted = measure(circle, circle)
    assert preserved.mean() > 0.99
    assert trusted.min() > 0.999
    preserved, trusted = measure(circle, circle[np.random.default_rng(3).permutation(400)])
    assert preserved.mean() == pytest.approx(10 / 399, abs=0.015)
    assert trusted.mean() == pytest.approx(0.5, abs=0.05)


def test_a_misplaced_point_is_found():
    """Two far groups; one point of the first is drawn in the middle of the second."""
    rng = np.random.default_rng(4)
    vectors = np.zeros((60, 4), dtype=np.float32)
    vectors[:30, 0] = vectors[30:, 1] = 1
    vectors = unit(vectors + rng.normal(scale=0.05, size=vectors.shape).astype(np.float32))
    points = vectors[:, :2] * 10 + vectors[:, 2:]
    points[3] = points[30:].mean(axis=0)
    preserved, trusted = measure(vectors, points)
    assert preserved[3] == 0
    assert trusted.argmin() == 3


def test_on_large_maps_only_some_points_are_ranked(monkeypatch: pytest.MonkeyPatch):
    vectors = cloud(300, 6)
    all_points = measure(vectors, vectors[:, :2])
    monkeypatch.setattr(quality, "MOST_RANKED", 100)
    monkeypatch.setattr(quality, "_BLOCK_ENTRIES", 7000)
    preserved, trusted = measure(vectors, vectors[:, :2])
    np.testing.assert_array_equal(preserved, all_points[0])
    ranked = np.isfinite(trusted)
    assert ranked.sum() == 100
    np.testing.assert_array_equal(trusted[ranked], all_points[1][ranked])


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_handful_of_points_has_figures_too(n: int):
    preserved, trusted = measure(cloud(n, 3), cloud(n, 2))
    assert ((preserved >= 0) & (preserved <= 1)).all()
    assert ((trusted >= 0) & (trusted <= 1)).all()
