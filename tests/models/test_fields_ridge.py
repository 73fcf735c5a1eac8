"""Fields ridge: words count once, tags are read as words, and both systems add up."""

import numpy as np
import pytest

from playrec_core.models.fields_ridge import FieldsRidge, FieldsRidgeConfig
from playrec_core.models.playlist_ridge import PlaylistRidge, PlaylistRidgeConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing import planted

BY_SONGS = {"playlists": 1000, "regularization": 2.0, "amplification": 1.3, "idf": 0.7}
BY_WORDS = {"words": 0.5, "words_regularization": 2.0, "ngrams": (1, 3), "tags_are_words": False}


@pytest.fixture(scope="module")
def dataset():
    return planted().dataset


def fit(model, dataset):
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


@pytest.fixture(scope="module")
def model(dataset):
    return fit(FieldsRidge(FieldsRidgeConfig(**BY_SONGS, **BY_WORDS)), dataset)


def test_songs_alone_are_answered_as_by_the_playlist_ridge(model, dataset):
    alone = fit(PlaylistRidge(PlaylistRidgeConfig(**BY_SONGS)), dataset)
    np.testing.assert_array_equal(model.score([Seed((3, 11))]), alone.score([Seed((3, 11))]))


def test_the_votes_by_songs_and_by_words_add_up(model):
    seeds = [Seed((3, 11)), Seed(title="mood1"), Seed((3, 11), title="mood1")]
    songs, words, both = model.score(seeds)
    heard = np.isfinite(both)
    np.testing.assert_allclose(both[heard], (songs + words)[heard], atol=1e-5)


def test_a_known_tag_an_unknown_tag_and_a_title_of_the_same_letters_are_the_same(model, dataset):
    name = str(dataset.tags.ids[0])
    scores = model.score([Seed(tags=(0,)), Seed(other_tags=(name,)), Seed(title=name)])
    assert np.isfinite(scores).any()
    np.testing.assert_array_equal(scores[0], scores[1])
    np.testing.assert_array_equal(scores[0], scores[2])


def test_its_explanation_leaves_the_words_in_the_baseline(model):
    seed = Seed((3, 11), title="mood1")
    scores = model.score([seed])[0]
    best = int(np.argmax(scores))
    told = model.explain(seed, best)
    assert told.total == pytest.approx(scores[best], abs=1e-5)
    assert told.baseline == pytest.approx(model.score([Seed(title="mood1")])[0, best], abs=1e-5)
