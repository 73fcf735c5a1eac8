"""The separation of tags on points whose tags were assigned by hand."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.projection.tag_separation import cluster_map, most_frequent_tag, one_tag_each, tag_separations
from playrec_core.testing.planted import planted

CLUSTERED, SCATTERED, HALF, RARE, SMALL = range(5)


@pytest.fixture(scope="module")
def points():
    """Five hundred points on a plane; the clustered tag is far away, the scattered one anywhere."""
    rng = np.random.default_rng(0)
    coordinates = rng.uniform(size=(500, 2))
    coordinates[:40] += 10
    carried = np.zeros((500, 5), dtype=np.float32)
    carried[:40, CLUSTERED] = 1
    carried[rng.choice(np.arange(40, 500), 120, replace=False), SCATTERED] = 1
    left = 40 + np.flatnonzero(coordinates[40:, 0] < 0.2)
    carried[rng.choice(left, len(left) // 2, replace=False), HALF] = 1
    carried[[50, 51, 52], RARE] = 1
    coordinates[100:106] -= 20  # six points far from all others: fewer than the neighbourhood size
    carried[100:106, SMALL] = 1
    return coordinates, csr_array(carried)


def test_clustered_tags_come_first_and_scattered_tags_last(points):
    found = tag_separations(*points, neighbours=10, min_points=5)
    assert [one.tag for one in found] == [CLUSTERED, SMALL, HALF, SCATTERED]
    by_tag = {one.tag: one for one in found}
    assert by_tag[CLUSTERED].isolation.mean == by_tag[SMALL].isolation.mean == 1.0
    assert 0.2 < by_tag[HALF].isolation.low < by_tag[HALF].isolation.high < 0.8
    assert by_tag[SCATTERED].isolation.low < 0.06
    assert by_tag[SCATTERED].points == 120


def test_the_share_is_that_of_a_plain_loop(points):
    coordinates, carried = points
    dense = carried.toarray() > 0
    for one in tag_separations(coordinates, carried, neighbours=7, min_points=10):
        members = np.flatnonzero(dense[:, one.tag])
        shares = []
        for point in members:
            distance = np.linalg.norm(coordinates - coordinates[point], axis=1)
            distance[point] = np.inf
            shares.append(dense[np.argsort(distance)[:7], one.tag].mean())
        assert one.share == pytest.approx(np.mean(shares))
        assert one.expected == pytest.approx((len(members) - 1) / 499)
        assert one.isolation.mean == pytest.approx((one.share - one.expected) / (1 - one.expected))


def test_tags_assigned_at_random_have_mean_zero():
    """Also tags so frequent that most neighbours carry them anyway."""
    rng = np.random.default_rng(4)
    coordinates = rng.normal(size=(800, 2))
    carried = csr_array((rng.random((800, 60)) < np.linspace(0.05, 0.9, 60)).astype(np.float32))
    found = [one.isolation.mean for one in tag_separations(coordinates, carried)]
    assert len(found) == 60
    assert abs(np.mean(found)) < 0.01


def test_coinciding_points_are_neighbours_but_a_point_is_not_its_own():
    coordinates = np.repeat([[0.0, 0.0], [5.0, 5.0]], 40, axis=0)
    carried = csr_array(np.repeat(np.eye(2, dtype=np.float32), 40, axis=0))
    assert [one.isolation.mean for one in tag_separations(coordinates, carried)] == [1.0, 1.0]


def test_without_tags_there_is_no_separation():
    assert tag_separations(np.zeros((30, 2)), csr_array((30, 4), dtype=np.float32)) == []


def test_the_map_contains_the_most_popular_songs_of_each_cluster_and_their_tags():
    world = planted()
    dataset = world.dataset
    clusters = (np.arange(dataset.n_items) % 4).astype(np.int32)
    vectors = np.random.default_rng(1).normal(size=(dataset.n_items, 5)).astype(np.float32)
    drawn = cluster_map(dataset, clusters, vectors, per_cluster=6, perplexity=30, seed=2)
    expected = sorted(item for cluster in range(4) for item in np.flatnonzero(clusters == cluster)[:6].tolist())
    assert drawn["item"].to_pylist() == expected
    assert drawn["cluster"].to_pylist() == clusters[expected].tolist()
    assert np.isfinite(np.column_stack([drawn["x"], drawn["y"]])).all()
    again = cluster_map(dataset, clusters, vectors, per_cluster=6, perplexity=30, seed=2)
    assert drawn.equals(again)


def test_a_songs_tag_is_the_one_most_of_its_playlists_carry():
    world = planted()
    found = most_frequent_tag(world.dataset)
    met = world.dataset.item_tag_counts.toarray()
    for item in range(world.dataset.n_items):
        assert found[item] == (int(np.argmax(met[item])) if met[item].any() else -1)
    assert (found[world.unheard] == -1).all()
    rows = one_tag_each(found, len(world.dataset.tags)).toarray()
    assert rows.sum(axis=1).tolist() == (found >= 0).astype(float).tolist()
    assert (rows.argmax(axis=1)[found >= 0] == found[found >= 0]).all()
