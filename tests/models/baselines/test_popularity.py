from pathlib import Path

import numpy as np

from playrec_core.config import Frozen
from playrec_core.data.builder import DatasetBuilder
from playrec_core.models.baselines.genre_popularity import GenrePopularity, GenrePopularityConfig
from playrec_core.models.baselines.popularity import Popularity
from playrec_core.schema import GENRES, Nouns, Seed, no_progress
from playrec_core.testing.planted import planted


def fit(model, dataset):
    model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    return model


def test_popularity_is_the_number_of_playlists():
    dataset = planted().dataset
    scores = fit(Popularity(Frozen()), dataset).score([Seed((3,)), Seed()])
    expected = [(dataset.interactions.toarray()[:, item] > 0).sum() for item in range(dataset.n_items)]
    assert scores.tolist() == [expected, expected]


def test_popular_tags_are_those_of_most_playlists():
    dataset = planted().dataset
    model = fit(Popularity(Frozen()), dataset)
    expected = (dataset.playlist_tags.toarray() > 0).sum(axis=0)
    scores = model.score_tags([Seed((3,)), Seed()])
    assert scores is not None
    assert scores.tolist() == [expected.tolist()] * 2


def test_a_state_without_tag_counts_opens_and_scores_no_tags():
    """Runs of earlier versions have item counts only."""
    model = fit(Popularity(Frozen()), planted().dataset)
    opened = Popularity.from_state(Frozen(), {"item_counts": model.state()["item_counts"]})
    assert opened.score([Seed()]).tolist() == model.score([Seed()]).tolist()
    assert opened.score_tags([Seed()]) is None


def test_genre_popularity_recommends_from_the_most_common_genre():
    world = planted()
    model = fit(GenrePopularity(GenrePopularityConfig(genres=1)), world.dataset)
    seed = Seed((*world.groups[2][:2].tolist(), int(world.groups[0][0])))
    scores = model.score([seed])[0]
    inside = np.isfinite(scores)
    genres = world.dataset.catalogue[GENRES].to_pylist()
    assert {tuple(genres[item]) for item in np.flatnonzero(inside)} == {("genre 2",)}
    assert scores[inside].tolist() == world.dataset.item_counts[inside].tolist()


def test_ties_between_genres_go_to_the_more_frequent():
    world = planted()
    model = fit(GenrePopularity(GenrePopularityConfig(genres=1)), world.dataset)
    totals = [world.dataset.item_counts[group].sum() for group in world.groups]
    one_each = Seed(tuple(int(group[5]) for group in world.groups))
    scored = np.flatnonzero(np.isfinite(model.score([one_each])[0]))
    assert set(world.groups[int(np.argmax(totals))].tolist()) <= set(scored.tolist())


def test_the_rule_of_three_favourite_genres_takes_items_with_any_of_them():
    """On a few movies: the favourites are b (3 votes), c (2) and a (1); d is the fourth."""
    movies = {1: ["b", "c"], 2: ["b", "c"], 3: ["b", "a"], 4: ["a"], 5: ["d"], 6: ["c", "d"], 7: [], 8: ["d", "a"]}
    builder = DatasetBuilder("rule", Nouns("movie", "movies", "user", "users"), Path("rule"), numeric_ids=True)
    for movie, genres in movies.items():
        builder.add_item(movie, f"movie {movie}", genres=genres)
    for user, seen in enumerate([[1, 2, 3, 4], [4, 5, 8], [4, 6], [5, 7], [5], [5]]):
        builder.add_playlist(user, seen)
    dataset = builder.build()
    model = fit(GenrePopularity(GenrePopularityConfig(genres=3)), dataset)
    seed = Seed(tuple(dataset.items.index([1, 2, 3]).tolist()))
    scores = dict(zip(dataset.items.ids.tolist(), model.score([seed])[0].tolist(), strict=True))
    # 5 is the most popular, but has only the fourth genre; 7 has none.
    assert scores[5] == scores[7] == -np.inf
    assert {movie: scores[movie] for movie in (4, 6, 8)} == {4: 3.0, 6: 1.0, 8: 1.0}


def test_without_genres_everything_is_left_to_the_fallbacks():
    world = planted()
    column = world.dataset.catalogue.schema.get_field_index(GENRES)
    import pyarrow as pa

    bare = world.dataset.catalogue.set_column(
        column, GENRES, pa.array([[]] * world.dataset.n_items, pa.list_(pa.string()))
    )
    from dataclasses import replace

    model = fit(GenrePopularity(GenrePopularityConfig(genres=1)), replace(world.dataset, catalogue=bare))
    assert np.isneginf(model.score([Seed((0, 1))])).all()


def test_the_trace_names_the_favourite_genres_and_what_is_popular_in_them():
    world = planted()
    model = fit(GenrePopularity(GenrePopularityConfig(genres=2)), world.dataset)
    first, second = world.groups[2][:2].tolist(), int(world.groups[0][0])
    seed = Seed((*first, second))
    trace = model.trace(seed, Nouns())
    assert trace is not None
    favourites, popular = trace.steps
    genres, counts, songs = (list(column.values) for column in favourites.columns)
    names = world.dataset.genres_by_frequency()[1]
    assert [names[genre] for genre in genres] == ["genre 2", "genre 0"]
    assert counts == [2, 1]
    assert songs == [first, [second]]
    recommended, playlists = (list(column.values) for column in popular.columns)
    allowed = [
        item for group in (world.groups[0], world.groups[2]) for item in group.tolist() if item not in seed.songs
    ]
    assert playlists == sorted(world.dataset.item_counts[allowed].tolist(), reverse=True)[: len(playlists)]
    assert playlists == world.dataset.item_counts[recommended].tolist()
    assert model.trace(Seed(), Nouns()) is None
