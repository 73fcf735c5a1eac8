"""The rules for imperfect data in the table of builder.py, one by one."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playrec_core.data.builder import DatasetBuilder, clean
from playrec_core.data.dataset import Dataset
from playrec_core.errors import DataError
from playrec_core.schema import DateSource, Nouns

FILE = Path("train.json")


def builder(numeric_ids: bool = True, **options) -> DatasetBuilder:
    return DatasetBuilder("test", Nouns(), FILE, numeric_ids=numeric_ids, **options)


def catalogue(dataset: Dataset) -> dict[str, dict]:
    return {row["item_id"]: row for row in dataset.catalogue.to_pylist()}


def songs_of(dataset: Dataset, playlist: int = 0) -> list:
    return dataset.items.outside(dataset.ordered_songs(playlist))


def test_of_a_repeated_song_the_first_occurrence_is_kept():
    made = builder()
    made.add_playlist(1, [5, 9, 5, 7, 9], weights=[1, 2, 3, 4, 5], times=[10, 20, 30, 40, 50])
    dataset = made.build()
    assert songs_of(dataset) == [5, 9, 7]
    assert sorted(dataset.positions.tolist()) == [0, 1, 3]
    assert dataset.seed_of(0).weights == (1, 2, 4)
    assert dataset.times is not None
    assert sorted(dataset.times.tolist()) == [10, 20, 40]
    assert any(note.startswith("2 repeated songs") for note in dataset.notes)


def test_a_song_that_is_not_in_the_catalogue_has_its_id_as_title():
    made = builder()
    made.add_item(1, "One")
    made.add_playlist(1, [1, 77, 88])
    made.add_playlist(2, [77])
    dataset = made.build()
    assert catalogue(dataset)["77"]["title"] == "77"
    assert "2 songs are not in the catalogue and are shown by their ids." in dataset.notes


def test_without_a_catalogue_only_the_reader_adds_a_note():
    made = builder()
    made.add_playlist(1, [1, 2])
    assert made.build().notes == ()


def test_a_playlist_without_songs_is_left_out():
    made = builder()
    made.add_playlist(1, [], tags=["quiet"], title="nothing")
    made.add_playlist(2, [5])
    dataset = made.build()
    assert dataset.playlists.ids.tolist() == [2]
    assert len(dataset.tags) == 0
    assert "1 playlists without songs were left out." in dataset.notes


def test_only_empty_playlists_are_an_error():
    made = builder()
    made.add_item(1, "One")
    made.add_playlist(1, [])
    with pytest.raises(DataError, match="no playlist with at least one song"):
        made.build()


@pytest.mark.parametrize("again", [3, "3", " 3 "])
def test_a_playlist_id_twice_is_an_error(again):
    made = builder()
    made.add_playlist(3, [1])
    with pytest.raises(DataError, match=r"train\.json, playlist 2.* occurs a second time"):
        made.add_playlist(again, [2], record="playlist 2")


def test_playlist_ids_of_two_kinds_become_text():
    made = builder()
    for identity in (3, "mine", "04"):
        made.add_playlist(identity, [1])
    assert made.build().playlists.ids.tolist() == ["3", "mine", "4"]


def test_missing_parts():
    made = builder()
    made.add_item(1, None)
    made.add_playlist(4, [1])
    dataset = made.build()
    assert dataset.playlist_table.to_pylist() == [{"playlist_id": "4", "title": "", "likes": 0, "updated": ""}]
    assert catalogue(dataset)["1"] == {
        "item_id": "1", "title": "1", "artist": "", "album": "", "year": 0, "month": 0,
        "date_source": DateSource.MISSING, "genres": [], "detail_genres": [],
    }  # fmt: skip
    assert dataset.times is None
    assert not dataset.has_genres
    assert dataset.interactions.data.tolist() == [1.0]


def test_the_first_description_of_an_item_is_kept():
    made = builder()
    made.add_item(1, "First", genres=["a"])
    made.add_item(1, "Second", genres=["b"])
    made.add_playlist(1, [1])
    dataset = made.build()
    assert (catalogue(dataset)["1"]["title"], catalogue(dataset)["1"]["genres"]) == ("First", ["a"])
    assert "1 repeated descriptions of songs were ignored." in dataset.notes


def test_decomposed_korean_is_composed():
    decomposed = unicodedata.normalize("NFD", "밤 드라이브")
    made = builder()
    made.add_item(1, decomposed, artists=[decomposed], album=decomposed, genres=[decomposed, "밤 드라이브"])
    made.add_playlist(1, [1], title=decomposed, tags=[decomposed, "밤 드라이브"])
    dataset = made.build()
    assert dataset.tags.ids.tolist() == ["밤 드라이브"]
    assert dataset.playlist_table["title"].to_pylist() == ["밤 드라이브"]
    song = catalogue(dataset)["1"]
    assert (song["title"], song["artist"], song["album"]) == ("밤 드라이브",) * 3
    assert song["genres"] == ["밤 드라이브"]


def test_numbers_as_strings():
    made = builder()
    assert made.item_id(" 12 ", FILE, "") == 12
    assert made.item_ids(["12", 12, "-3"], FILE, "") == [12, 12, -3]


@pytest.mark.parametrize("value", ["", "x", "--5", "1.5", 1.5, True, None, [1], 2**63, "9" * 5000])
def test_invalid_item_ids_are_rejected(value):
    message = r"train\.json, playlist 17: song id .* should be a whole number"
    with pytest.raises(DataError, match=message):
        builder().item_id(value, FILE, "playlist 17")
    with pytest.raises(DataError, match=message):
        builder().item_ids([1, value], FILE, "playlist 17")


@pytest.mark.parametrize("value", ["", 5, None, "half \ud83d"])
def test_invalid_text_ids_are_rejected(value):
    with pytest.raises(DataError, match="playlist 17: song id"):
        builder(numeric_ids=False).item_id(value, FILE, "playlist 17")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  plain ", "plain"),
        ("a\x00b\nc\td", "a b c d"),
        ("a\x85b\u2028c", "a b c"),
        ("half \ud83d", "half \ufffd"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("שלום\u200f", "שלום\u200f"),
        ("😀", "😀"),
        (None, ""),
        (12, "12"),
    ],
)
def test_only_characters_that_cannot_be_displayed_are_replaced_in_names(text, kept):
    assert clean(text) == kept


@given(st.text(alphabet=st.characters()))
def test_a_cleaned_name_can_be_stored_and_is_stable(text):
    kept = clean(text)
    kept.encode("utf-8")
    assert clean(kept) == kept


def test_a_playlist_of_ten_thousand_songs_keeps_its_order():
    order = np.random.default_rng(0).permutation(10_000).tolist()
    made = builder()
    made.add_playlist(1, order)
    made.add_playlist(2, order[:10])
    assert songs_of(made.build()) == order


def test_empty_tags_and_repeats_do_not_count():
    made = builder()
    made.add_playlist(1, [1], tags=["rain", "", " ", "rain", None])
    dataset = made.build()
    assert dataset.tags.ids.tolist() == ["rain"]
    assert dataset.playlist_tags.toarray().tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("released", "year", "month", "source"),
    [
        ("19990405", 1999, 4, DateSource.GIVEN),
        ("199904", 1999, 4, DateSource.GIVEN),
        ("1999", 1999, 0, DateSource.GIVEN),
        ("19990005", 0, 0, DateSource.MISSING),
        ("19995101", 0, 0, DateSource.MISSING),
        ("20180000", 0, 0, DateSource.MISSING),
        ("00000401", 0, 0, DateSource.MISSING),
        ("20200101", 0, 0, DateSource.MISSING),
        ("02020401", 0, 0, DateSource.MISSING),
        ("soon", 0, 0, DateSource.MISSING),
        ("", 0, 0, DateSource.MISSING),
    ],
)
def test_release_dates(released, year, month, source):
    made = builder(missing_years=(2020,))
    made.add_item(1, "One", released=released)
    made.add_playlist(1, [1])
    song = catalogue(made.build())["1"]
    assert (song["year"], song["month"], song["date_source"]) == (year, month, source)


def test_a_missing_date_comes_from_the_first_dated_song_of_the_album():
    made = builder()
    made.add_item(1, "dateless", album_id=7, released="00000000")
    made.add_item(2, "faulty too", album_id=7, released="20035100")
    made.add_item(3, "dated", album_id=7, released="20030605")
    made.add_item(4, "dated later", album_id=7, released="20110101")
    made.add_item(5, "no album", released="00000000")
    made.add_item(6, "another album", album_id=8, released="00000000")
    made.add_item(7, "half a date", album_id=8, released="20180000")
    made.add_playlist(1, [1, 2, 3, 4, 5, 6, 7])
    songs = catalogue(made.build())
    found = {each: (row["year"], row["month"], row["date_source"]) for each, row in songs.items()}
    assert found["1"] == found["2"] == (2003, 6, DateSource.ALBUM)
    assert found["3"] == (2003, 6, DateSource.GIVEN)
    assert found["4"] == (2011, 1, DateSource.GIVEN)
    assert found["5"] == found["6"] == found["7"] == (0, 0, DateSource.MISSING)


@given(
    st.lists(
        st.tuples(st.lists(st.integers(-5, 15), max_size=8), st.lists(st.sampled_from("abcde"), max_size=4)),
        min_size=1,
        max_size=12,
    ).filter(lambda playlists: any(songs for songs, _ in playlists))
)
def test_items_and_tags_are_in_popularity_order(playlists):
    made = builder()
    for number, (songs, tags) in enumerate(playlists):
        made.add_playlist(number, songs, tags=tags)
    dataset = made.build()
    kept = [(songs, tags) for songs, tags in playlists if songs]
    for vocabulary, lists in (
        (dataset.items, [songs for songs, _ in kept]),
        (dataset.tags, [tags for _, tags in kept]),
    ):
        held_by = {each: sum(each in values for values in lists) for values in lists for each in values}
        assert vocabulary.ids.tolist() == sorted(held_by, key=lambda each: (-held_by[each], each))
    assert dataset.catalogue["item_id"].to_pylist() == [str(item) for item in dataset.items.ids]
    for row, (songs, tags) in enumerate(kept):
        assert songs_of(dataset, row) == list(dict.fromkeys(songs))
        assert set(dataset.tags.outside(dataset.seed_of(row).tags)) == set(tags)
