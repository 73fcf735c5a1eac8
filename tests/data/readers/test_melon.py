"""The Melon reader: Kakao Arena's files, whole and damaged."""

import json
import unicodedata
from pathlib import Path

import pytest

from playrec_core.data.dataset import Dataset
from playrec_core.data.readers import base
from playrec_core.errors import ConfigError, DataError
from playrec_core.schema import DateSource, no_progress

PLAYLISTS = [
    {
        "id": 61281,
        "plylst_title": "여행같은 음악",
        "tags": ["락", "드라이브"],
        "songs": [525514, 129701, 383374],
        "like_cnt": 71,
        "updt_date": "2013-12-19 18:36:19.000",
    },
    {"id": "10532", "plylst_title": None, "tags": ["드라이브"], "songs": ["129701", 9], "like_cnt": "12"},
    {"id": 3, "tags": ["drop"], "songs": []},
]
SONGS = [
    {
        "id": 129701,
        "song_name": "밤 Drive",
        "artist_id_basket": [1, 2],
        "artist_name_basket": ["하나", "Two"],
        "album_id": 7,
        "album_name": "앨범",
        "song_gn_gnr_basket": ["GN0100", "GN0900"],
        "song_gn_dtl_gnr_basket": ["GN0105", "GN0901", "GN9999"],
        "issue_date": "20140512",
    },
    {"id": 525514, "song_name": "Second", "album_id": 7, "issue_date": "20145100", "artist_name_basket": None},
    {"id": 383374, "issue_date": 20200101},
    {"id": 700, "song_name": "never played", "issue_date": "00000000"},
]
GENRES = {"GN0100": "발라드", "GN0105": "'10-", "GN0901": "세부장르전체"}


def write(folder: Path, name: str, value: object) -> None:
    content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    (folder / name).write_bytes(content)


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path, "train.json", PLAYLISTS)
    write(tmp_path, "song_meta.json", SONGS)
    write(tmp_path, "genre_gn_all.json", GENRES)
    return tmp_path


def read(folder: Path, **options) -> Dataset:
    return base.create("melon", options).read(folder, progress=no_progress)


def songs(dataset: Dataset) -> dict[str, dict]:
    return {row["item_id"]: row for row in dataset.catalogue.to_pylist()}


def test_playlists(folder):
    dataset = read(folder)
    assert dataset.playlists.ids.tolist() == [61281, 10532]
    assert dataset.items.outside(dataset.ordered_songs(0)) == [525514, 129701, 383374]
    assert dataset.items.outside(dataset.ordered_songs(1)) == [129701, 9]
    assert dataset.tags.ids.tolist() == ["드라이브", "락"]
    assert dataset.playlist_table.to_pylist() == [
        {"playlist_id": "61281", "title": "여행같은 음악", "likes": 71, "updated": "2013-12-19 18:36:19.000"},
        {"playlist_id": "10532", "title": "", "likes": 12, "updated": ""},
    ]
    assert dataset.items.ids[0] == 129701
    assert dataset.times is None
    assert (dataset.nouns.item, dataset.nouns.playlists) == ("song", "playlists")


def test_the_catalogue(folder):
    found = songs(read(folder))
    assert found["129701"] == {
        "item_id": "129701", "title": "밤 Drive", "artist": "하나, Two", "album": "앨범", "year": 2014, "month": 5,
        "date_source": DateSource.GIVEN, "genres": ["발라드", "GN0900"],
        "detail_genres": ["발라드 · '10-", "GN0900 · 세부장르전체", "GN9999"],
    }  # fmt: skip
    assert (found["525514"]["year"], found["525514"]["month"]) == (2014, 5)
    assert found["525514"]["date_source"] == DateSource.ALBUM
    assert (found["9"]["title"], found["383374"]["title"]) == ("9", "383374")
    assert "700" in found


def test_missing_years_are_an_option(folder):
    assert songs(read(folder))["383374"]["year"] == 2020
    assert songs(read(folder, missing_years=[2020]))["383374"]["year"] == 0


def test_without_the_genre_file_codes_are_shown(folder):
    (folder / "genre_gn_all.json").unlink()
    dataset = read(folder)
    assert songs(dataset)["129701"]["genres"] == ["GN0100", "GN0900"]
    assert songs(dataset)["129701"]["detail_genres"] == ["GN0105", "GN0901", "GN9999"]
    assert sum("genre_gn_all.json" in note for note in dataset.notes) == 1


def test_without_the_catalogue_songs_are_their_ids(folder):
    (folder / "song_meta.json").unlink()
    dataset = read(folder)
    assert songs(dataset)["129701"]["title"] == "129701"
    assert not dataset.has_genres
    assert len([note for note in dataset.notes if "song_meta.json" in note or "by their ids" in note]) == 1


def test_bom_crlf_and_decomposed_korean(folder):
    text = json.dumps(PLAYLISTS, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    plain = read(folder).fingerprint
    write(folder, "train.json", b"\xef\xbb\xbf" + unicodedata.normalize("NFD", text).encode())
    assert read(folder).fingerprint == plain


def titled(*titles: str) -> list[dict]:
    return [{"id": number, "songs": [1, number], "plylst_title": title} for number, title in enumerate(titles, 10)]


def test_title_words_become_tags_if_there_are_none(tmp_path):
    decomposed = unicodedata.normalize("NFD", "드라이브")
    titles = ["밤 드라이브!", f"{decomposed}/DRIVE", "Drive, drive 길", "길 밤", "new-york drive_in 길", "길"]
    write(tmp_path, "train.json", titled(*titles))
    dataset = read(tmp_path, tags_from_titles=2)
    # One-syllable words (길, 밤) do not count, nor does a word twice in one title.
    assert dataset.tags.ids.tolist() == ["drive", "드라이브"]
    assert dataset.tag_counts.tolist() == [3, 2]
    assert [dataset.tags.outside(dataset.seed_of(row).tags) for row in range(6)] == [
        ["드라이브"], ["drive", "드라이브"], ["drive"], [], ["drive"], [],
    ]  # fmt: skip
    assert any("2 words that occur in at least 2 titles serve as tags" in note for note in dataset.notes)
    assert len(read(tmp_path).tags) == 0


def test_title_words_are_not_used_if_there_are_tags(tmp_path):
    write(tmp_path, "train.json", [*titled("drive", "drive"), {"id": 1, "songs": [1], "tags": ["own"]}])
    dataset = read(tmp_path, tags_from_titles=1)
    assert dataset.tags.ids.tolist() == ["own"]
    assert not any("serve as tags" in note for note in dataset.notes)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("train.json", b"", "should be a list of playlists"),
        ("train.json", b"[]", "no playlist with at least one song"),
        ("train.json", b'[{"id": 1, "songs": [1]', "line 1, column 24: not JSON"),
        ("train.json", b'[{"id": 1, "plylst_title": "\xb1\xe6"}]', "byte 29: not UTF-8"),
        ("train.json", [{"id": 1, "songs": [2]}, {"songs": [1]}], "playlist 2: has no 'id'"),
        ("train.json", [{"id": 5, "songs": ["x"]}], r"playlist 1 \(id 5\): song id 'x' should be a whole number"),
        ("train.json", [{"id": 5, "songs": {"1": 2}}], r"playlist 1 \(id 5\): 'songs' should be a list"),
        ("train.json", [{"id": 5, "songs": [1], "like_cnt": "many"}], r"playlist 1 \(id 5\): 'like_cnt' should be"),
        ("train.json", [{"id": 5, "songs": [1], "like_cnt": 10**30}], r"playlist 1 \(id 5\): 'like_cnt' should be"),
        ("train.json", [{"id": 5, "songs": [1], "updt_date": 3}], r"playlist 1 \(id 5\): 'updt_date' should be"),
        ("train.json", [{"id": 5, "songs": [1]}] * 2, r"playlist 2 \(id 5\): .* occurs a second time"),
        ("song_meta.json", {"id": 1}, "should be a list of songs"),
        ("song_meta.json", [{"id": 1}, 7], "song 2: should be an object, not int"),
        ("song_meta.json", [{"song_name": "a"}], "song 1: song id None should be a whole number"),
        ("song_meta.json", [{"id": 4, "song_name": 5}], r"song 1 \(id 4\): 'song_name' should be a text"),
        ("song_meta.json", [{"id": 4, "artist_name_basket": "a"}], "'artist_name_basket' should be a list of texts"),
        ("song_meta.json", [{"id": 4, "song_gn_gnr_basket": [1]}], "'song_gn_gnr_basket' should be a list of texts"),
        ("song_meta.json", [{"id": 4, "album_id": [1]}], "'album_id' should be a whole number or a text"),
        ("song_meta.json", [{"id": 4, "issue_date": 1.5}], "'issue_date' should be a text YYYYMMDD"),
        ("genre_gn_all.json", ["GN0100"], "should be an object from genre code to name"),
        ("genre_gn_all.json", {"GN0100": 1}, "should be an object from genre code to name"),
        ("genre_gn_all.json", b"{", "line 1, column 2: not JSON"),
    ],
)
def test_errors_name_file_and_record(folder, file, content, message):
    write(folder, file, content)
    with pytest.raises(DataError, match=message) as caught:
        read(folder)
    assert str(caught.value).startswith(str(folder / file))


def test_the_playlists_are_required(tmp_path):
    with pytest.raises(DataError, match=r"train\.json: there is no such file; put train\.json"):
        read(tmp_path)


def test_options_are_checked():
    with pytest.raises(ConfigError, match=r"data\.options \(melon\): colour: unknown key"):
        base.create("melon", {"colour": 1})
    with pytest.raises(ConfigError, match=r"tags_from_titles: .*greater than or equal to 0"):
        base.create("melon", {"tags_from_titles": -1})
    with pytest.raises(ConfigError, match=r"there is no reader 'mellon'; there are .*melon, movie-rec, movielens, mpd"):
        base.create("mellon", {})


def test_progress_rises_to_one(folder):
    seen: list[float] = []
    base.create("melon", {}).read(folder, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.data
def test_a_tenth_of_melon(real_data):
    dataset = read(real_data("melon-10pct"), tags_from_titles=20)
    assert (dataset.n_playlists, dataset.interactions.nnz, dataset.n_items) == (9_145, 416_754, 149_509)
    assert len(dataset.tags) > 100
    assert any("serve as tags" in note for note in dataset.notes)


@pytest.mark.data
def test_a_tagged_part_of_melon(real_data):
    dataset = read(real_data("melon-tagged-2k"))
    assert (dataset.n_playlists, dataset.interactions.nnz, dataset.n_items) == (2_302, 106_485, 57_187)
    assert len(dataset.tags) == 2_373


def test_the_visible_part_of_a_question_file_can_be_training_data(folder):
    """Off by default; its tags are its own, also if the training tags are words of titles."""
    write(folder, "train.json", [{"id": 1, "plylst_title": "rain songs", "songs": [1, 2]}])
    questions = [
        {"id": 7, "songs": [2, 3], "tags": ["drive"], "plylst_title": ""},
        {"id": 8, "songs": [], "tags": ["rain"], "plylst_title": "a rainy drive"},
    ]
    write(folder, "test.json", questions)
    assert read(folder, tags_from_titles=1).playlists.ids.tolist() == [1]
    dataset = read(folder, tags_from_titles=1, also=["test.json"])
    assert dataset.playlists.ids.tolist() == [1, 7]
    assert dataset.items.outside(dataset.ordered_songs(1)) == [2, 3]
    tags = {dataset.playlists.ids[row]: set() for row in range(2)}
    for row, tag in zip(*dataset.playlist_tags.nonzero(), strict=True):
        tags[dataset.playlists.ids[row]].add(str(dataset.tags.ids[tag]))
    assert tags == {1: {"rain", "songs"}, 7: {"drive"}}
    assert any("the visible part of 1 more playlists, from test.json" in note for note in dataset.notes)


def test_a_question_file_that_is_missing_or_repeats_an_id_is_rejected(folder):
    with pytest.raises(DataError, match=r"test\.json.*leave it out of \"also\""):
        read(folder, also=["test.json"])
    with pytest.raises(ConfigError, match="also"):
        base.create("melon", {"also": ["../test.json"]})
    write(folder, "test.json", [{"id": 61281, "songs": [1]}])
    with pytest.raises(DataError, match=r"playlist 1 of test\.json \(id 61281\).*occurs a second time"):
        read(folder, also=["test.json"])
