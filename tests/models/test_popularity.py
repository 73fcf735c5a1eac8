import numpy as np

from playrec_core.models.genre_popularity import GenrePopularity, GenrePopularityConfig
from playrec_core.models.popularity import Popularity, PopularityConfig
from playrec_core.schema import GENRES, Seed, no_progress
from playrec_core.testing import planted


def fit(model, dataset):
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


def test_popularity_is_the_number_of_playlists():
    dataset = planted().dataset
    scores = fit(Popularity(PopularityConfig()), dataset).score([Seed((3,)), Seed()])
    expected = [(dataset.interactions.toarray()[:, item] > 0).sum() for item in range(dataset.n_items)]
    assert scores.tolist() == [expected, expected]


def test_genre_popularity_answers_from_the_genre_most_seeds_have():
    world = planted()
    model = fit(GenrePopularity(GenrePopularityConfig()), world.dataset)
    seed = Seed((*world.groups[2][:2].tolist(), int(world.groups[0][0])))
    scores = model.score([seed])[0]
    inside = np.isfinite(scores)
    genres = world.dataset.catalogue[GENRES].to_pylist()
    assert {tuple(genres[item]) for item in np.flatnonzero(inside)} == {("genre 2",)}
    assert scores[inside].tolist() == world.dataset.item_counts[inside].tolist()


def test_genres_that_tie_go_to_the_one_heard_more():
    world = planted()
    model = fit(GenrePopularity(GenrePopularityConfig()), world.dataset)
    totals = [world.dataset.item_counts[group].sum() for group in world.groups]
    one_each = Seed(tuple(int(group[5]) for group in world.groups))
    answered = np.flatnonzero(np.isfinite(model.score([one_each])[0]))
    assert set(world.groups[int(np.argmax(totals))].tolist()) <= set(answered.tolist())


def test_without_genres_it_leaves_everything_to_the_chain():
    world = planted()
    column = world.dataset.catalogue.schema.get_field_index(GENRES)
    import pyarrow as pa

    bare = world.dataset.catalogue.set_column(
        column, GENRES, pa.array([[]] * world.dataset.n_items, pa.list_(pa.string()))
    )
    from dataclasses import replace

    model = fit(GenrePopularity(GenrePopularityConfig()), replace(world.dataset, catalogue=bare))
    assert np.isneginf(model.score([Seed((0, 1))])).all()
