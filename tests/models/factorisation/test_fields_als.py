"""ALS for songs, tags and title: as ALS for songs, by the map from text to vectors for a title."""

import numpy as np
import pytest

from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.models.factorisation.fields_als import FieldsAls, FieldsAlsConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted
from playrec_core.text_index.title_index import TitleIndex, count

VECTORS = {"factors": 6, "regularization": 1.0, "alpha": 5.0, "iterations": 4}
TEXT = {"words_regularization": 2.0, "ngrams": (1, 3), "tags_are_words": False, "stems": False}


@pytest.fixture(scope="module")
def world():
    return planted()


def fit(model, dataset):
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


@pytest.fixture(scope="module")
def model(world):
    return fit(FieldsAls(FieldsAlsConfig(**VECTORS, **TEXT)), world.dataset)


def test_songs_are_scored_as_by_als(model, world):
    alone = fit(Als(AlsConfig(**VECTORS)), world.dataset)
    seeds = [Seed((3, 11)), Seed((8,), title="mood1")]
    np.testing.assert_array_equal(model.score(seeds), alone.score(seeds))


def test_a_titles_vector_is_the_ridge_regression_from_text(model, world):
    alone = Als(AlsConfig(**VECTORS))
    vectors = alone.fit_ratings(world.dataset.interactions, np.random.default_rng(0), no_progress).astype(np.float64)
    titles = TitleIndex.build(world.dataset.playlist_table["title"].to_pylist(), (1, 3))
    names = titles.grams.toarray().astype(np.float64)
    kernel = names @ names.T
    query = titles.similarity(count(["mood1 mix"], (1, 3))).toarray()[0]
    expected = query @ np.linalg.solve(kernel + 2.0 * np.eye(len(kernel)), vectors)
    np.testing.assert_allclose(model.fold_in(Seed(title="mood1 mix")), expected, atol=1e-4)


def test_a_title_alone_finds_the_songs_of_its_group(model, world):
    for group, songs in enumerate(world.groups):
        best = np.argsort(-model.score([Seed(title=f"mood{group}")])[0], kind="stable")[:10]
        assert set(best.tolist()) <= set(songs.tolist())
        tag = world.dataset.tags.index([f"tag{group}"]).tolist()
        known, other = model.score([Seed(tags=tuple(tag)), Seed(other_tags=(f"tag{group}",))])
        np.testing.assert_array_equal(known, other)


def test_the_part_of_text_is_the_baseline(model):
    seed = Seed(title="mood1")
    scores = model.score([seed])[0]
    explanation = model.explain(seed, int(np.argmax(scores)))
    assert explanation.baseline == explanation.score == pytest.approx(scores.max())
    assert len(explanation.contributions) == 0
