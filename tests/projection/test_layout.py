"""Layouts, clusters, their distinctive labels, the spread of a tag, and points in a polygon."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.config import MapConfig, OtherSpacesConfig
from playrec_core.projection.layout import (
    CLUSTER,
    DOUBT,
    ITEM,
    distinguishing,
    in_polygon,
    item_labels,
    layout,
    other_layout,
    spread,
    tag_share,
)
from playrec_core.schema import GENRES
from playrec_core.testing.planted import PlantedWorld, planted

CONFIG = MapConfig(
    model="als", layouts=("umap", "tsne"), points=1000, neighbours=10, min_dist=0.3, perplexity=10, clusters=3
)


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return planted()


def embeddings(world: PlantedWorld, noise: float = 0.15) -> np.ndarray:
    """One direction per group, with a little noise."""
    rng = np.random.default_rng(1)
    vectors = rng.normal(scale=noise, size=(world.dataset.n_items, 8))
    for place, group in enumerate(world.groups):
        vectors[group, place] += 1
    return vectors.astype(np.float32)


@pytest.fixture(scope="module")
def points(world):
    return layout(world.dataset, embeddings(world), CONFIG, 7, lambda _: None)


def test_the_planted_groups_are_the_clusters_largest_first(world, points):
    membership = points[CLUSTER].to_numpy()
    found = [set(membership[group].tolist()) for group in world.groups]
    assert all(len(clusters) == 1 for clusters in found)
    assert set.union(*found) == {0, 1, 2}
    sizes = np.bincount(membership)
    assert (np.diff(sizes) <= 0).all()


@pytest.mark.parametrize("name", ["umap", "tsne"])
def test_items_of_a_group_lie_near_one_another(world, points, name):
    where = np.column_stack([points[f"{name}_x"].to_numpy(), points[f"{name}_y"].to_numpy()])
    group_of = np.empty(len(where), dtype=int)
    for place, group in enumerate(world.groups):
        group_of[group] = place
    distance = np.linalg.norm(where[:, None] - where[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (group_of[distance.argmin(axis=1)] == group_of).mean() > 0.95


def test_items_of_no_playlist_are_left_out(world, points):
    assert points[ITEM].to_numpy().tolist() == list(range(world.dataset.n_items - len(world.unheard)))


def test_the_same_seed_gives_the_same_map(world, points):
    again = layout(world.dataset, embeddings(world), CONFIG, 7, lambda _: None)
    assert again.equals(points)


def test_at_most_the_configured_number_of_points(world):
    config = CONFIG.model_copy(update={"points": 40, "layouts": ("tsne",)})
    assert layout(world.dataset, embeddings(world), config, 7, lambda _: None).num_rows == 40


def test_clusters_are_named_by_their_planted_genre_or_tag(world, points):
    membership = points[CLUSTER].to_numpy()
    labels, names = item_labels(world.dataset)
    found = distinguishing(membership, labels[: len(membership)], names, 3)
    for group in world.groups:
        own = {str(genre) for item in group for genre in world.dataset.catalogue[GENRES][int(item)].as_py()}
        tagged = np.asarray(world.dataset.item_tag_counts[group].sum(axis=0)).ravel()
        own.add(str(world.dataset.tags.ids[tagged.argmax()]))
        assert found[membership[group[0]]][0].text in own


def test_one_tag_alone_is_its_column_of_the_labels(world):
    labels, _ = item_labels(world.dataset)
    for tag in range(len(world.dataset.tags)):
        carried = world.dataset.item_tag_counts[:30, [tag]].toarray().ravel()
        np.testing.assert_array_equal(
            tag_share(world.dataset, np.arange(30), carried), labels[:30, [tag]].toarray().ravel()
        )


def test_a_tag_counts_as_the_share_of_the_items_playlists_that_carry_it(world):
    labels, names = item_labels(world.dataset)
    data = world.dataset
    for item in (0, 10, data.n_items - 1):
        for tag in range(len(data.tags)):
            holds = data.interactions[:, [item]].toarray().ravel() > 0
            carries = data.playlist_tags[:, [tag]].toarray().ravel() > 0
            expected = (holds & carries).sum() / (holds.sum() + DOUBT)
            assert labels[[item], :].toarray()[0, tag] == pytest.approx(expected, abs=1e-6)
    assert labels.data.max() <= 1
    assert len(names) == labels.shape[1]


def test_a_common_label_that_leans_to_a_cluster_beats_one_that_a_single_item_has():
    # 200 items: label 0 on 80 of the first hundred and 20 of the others, label 1 on one item of the first hundred.
    labels = np.zeros((200, 2), dtype=np.float32)
    labels[:80, 0] = labels[100:120, 0] = labels[0, 1] = 1
    membership = np.repeat([0, 1], 100)
    first, second = distinguishing(membership, csr_array(labels), ["leans", "once"], 2)
    assert [label.text for label in first] == ["leans", "once"]
    assert first[0].strength > 5 > 2 > first[1].strength
    assert first[0].share == pytest.approx(0.8)
    assert second == []


def test_a_name_that_is_a_tag_and_a_genre_is_returned_once():
    labels = csr_array(np.repeat([[1.0, 1.0], [0.0, 0.0]], 20, axis=0).astype(np.float32))
    found = distinguishing(np.repeat([0, 1], 20), labels, ["rock", "rock"], 2)
    assert [label.text for label in found[0]] == ["rock"]


def test_spread_finds_the_clusters_where_a_tag_was_planted():
    rng = np.random.default_rng(5)
    membership = np.repeat(np.arange(6), 50)
    carried = np.where(np.isin(membership, [1, 4]), rng.uniform(0.4, 0.8, 300), rng.uniform(0, 0.1, 300))
    carried[membership == 4] *= 1.3
    found = spread(membership, carried.astype(np.float32), 6)
    assert [share.cluster for share in found[:2]] == [4, 1]
    assert found[0].lift == pytest.approx(carried[membership == 4].mean() / carried.mean(), rel=1e-5)
    assert {share.cluster for share in found} == {1, 4}


def test_an_unused_tag_is_in_no_cluster():
    assert spread(np.array([0, 0, 1, 1]), np.zeros(4, np.float32), 2) == []


def test_a_lasso_excludes_the_opening_of_a_concave_shape():
    # A "C", open on the right. The expected result is the union of its three bars.
    x, y = [0, 4, 4, 1, 1, 4, 4, 0], [0, 0, 1, 1, 3, 3, 4, 4]
    points = np.random.default_rng(2).uniform(-1, 5, size=(2000, 2))
    across, up = points[:, 0], points[:, 1]
    tall = (across > 0) & (across < 4) & (up > 0) & (up < 4)
    expected = tall & ~((across > 1) & (up > 1) & (up < 3))
    np.testing.assert_array_equal(in_polygon(points, x, y), expected)
    # The same shape in the other direction, and closed explicitly.
    np.testing.assert_array_equal(in_polygon(points, [*x[::-1], x[-1]], [*y[::-1], y[-1]]), expected)


def test_another_layout_has_the_items_with_vectors(world):
    config = CONFIG.model_copy(update={"others": OtherSpacesConfig(points=60, epochs=50)})
    vectors = embeddings(world)
    vectors[[3, 40]] = 0
    found = other_layout(world.dataset, vectors, config, 7)
    assert found[ITEM].to_pylist() == [item for item in range(60) if item not in (3, 40)]
    assert np.isfinite(np.column_stack([found["x"], found["y"]])).all()
    assert found.equals(other_layout(world.dataset, vectors, config, 7))
    few = other_layout(world.dataset, np.zeros_like(vectors), config, 7)
    assert few.num_rows == 0
