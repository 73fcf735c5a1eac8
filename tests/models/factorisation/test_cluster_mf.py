"""Cluster matrix factorisation against plain loops, dense matrices and the planted groups."""

from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from playrec_core.data.features import FeatureConfig, song_features
from playrec_core.models.content.content_space import k_means, principal_components
from playrec_core.models.factorisation.cluster_mf import (
    ClusterMf,
    ClusterMfConfig,
    cluster_counts,
    coverage,
    long_playlists,
    rate,
)
from playrec_core.schema import Nouns, Seed, no_progress
from playrec_core.testing.planted import planted

FEATURES = FeatureConfig(catalogue=("year", "genre"), tags=4, playlists=False)
CONFIG = ClusterMfConfig(
    features=FEATURES,
    dimensions=20,
    clusters=12,
    rating="top",
    top=3,
    min_songs=8,
    min_playlists=5,
    factors=4,
    regularization=0.02,
    alpha=1.0,
    iterations=30,
    songs=6,
)


def fit(dataset, **changes) -> ClusterMf:
    model = ClusterMf(CONFIG.model_copy(update=changes))
    model.fit(dataset, rng=np.random.default_rng(2), device="cpu", progress=no_progress)
    return model


@pytest.fixture(scope="module")
def world():
    return planted(n_groups=4)


@pytest.fixture(scope="module")
def mixed():
    """A model with artificial clusters, song i in cluster i % 7, so that playlists contain several."""
    dataset = planted(n_groups=4).dataset
    model = fit(dataset)
    model.clusters = (np.arange(dataset.n_items) % 7).astype(np.int32)
    return dataset, model


def test_components_are_those_of_the_centred_features(world):
    features = song_features(world.dataset, FEATURES).matrix
    vectors, explained = principal_components(features, 20)
    dense = features.toarray() - features.toarray().mean(axis=0)
    singular = np.linalg.svd(dense, compute_uv=False)
    expected = (singular**2 / (singular**2).sum())[: len(explained)]
    np.testing.assert_allclose(explained, expected, rtol=1e-5)
    assert explained.sum() == pytest.approx(1)
    # All variance is kept, so distances equal those of the features.
    of_features = np.linalg.norm(dense[:, None] - dense[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(vectors[:, None] - vectors[None], axis=2), of_features, atol=1e-4)


def test_features_that_are_all_the_same_are_one_point_and_one_cluster():
    vectors, explained = principal_components(csr_array(np.ones((9, 3), np.float32)), 5)
    assert vectors.shape == (9, 1)
    assert explained.tolist() == [0.0]
    assert k_means(vectors, 4, seed=1).tolist() == [0] * 9


def test_clusters_are_nonempty_ordered_by_size_and_independent_of_threads():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(5, 8)) * 10
    truth = np.repeat(np.arange(5), [50, 40, 30, 20, 10])
    vectors = (centres[truth] + rng.normal(size=(150, 8))).astype(np.float32)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(k_means(vectors, 9, seed=3))
    np.testing.assert_array_equal(found[0], found[1])
    sizes = np.bincount(found[0])
    assert (sizes > 0).all()
    assert (np.diff(sizes) <= 0).all()
    assert (np.diff(np.unique(np.stack([found[0], truth]), axis=1)[0]) == 1).all(), "no cluster spans two centres"


def test_planted_groups_are_found(world):
    model = fit(world.dataset)
    heard = np.concatenate(world.groups)
    truth = np.repeat(np.arange(4), [len(group) for group in world.groups])
    assert adjusted_rand_score(truth, model.clusters[heard]) == 1.0


def test_counts_ignore_weights(mixed):
    dataset, model = mixed
    heavy = dataset.interactions.copy()
    heavy.data = heavy.data * 7
    counts = cluster_counts(heavy, model.clusters).toarray()
    for playlist in range(0, dataset.n_playlists, 31):
        expected = Counter(model.clusters[dataset.ordered_songs(playlist)].tolist())
        assert {cluster: n for cluster, n in enumerate(counts[playlist].tolist()) if n} == expected


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ("presence", [[1, 1, 1, 1], [0, 1, 0, 0]]),
        ("count", [[2, 5, 1, 2], [0, 3, 0, 0]]),
        ("log-count", [[np.log(3), np.log(6), np.log(2), np.log(3)], [0, np.log(4), 0, 0]]),
        ("top", [[1, 1, 0, 0], [0, 1, 0, 0]]),  # clusters 0 and 3 tie for the second place
    ],
)
def test_the_four_rating_rules(rating, expected):
    counts = csr_array(np.array([[2, 5, 1, 2], [0, 3, 0, 0]], dtype=np.float32))
    np.testing.assert_allclose(rate(counts, rating, 2).toarray(), expected, rtol=1e-6)


def test_only_long_playlists_are_factorised(world):
    lengths = np.diff(world.dataset.interactions.indptr)
    rows = long_playlists(world.dataset, 10, 5)
    assert rows.tolist() == [row for row, length in enumerate(lengths.tolist()) if length >= 10]
    none_that_long = long_playlists(world.dataset, 1000, 5)
    assert len(none_that_long) == 5
    assert sorted(lengths[none_that_long]) == sorted(lengths)[-5:]
    assert (np.diff(none_that_long) > 0).all()


def test_coverage_equals_a_count_by_hand():
    counts = csr_array(np.array([[4, 3, 2, 1], [0, 5, 0, 0], [2, 2, 0, 4], [0, 0, 0, 0], [1, 1, 1, 0]], np.float32))
    found = coverage(counts, top=2)
    shares = [7 / 10, 1.0, 6 / 8, 2 / 3]
    assert (found.playlists, found.most, found.top) == (4, 4, 2)
    assert found.mean == pytest.approx((4 + 1 + 3 + 3) / 4)
    assert found.covered == pytest.approx(np.percentile(shares, (25, 50, 75)))


@pytest.mark.parametrize("rating", ["presence", "count", "log-count", "top"])
def test_steps_equal_those_from_the_dense_matrix(world, rating):
    """Recomputed with the dense fitted matrix, which the model never computes."""
    dataset = world.dataset
    model = fit(dataset, rating=rating, features=FEATURES.model_copy(update={"catalogue": ("genre",), "tags": 2}))
    seed = Seed((*world.groups[1][:3].tolist(), int(world.groups[2][4])))
    steps = model.steps(seed)
    assert steps is not None
    counts = Counter(model.clusters[list(seed.songs)].tolist())
    assert dict(zip(steps.query.tolist(), steps.query_songs.tolist(), strict=True)) == counts
    assert steps.query_songs.tolist() == [3, 1]

    fitted = model.playlist_factors @ model.cluster_factors.T
    query = np.zeros(fitted.shape[1])
    query[steps.query] = {"count": [3, 1], "log-count": np.log([4, 2])}.get(rating, [1, 1])
    # Playlists with equal ratings tie up to the last bits, so the similarity is compared instead of the index.
    row = int(np.flatnonzero(model.playlists == steps.playlist)[0])
    assert float(fitted[row] @ query) == pytest.approx(float((fitted @ query).max()), rel=1e-4)
    assert steps.similarity == pytest.approx(float(fitted[row] @ query), rel=1e-4)
    assert np.diff(dataset.interactions.indptr)[steps.playlist] >= CONFIG.min_songs
    np.testing.assert_allclose(steps.cluster_scores, np.sort(fitted[row])[::-1], rtol=1e-4, atol=1e-5)

    for cluster, songs in zip(steps.clusters.tolist(), steps.songs, strict=True):
        inside = [item for item in range(dataset.n_items) if model.clusters[item] == cluster]
        most_frequent = [item for item in inside if dataset.item_counts[item]][: CONFIG.songs]
        assert songs.tolist() == most_frequent


def test_scores_keep_the_order_of_the_steps(world):
    model = fit(world.dataset)
    seed = Seed(tuple(world.groups[0][:3].tolist()))
    scores = model.score([seed])[0]
    steps = model.steps(seed)
    assert steps is not None
    order = steps.order
    assert np.argsort(-scores, kind="stable")[: len(order)].tolist() == order.tolist()
    assert np.isneginf(np.delete(scores, order)).all()
    assert model.steps(Seed()) is None


def test_the_trace_has_the_steps(world):
    model = fit(world.dataset)
    seed = Seed((*world.groups[1][:3].tolist(), int(world.groups[2][4])))
    trace, steps = model.trace(seed, Nouns("movie", "movies", "user", "users")), model.steps(seed)
    assert trace is not None
    assert steps is not None
    clusters, nearest, recommended = (
        {column.value_type: column.values for column in step.columns} for step in trace.steps
    )
    assert clusters["cluster"] == steps.query.tolist()
    assert [len(songs) for songs in clusters["items"]] == steps.query_songs.tolist()
    assert sorted(song for songs in clusters["items"] for song in songs) == sorted(seed.songs)
    assert nearest["playlist"] == [steps.playlist]
    assert np.concatenate(recommended["items"]).tolist() == steps.order[: sum(map(len, recommended["items"]))].tolist()
    assert [one in steps.query for one in recommended["cluster"]] == [text == "yes" for text in recommended["text"]]
    assert not any("song" in step.title + step.description for step in trace.steps)
    assert model.trace(Seed(), Nouns()) is None


def test_rating_rules_are_compared_on_equal_clusters(world):
    """The clusters depend on the random seed, not on the rating rule."""
    one, two = (fit(world.dataset, rating=rating).clusters for rating in ("presence", "count"))
    np.testing.assert_array_equal(one, two)
