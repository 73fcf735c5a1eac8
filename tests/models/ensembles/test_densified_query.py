"""The densified query and the plain mixture against known neighbours."""

import numpy as np
import pytest

from playrec_core.schema import Seed
from playrec_core.testing.planted import fitted, planted

FEATURES = {"catalogue": ["genre"], "tags": 5, "playlists": False}
CONTENT = {"features": FEATURES, "dimensions": 8, "neighbours": 25, "similarity": "cosine"}
KNN = {"neighbours": 50, "amplification": 1.0, "idf": 0.0, "vote_idf": 0.0}
TABLES = {
    "content-neighbours": CONTENT,
    "playlist-knn": KNN,
    "densified-query": {
        "content": "content-neighbours", "collaborative": "playlist-knn", "most": 3, "songs": 20, "weight": 0.5,
    },
    "content-collaborative-mixture": {
        "content": "content-neighbours", "collaborative": "playlist-knn", "short": 4, "for_short": 2, "for_long": 1,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def models(world):
    return fitted(TABLES, world.dataset)


@pytest.mark.parametrize(("length", "each"), [(1, 3), (4, 3), (6, 2), (10, 1), (18, 1), (25, 1)])
def test_a_query_is_filled_up_to_about_the_configured_number(models, world, length, each):
    model = models["densified-query"]
    seed = Seed(tuple(world.groups[0][:length].tolist()))
    items, owners = model.added(seed)
    assert len(set(items.tolist()) | set(seed.songs)) == len(items) + length
    counts = np.bincount(owners, minlength=length)
    assert counts.max() <= each
    assert counts[0] == each
    query = model.query(seed)
    assert query.songs == (*seed.songs, *items.tolist())
    assert query.weights == (1.0,) * length + (0.5,) * len(items)


def test_every_added_song_is_a_neighbour_of_its_source(models, world):
    model = models["densified-query"]
    seed = Seed((*world.groups[0][:2].tolist(), int(world.groups[1][0])))
    for item, owner in zip(*model.added(seed), strict=True):
        assert item in models["content-neighbours"].neighbours[seed.songs[owner]]


def test_scores_are_those_of_the_collaborative_model_for_the_densified_query(models, world):
    model = models["densified-query"]
    seed = Seed(tuple(world.groups[2][:3].tolist()), weights=(1.0, 2.0, 0.5))
    assert model.query(seed).weights[:3] == (1.0, 2.0, 0.5)
    np.testing.assert_array_equal(model.score([seed]), models["playlist-knn"].score([model.query(seed)]))


def test_a_song_in_no_playlist_is_scored_through_its_neighbours(models, world):
    seed = Seed((int(world.unheard[0]),))
    assert not np.isfinite(models["playlist-knn"].score([seed])).any()
    assert np.isfinite(models["densified-query"].score([seed])).any()


def test_the_mixture_is_content_first_and_then_the_collaborative_order(models, world):
    model = models["content-collaborative-mixture"]
    for length, each in ((3, 2), (6, 1)):
        seed = Seed(tuple(world.groups[1][:length].tolist()))
        scores = model.score([seed])[0]
        order = np.argsort(-scores, kind="stable")[: np.isfinite(scores).sum()].tolist()
        first, _ = models["content-neighbours"].neighbours_of(seed, each)
        assert order[: len(first)] == first.tolist()
        alone = models["playlist-knn"].score([seed])[0]
        wanted = [i for i in np.argsort(-alone, kind="stable").tolist() if np.isfinite(alone[i])]
        assert order[len(first) :] == [i for i in wanted if i not in {*first.tolist(), *seed.songs}]
