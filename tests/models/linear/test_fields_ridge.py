"""Playlist ridge by songs, tags and title: tags are read as text, and both systems add up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from playrec_core.data.builder import DatasetBuilder
from playrec_core.models.linear.fields_ridge import FieldsRidge, FieldsRidgeConfig
from playrec_core.models.linear.playlist_ridge import PlaylistRidge, PlaylistRidgeConfig
from playrec_core.schema import Nouns, Seed, no_progress
from playrec_core.testing.planted import planted
from playrec_core.text_index.title_index import count

BY_SONGS = {"playlists": 1000, "regularization": 2.0, "amplification": 1.3, "idf": 0.7}
BY_TEXT = {"words": 0.5, "words_regularization": 2.0, "ngrams": (1, 3), "tags_are_words": False, "stems": False}


@pytest.fixture(scope="module")
def dataset():
    return planted().dataset


def fit(model, dataset):
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


@pytest.fixture(scope="module")
def model(dataset):
    return fit(FieldsRidge(FieldsRidgeConfig(**BY_SONGS, **BY_TEXT)), dataset)


def test_songs_alone_are_scored_as_by_the_playlist_ridge(model, dataset):
    alone = fit(PlaylistRidge(PlaylistRidgeConfig(**BY_SONGS)), dataset)
    np.testing.assert_array_equal(model.score([Seed((3, 11))]), alone.score([Seed((3, 11))]))


def test_the_votes_by_songs_and_by_text_add_up(model):
    seeds = [Seed((3, 11)), Seed(title="mood1"), Seed((3, 11), title="mood1")]
    songs, text, both = model.score(seeds)
    heard = np.isfinite(both)
    np.testing.assert_allclose(both[heard], (songs + text)[heard], atol=1e-5)


def test_a_known_tag_an_unknown_tag_and_a_title_of_the_same_letters_are_the_same(model, dataset):
    name = str(dataset.tags.ids[0])
    scores = model.score([Seed(tags=(0,)), Seed(other_tags=(name,)), Seed(title=name)])
    assert np.isfinite(scores).any()
    np.testing.assert_array_equal(scores[0], scores[1])
    np.testing.assert_array_equal(scores[0], scores[2])


def test_the_part_of_text_is_the_baseline(model):
    seed = Seed((3, 11), title="mood1")
    scores = model.score([seed])[0]
    best = int(np.argmax(scores))
    explanation = model.explain(seed, best)
    assert explanation.total == pytest.approx(scores[best], abs=1e-5)
    assert explanation.baseline == pytest.approx(model.score([Seed(title="mood1")])[0, best], abs=1e-5)


def test_titles_are_stemmed_if_training_titles_are_stems():
    """As in Melon's published tenth: stems in training, sentences in queries, which match only after stemming."""
    builder = DatasetBuilder("stems", Nouns(), Path("stems"), numeric_ids=True)
    for playlist in range(60):
        title = ("비 오 날 노래", "여름 바다 팝", "가 은 는 에")[playlist % 3]
        builder.add_playlist(playlist, [playlist % 3 * 10 + place for place in range(4)], title=title)
    stemmed = builder.build()
    plain = fit(FieldsRidge(FieldsRidgeConfig(**BY_SONGS, **BY_TEXT)), stemmed)
    cutting = fit(FieldsRidge(FieldsRidgeConfig(**BY_SONGS, **{**BY_TEXT, "stems": True})), stemmed)
    written, stem = Seed(title="비가은는 날에는"), Seed(title="비 날")
    np.testing.assert_array_equal(cutting.score([written]), cutting.score([stem]))
    np.testing.assert_allclose(cutting.score([stem]), plain.score([stem]), atol=1e-6)
    rainy = stemmed.items.index([0, 1, 2, 3])
    particles = stemmed.items.index([20, 21, 22, 23])
    lead = [model.score([written])[0] for model in (plain, cutting)]
    assert lead[1][rainy].mean() > lead[1][particles].mean() + 0.1
    assert lead[1][particles].mean() < lead[0][particles].mean()


def test_tags_derived_from_titles_are_read_only_without_a_title(dataset):
    """Playlists of a question file have tags and no title; in the training file the tags repeat the title."""
    titles = dataset.playlist_table["title"].to_pylist()
    untitled = [title if row % 2 else "" for row, title in enumerate(titles)]
    place = dataset.playlist_table.schema.get_field_index("title")
    half = replace(dataset, playlist_table=dataset.playlist_table.set_column(place, "title", pa.array(untitled)))
    model = fit(FieldsRidge(FieldsRidgeConfig(**BY_SONGS, **BY_TEXT)), half)
    by_tag = count(["tag0 everywhere"], (1, 3)).sum()
    lengths = np.asarray((model.text.titles.grams[0::2] > 0).sum(axis=1)).ravel()
    assert (lengths > 0).all()
    assert lengths.max() <= by_tag
    assert set(model.text.titles.grams[[1], :].indices) == set(count([titles[1]], (1, 3)).indices)


def test_playlists_without_text_are_not_in_the_text_system(dataset):
    bare = replace(dataset, playlist_tags=csr_array(dataset.playlist_tags.shape, dtype=np.float32))
    titles = ["" if row % 3 else "mood" for row in range(dataset.n_playlists)]
    place = bare.playlist_table.schema.get_field_index("title")
    bare = replace(bare, playlist_table=bare.playlist_table.set_column(place, "title", pa.array(titles)))
    model = fit(FieldsRidge(FieldsRidgeConfig(**BY_SONGS, **BY_TEXT)), bare)
    assert len(model.words_inverse) == sum(map(bool, titles)) < dataset.n_playlists
    votes = model.votes(Seed(title="mood"))
    assert votes is not None
    assert (votes[[bool(title) for title in titles]] > 0).all()
    assert (votes[[not title for title in titles]] == 0).all()
