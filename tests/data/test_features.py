"""Song features compared with rows written by hand."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.features import FeatureConfig, available, era, era_name, lacking, song_features
from playrec_core.errors import MissingDataError
from playrec_core.schema import Nouns
from playrec_core.testing.planted import planted, without_content

EVERYTHING = FeatureConfig(catalogue=("year", "month", "genre", "detail genre"), tags=2, playlists=True)
SONGS = {
    # id: release date, album, genres, detail genres
    1: ("20150612", 1, ["발라드", "록"], ["발라드 · 90"]),
    2: ("00000000", 1, ["발라드"], []),  # repaired from song 1, of the same album
    3: ("00000000", 2, ["재즈"], ["재즈 · 보컬"]),  # no other date to copy
    4: ("20160000", 3, ["록", "록"], []),  # month 00: the whole date counts as missing
    5: ("2015", None, [], []),
}
PLAYLISTS = {10: ([1, 2, 3], ["밤", "비"]), 11: ([1, 2], ["밤", "드라이브"]), 12: ([1, 4], ["비", "밤"])}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    builder = DatasetBuilder("few", Nouns(), Path("few"), numeric_ids=True)
    for song, (released, album, genres, details) in SONGS.items():
        builder.add_item(song, f"song {song}", album_id=album, released=released, genres=genres, detail_genres=details)
    for playlist, (songs, tags) in PLAYLISTS.items():
        builder.add_playlist(playlist, songs, tags=tags)
    return builder.build()


def by_id(dataset: Dataset, config: FeatureConfig = EVERYTHING) -> dict[int, list[str]]:
    features = song_features(dataset, config)
    return {song: features.of(item) for item, song in enumerate(dataset.items.ids.tolist())}


def test_every_song_has_its_features_by_name(dataset):
    assert by_id(dataset) == {
        1: [
            *("year: 2015", "month: 6", "genre: 록", "genre: 발라드", "detail genre: 발라드 · 90"),
            *("tag: 밤", "tag: 비", "playlist: 10", "playlist: 11", "playlist: 12"),
        ],
        2: ["year: 2015", "month: 6", "genre: 발라드", "tag: 밤", "tag: 비", "playlist: 10", "playlist: 11"],
        3: [
            *("year: not known", "month: not known", "genre: 재즈", "detail genre: 재즈 · 보컬"),
            *("tag: 밤", "tag: 비", "playlist: 10"),
        ],
        4: ["year: not known", "month: not known", "genre: 록", "tag: 밤", "tag: 비", "playlist: 12"],
        5: ["year: 2015", "month: not known"],
    }


def test_widths_come_from_the_data(dataset):
    features = song_features(dataset, EVERYTHING)
    assert features.widths == {"year": 2, "month": 2, "genre": 3, "detail genre": 2, "tag": 2, "playlist": 3}
    assert features.matrix.shape == (5, 14) == (5, len(features.names))
    assert set(features.matrix.data.tolist()) == {1.0}
    tags_and_genres = features.columns("tag", "genre")
    assert [name for name, own in zip(features.names, tags_and_genres, strict=True) if own] == [
        *("genre: 록", "genre: 발라드", "genre: 재즈", "tag: 밤", "tag: 비")
    ]


def test_only_the_most_frequent_tags_are_columns(dataset):
    """밤 is a tag of three playlists, 비 of two, 드라이브 of one."""
    wanted = {1: ["tag: 밤"], 3: ["tag: 밤", "tag: 비"], 600: ["tag: 밤", "tag: 비", "tag: 드라이브"]}
    for n, names in wanted.items():
        config = EVERYTHING.model_copy(update={"catalogue": (), "tags": n, "playlists": False})
        found = song_features(dataset, config).names
        assert set(names) <= set(found)
        assert len(found) == min(n, 3)


def test_features_that_are_not_configured_are_absent(dataset):
    config = FeatureConfig(catalogue=("month",), tags=0, playlists=False)
    assert song_features(dataset, config).names == ("month: not known", "month: 6")


def test_only_features_that_the_data_set_has():
    """If no date is known there is no column "not known" either."""
    whole = planted().dataset
    assert available(whole, EVERYTHING) == ("year", "month", "genre", "tag", "playlist")
    assert available(without_content(whole), EVERYTHING) == ("playlist",)


def test_a_data_set_without_any_feature_gets_a_message():
    bare = without_content(planted().dataset)
    content = EVERYTHING.model_copy(update={"playlists": False})
    assert lacking(planted().dataset, content) is None
    assert lacking(bare, EVERYTHING) is None, "any data set has playlist membership"
    assert lacking(bare, content) == "the data set has none of years, months, genres, detail genres, tags"
    with pytest.raises(MissingDataError, match="none of years, months"):
        song_features(bare, content)
    with pytest.raises(MissingDataError, match="no features are configured"):
        song_features(bare, FeatureConfig(catalogue=(), tags=0, playlists=False))


def test_membership_is_the_transposed_interactions():
    dataset = planted().dataset
    features = song_features(dataset, EVERYTHING)
    membership = features.matrix[:, features.columns("playlist")].toarray()
    np.testing.assert_array_equal(membership, (dataset.interactions.toarray() > 0).T)


def test_eras_are_the_six_bins_of_the_movie_rec_report():
    """The bins of the Movie Rec team report (docs/sources/movie-rec-report.md), at their edges."""
    years = np.array([0, 1895, 1919, 1920, 1949, 1950, 1969, 1970, 1979, 1980, 1999, 2000, 2024])
    names = [era_name(first) for first in era(years).tolist()]
    assert names == [
        "not known",
        *["–1919"] * 2,
        *["1920–1949"] * 2,
        *["1950–1969"] * 2,
        *["1970–1979"] * 2,
        *["1980–1999"] * 2,
        *["2000–"] * 2,
    ]


def test_facets_of_movies_are_features():
    builder = DatasetBuilder("films", Nouns("movie", "movies", "user", "users"), Path("films"), numeric_ids=True)
    builder.add_item(1, "one", released="1975", directors=["b", "a"], writers=["w"])
    builder.add_item(2, "two", released="1999", directors=["a"], writers=[])
    builder.add_playlist(9, [1, 2])
    config = FeatureConfig(catalogue=("era", "director", "writer"), tags=0, playlists=False)
    assert by_id(builder.build(), config) == {
        1: ["era: 1970–1979", "director: a", "director: b", "writer: w"],
        2: ["era: 1980–1999", "director: a"],
    }


def test_facets_that_the_catalogue_has_no_column_for(dataset):
    config = FeatureConfig(catalogue=("director", "writer"), tags=0, playlists=False)
    assert available(dataset, config) == ()
    assert lacking(dataset, config) == "the data set has none of directors, writers"
