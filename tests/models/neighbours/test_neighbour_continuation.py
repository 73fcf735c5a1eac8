"""Continuation by neighbours: exact neighbours, and their turns in the content model."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from playrec_core.data.features import FeatureConfig
from playrec_core.models.content.content_neighbours import ContentNeighbours, ContentNeighboursConfig
from playrec_core.models.content.content_space import principal_components
from playrec_core.models.neighbours.neighbour_continuation import nearest
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Nouns, Seed, no_progress
from playrec_core.testing.planted import planted

CONFIG = ContentNeighboursConfig(
    neighbours=20,
    similarity="cosine",
    dimensions=20,
    features=FeatureConfig(catalogue=("genre",), tags=3, playlists=False),
)


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def model(world):
    model = ContentNeighbours(CONFIG)
    model.fit(world.dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_neighbours_are_exact(similarity):
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(200, 6)).astype(np.float32)
    vectors[17] = 0
    norms = np.linalg.norm(vectors, axis=1) if similarity == "cosine" else np.ones(200)
    similarities = (vectors / np.where(norms > 0, norms, 1)[:, None]).astype(np.float64)
    similarities = similarities @ similarities.T
    np.fill_diagonal(similarities, -np.inf)
    found = nearest(vectors, 150, 12, similarity)
    assert found.shape == (200, 12)
    for song in range(200):
        best = np.sort(similarities[song, :150])[::-1][:12]
        np.testing.assert_allclose(similarities[song, found[song]], best, atol=3e-4)
        assert song not in found[song]
        assert len(set(found[song].tolist())) == 12


def test_blocks_do_not_change_the_result(monkeypatch):
    """Blocks only bound memory."""
    vectors = np.random.default_rng(2).normal(size=(90, 5)).astype(np.float32)
    whole = nearest(vectors, 60, 9, "cosine")
    monkeypatch.setattr("playrec_core.models.neighbours.neighbour_continuation._BLOCK", 7)
    np.testing.assert_array_equal(nearest(vectors, 60, 9, "cosine"), whole)


def test_ties_are_broken_by_popularity():
    vectors = np.tile(np.eye(3, dtype=np.float32), (400, 1))
    found = nearest(vectors, len(vectors), 8, "cosine")
    for song in (0, 5, 601, 1199):
        same = [other for other in range(song % 3, 1200, 3) if other != song]
        assert set(found[song].tolist()) <= set(same[:10]), "the most popular ones, within the precision of the search"
    assert found[0, :3].tolist() == [3, 6, 9]


def test_threads_do_not_change_the_neighbours():
    """Songs with few features have many near ties, decided by the last bits of a sum."""
    rng = np.random.default_rng(3)
    features = csr_array((rng.random((5000, 90)) < 0.06).astype(np.float32))
    vectors, _ = principal_components(features, 90)
    tables = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            tables.append(nearest(vectors, len(vectors), 60, "cosine"))
    np.testing.assert_array_equal(tables[0], tables[1])


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_a_large_catalogue_is_searched_by_cells(monkeypatch, similarity):
    """Against the exact search, on clustered songs as real ones are, some of which cannot be neighbours."""
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(80, 12))
    vectors = (centres[rng.integers(0, 80, 5_000)] + 0.4 * rng.normal(size=(5_000, 12))).astype(np.float32)
    exact = nearest(vectors, 4_500, 20, similarity)
    for name, value in (("_EXACT_PAIRS", 0), ("_CELL", 50), ("_CELLS_SEEN", 30)):
        monkeypatch.setattr(f"playrec_core.models.neighbours.neighbour_continuation.{name}", value)
    found = nearest(vectors, 4_500, 20, similarity)
    assert found.max() < 4_500
    assert not (found == np.arange(5_000)[:, None]).any()
    recalls = [len(set(one.tolist()) & set(other.tolist())) / 20 for one, other in zip(found, exact, strict=True)]
    assert np.mean(recalls) > 0.95
    with threadpool_limits(2):
        np.testing.assert_array_equal(nearest(vectors, 4_500, 20, similarity), found)


def test_too_few_neighbours_are_padded():
    found = nearest(np.eye(4, dtype=np.float32), 2, 3, "cosine")
    assert found.tolist() == [[1, -1, -1], [0, -1, -1], [0, 1, -1], [0, 1, -1]]
    assert (nearest(np.eye(2, dtype=np.float32), 0, 3, "dot") == -1).all()


def test_scores_follow_the_round_robin(model, world):
    one, two = (int(group[2]) for group in world.groups[:2])
    seed = Seed((one, two))
    items, sources = model.continuation(seed)
    scores = model.score([seed])[0]
    assert top_k(scores, len(items)).tolist() == items.tolist()
    assert np.isneginf(scores[[one, two]]).all()
    assert sources[:6].tolist() == [0, 1, 0, 1, 0, 1]
    assert set(items[sources == 0].tolist()) <= set(world.groups[0].tolist())
    assert set(items[sources == 1].tolist()) <= set(world.groups[1].tolist())


def test_a_score_is_attributed_to_one_seed_song(model, world):
    seed = Seed(tuple(int(group[2]) for group in world.groups))
    items, sources = model.continuation(seed)
    for rank in (0, 1, 7):
        found = model.explain(seed, int(items[rank]))
        assert np.flatnonzero(found.contributions).tolist() == [sources[rank]]
        assert found.total == pytest.approx(1 / (rank + 1))
    assert model.explain(seed, int(world.unheard[0])).total == 0.0


def test_a_song_in_no_playlist_can_be_a_seed_but_not_recommended(model, world):
    """Its genre is known, so a content model can use it."""
    unheard = int(world.unheard[0])
    items, _ = model.continuation(Seed((unheard,)))
    genre = world.dataset.catalogue["genres"].to_pylist()
    assert {tuple(genre[item]) for item in items[:10].tolist()} == {tuple(genre[unheard])}
    assert not set(world.unheard.tolist()) & set(items.tolist())


def test_songs_outside_the_catalogue_are_ignored(model, world):
    known = int(world.groups[0][0])
    with_unknown, owners = model.continuation(Seed((-5, known, 10**9)))
    assert with_unknown.tolist() == model.continuation(Seed((known,)))[0].tolist()
    assert set(owners.tolist()) == {1}


def test_the_trace_says_which_song_brought_which():
    """Three seed songs whose neighbours are 100 songs each, apart from one that two of them share."""
    table = np.full((303, 100), -1, dtype=np.int32)
    for song in range(3):
        table[song] = 3 + 100 * song + np.arange(100)
    table[2, 0] = table[0, 0]
    model = ContentNeighbours.from_state(CONFIG, {"vectors": np.zeros((303, 1), np.float32), "neighbours": table})
    trace = model.trace(Seed((2, 0, 1)), Nouns())
    assert trace is not None
    turns, listed = trace.steps
    songs, brings, brought = (list(column.values) for column in turns.columns)
    assert songs == [2, 0, 1]
    assert brings == [34, 33, 33]
    assert [some[:2] for some in brought] == [[3, 204], [4, 5], [103, 104]]
    assert [list(column.values)[:4] for column in listed.columns] == [[3, 4, 103, 204], [2, 0, 1, 2]]
    best = top_k(model.score([Seed((2, 0, 1))])[0], 10)
    assert list(listed.columns[0].values) == best.tolist()


def test_a_seed_without_neighbours_has_no_trace(model):
    assert model.trace(Seed(), Nouns()) is None
