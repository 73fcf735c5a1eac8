"""What a map keeps of the neighbourhoods, against sklearn and against a plain loop."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from playrec_core.projection import quality
from playrec_core.projection.layout import unit
from playrec_core.projection.quality import measure


def cloud(n: int, d: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32))


@pytest.mark.parametrize("k", [3, 10])
def test_trust_is_sklearns_trustworthiness(k: int):
    vectors = cloud(150, 6)
    points = vectors[:, :2]
    _, trust = measure(vectors, points, k=k)
    assert trust.mean() == pytest.approx(trustworthiness(vectors, points, n_neighbors=k, metric="cosine"), abs=1e-6)


def test_what_is_kept_is_the_plain_count():
    vectors = cloud(80, 5, 1)
    points = vectors[:, 1:3]
    kept, _ = measure(vectors, points, k=7)
    for row in range(80):
        far = np.linalg.norm(points - points[row], axis=1)
        like = vectors @ vectors[row]
        far[row], like[row] = np.inf, -np.inf
        both = set(np.argsort(far)[:7]) & set(np.argsort(-like)[:7])
        assert kept[row] == pytest.approx(len(both) / 7)


def test_a_faithful_map_keeps_all_and_a_shuffled_one_what_chance_would():
    angle = np.random.default_rng(2).uniform(0, 1.5, 400)
    circle = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    kept, trust = measure(circle, circle)
    assert kept.mean() > 0.99
    assert trust.min() > 0.999
    kept, trust = measure(circle, circle[np.random.default_rng(3).permutation(400)])
    assert kept.mean() == pytest.approx(10 / 399, abs=0.015)
    assert trust.mean() == pytest.approx(0.5, abs=0.05)


def test_a_point_put_among_strangers_is_found_out():
    """Two far groups; one point of the first is drawn in the midst of the second."""
    rng = np.random.default_rng(4)
    vectors = np.zeros((60, 4), dtype=np.float32)
    vectors[:30, 0] = vectors[30:, 1] = 1
    vectors = unit(vectors + rng.normal(scale=0.05, size=vectors.shape).astype(np.float32))
    points = vectors[:, :2] * 10 + vectors[:, 2:]
    points[3] = points[30:].mean(axis=0)
    kept, trust = measure(vectors, points)
    assert kept[3] == 0
    assert trust.argmin() == 3


def test_on_large_maps_ranks_are_asked_of_some(monkeypatch: pytest.MonkeyPatch):
    vectors = cloud(300, 6)
    everybody = measure(vectors, vectors[:, :2])
    monkeypatch.setattr(quality, "MOST_RANKED", 100)
    monkeypatch.setattr(quality, "_BLOCK_ENTRIES", 7000)
    kept, trust = measure(vectors, vectors[:, :2])
    np.testing.assert_array_equal(kept, everybody[0])
    asked = np.isfinite(trust)
    assert asked.sum() == 100
    np.testing.assert_array_equal(trust[asked], everybody[1][asked])


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_handful_of_points_has_figures_too(n: int):
    kept, trust = measure(cloud(n, 3), cloud(n, 2))
    assert ((kept >= 0) & (kept <= 1)).all()
    assert ((trust >= 0) & (trust <= 1)).all()
