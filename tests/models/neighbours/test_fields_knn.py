"""Playlist kNN by songs, tags and title against the sum of three dense cosines."""

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
    """(n_playlists,) the sum of the three cosines; for titles scikit-learn's tf-idf over unhashed n-grams."""
    data = world.dataset
    playlists, tags = data.interactions.toarray() > 0, data.playlist_tags.toarray() > 0

    def cosine(rows: np.ndarray, columns: tuple[int, ...]) -> np.ndarray:
        idf = np.log1p(len(rows) / np.maximum(rows.sum(axis=0), 1))
        query = np.zeros(rows.shape[1])
        query[list(columns)] = 1
        return cosine_similarity((query * idf)[None], rows * idf)[0]

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), norm=None, use_idf=False)
    counts = grams.fit_transform(data.playlist_table["title"].to_pylist()).toarray()
    idf = np.log1p(len(counts) / np.maximum((counts > 0).sum(axis=0), 1))
    query = grams.transform([seed.title]).toarray()
    by_title = cosine_similarity(query * idf, counts * idf)[0]
    return cosine(playlists, seed.songs) + 0.4 * cosine(tags, seed.tags) + 0.7 * by_title


@pytest.mark.parametrize(
    "seed",
    [Seed((3, 7), (1,), "mood1"), Seed((2, 5)), Seed((), (0, 2)), Seed(title="mood2 mix 17")],
    ids=["all", "songs", "tags", "title"],
)
def test_similarity_is_the_sum_of_three_cosines(model, world, seed):
    votes = dense_votes(world, seed)
    songs = votes @ (world.dataset.interactions.toarray() > 0)
    tags = votes @ world.dataset.playlist_tags.toarray()
    # Titles are hashed: rare collisions of two n-grams change a few similarities slightly.
    off = 0.1 if seed.title else 1e-5
    for found, expected in ((model.score([seed])[0], songs), (model.score_tags([seed])[0], tags)):
        np.testing.assert_allclose(np.where(np.isfinite(found), found, 0), expected, rtol=1e-4, atol=off)


def test_a_seed_without_songs_gets_songs_of_its_own_group(model, world):
    data = world.dataset
    tag = list(data.tags.ids).index("tag1")
    group = set(world.groups[1].tolist())
    for seed in (Seed(tags=(tag,)), Seed(title="mood1")):
        best = np.argsort(-model.score([seed])[0], kind="stable")[:15]
        assert len(group & set(best.tolist())) == 15
