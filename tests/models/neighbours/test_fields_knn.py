"""Neighbours by songs, tags and title, against the sum of three dense cosines."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from playrec_core.models import registry
from playrec_core.schema import Seed
from playrec_core.testing.planted import planted

KNN = {"neighbours": 10_000, "amplification": 1.0, "idf": 1.0, "vote_idf": 0.0}
CONFIG = KNN | {"tags": 0.4, "title": 0.7, "title_ngrams": [2, 3]}


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def model(world):
    made = registry.create("fields-knn", CONFIG)
    made.fit(world.dataset, rng=np.random.default_rng(3), device="cpu", progress=lambda _: None)
    return made


def dense_votes(world, seed: Seed) -> np.ndarray:
    """(n_playlists,) the three cosines added up, titles by scikit-learn's own tf-idf over unhashed n-grams."""
    data = world.dataset
    playlists, tags = data.interactions.toarray() > 0, data.playlist_tags.toarray() > 0

    def cosine(rows: np.ndarray, held: tuple[int, ...]) -> np.ndarray:
        idf = np.log1p(len(rows) / np.maximum(rows.sum(axis=0), 1))
        query = np.zeros(rows.shape[1])
        query[list(held)] = 1
        return cosine_similarity((query * idf)[None], rows * idf)[0]

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), norm=None, use_idf=False)
    counts = grams.fit_transform(data.playlist_table["title"].to_pylist()).toarray()
    idf = np.log1p(len(counts) / np.maximum((counts > 0).sum(axis=0), 1))
    asked = grams.transform([seed.title]).toarray()
    by_title = cosine_similarity(asked * idf, counts * idf)[0]
    return cosine(playlists, seed.songs) + 0.4 * cosine(tags, seed.tags) + 0.7 * by_title


@pytest.mark.parametrize(
    "seed",
    [Seed((3, 7), (1,), "mood1"), Seed((2, 5)), Seed((), (0, 2)), Seed(title="mood2 mix 17")],
    ids=["all", "songs", "tags", "title"],
)
def test_nearness_is_the_sum_of_three_cosines(model, world, seed):
    votes = dense_votes(world, seed)
    songs = votes @ (world.dataset.interactions.toarray() > 0)
    tags = votes @ world.dataset.playlist_tags.toarray()
    # Titles are hashed: now and then two n-grams share a column, and a playlist or two are a little nearer.
    off = 0.1 if seed.title else 1e-5
    for found, expected in ((model.score([seed])[0], songs), (model.score_tags([seed])[0], tags)):
        np.testing.assert_allclose(np.where(np.isfinite(found), found, 0), expected, rtol=1e-4, atol=off)


def test_a_question_without_songs_is_answered_from_its_own_group(model, world):
    data = world.dataset
    tag = list(data.tags.ids).index("tag1")
    group = set(world.groups[1].tolist())
    for seed in (Seed(tags=(tag,)), Seed(title="mood1")):
        best = np.argsort(-model.score([seed])[0], kind="stable")[:15]
        assert len(group & set(best.tolist())) == 15
