"""The reader of the Million Playlist Dataset: slices, whole and damaged."""

import json
from pathlib import Path

import pytest

from playrec_core.data.dataset import Dataset
from playrec_core.data.readers import base
from playrec_core.errors import DataError
from playrec_core.schema import no_progress


def track(name: str, pos: object = None, **changes) -> dict:
    made = {
        "artist_name": f"artist of {name}",
        "track_uri": f"spotify:track:{name}",
        "artist_uri": f"spotify:artist:{name}",
        "track_name": name,
        "album_uri": "spotify:album:1",
        "album_name": "album",
        **changes,
    }
    return made if pos is None else {"pos": pos, **made}


def playlist(pid: object, *tracks: dict, **changes) -> dict:
    made = {"name": f"list {pid}", "pid": pid, "num_followers": 2, "modified_at": 1493424000, "tracks": list(tracks)}
    return {**made, **changes}


def write(folder: Path, first: int, *playlists: object) -> Path:
    path = folder / f"mpd.slice.{first}-{first + 999}.json"
    path.write_text(json.dumps({"info": {"version": "v1"}, "playlists": playlists}), encoding="utf-8")
    return path


def read(folder: Path) -> Dataset:
    return base.create("mpd", {}).read(folder, progress=no_progress)


def test_slices_are_read_in_numeric_order(tmp_path):
    write(tmp_path, 10_000, playlist(10_000, track("a"), track("c")))
    write(tmp_path, 2_000, playlist(2_000, track("a")))
    write(tmp_path, 0, playlist(0, track("b", 1), track("a", 0), track("b", 2)), playlist(1))
    (tmp_path / "other.json").write_text("not read")
    dataset = read(tmp_path)
    assert dataset.playlists.ids.tolist() == [0, 2_000, 10_000]
    assert dataset.items.outside(dataset.ordered_songs(0)) == ["spotify:track:a", "spotify:track:b"]
    assert dataset.items.ids.tolist()[0] == "spotify:track:a"
    assert dataset.catalogue.to_pylist()[0] == {
        "item_id": "spotify:track:a", "title": "a", "artist": "artist of a", "album": "album", "year": 0, "month": 0,
        "date_source": 2, "genres": [], "detail_genres": [],
    }  # fmt: skip
    assert dataset.playlist_table.to_pylist()[0] == {
        "playlist_id": "0", "title": "list 0", "likes": 2, "updated": "2017-04-29",
    }  # fmt: skip
    assert dataset.notes == (
        "1 playlists without tracks were left out.",
        "1 repeated tracks in a playlist were dropped; the first occurrence was kept.",
    )


def test_only_ids_are_required(tmp_path):
    write(tmp_path, 0, {"pid": "5", "tracks": [{"track_uri": "x"}]})
    dataset = read(tmp_path)
    assert dataset.playlists.ids.tolist() == [5]
    assert dataset.catalogue["title"].to_pylist() == ["x"]
    assert dataset.playlist_table.to_pylist() == [{"playlist_id": "5", "title": "", "likes": 0, "updated": ""}]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (7, "playlist 2: should be an object, not int"),
        (playlist("x", track("a")), "playlist 2: 'pid' should be a whole number, not 'x'"),
        (playlist(3, tracks="a"), r"playlist 2 \(id 3\): 'tracks' should be a list of objects"),
        (playlist(3, tracks=["a"]), r"playlist 2 \(id 3\): 'tracks' should be a list of objects"),
        (playlist(3, track("a", "first")), r"playlist 2 \(id 3\): 'pos' should be a whole number, not 'first'"),
        (playlist(3, {"track_name": "a"}), r"playlist 2 \(id 3\), 'track_uri': track id None should be a non-empty"),
        (playlist(3, track("z", track_name=5)), r"playlist 2 \(id 3\): 'track_name' should be a text, not int"),
        (playlist(3, track("a"), name=[]), r"playlist 2 \(id 3\): 'name' should be a text, not list"),
        (playlist(3, track("a"), num_followers=1.5), r"'num_followers' should be a whole number, not 1\.5"),
        (playlist(3, track("a"), modified_at=10**17), r"'modified_at' should be seconds since 1970, not 10+"),
        (playlist(1, track("a")), r"mpd\.slice\.0-999\.json, playlist 2 \(id 1\): .* a second time"),
    ],
)
def test_errors_name_file_and_playlist(tmp_path, bad, message):
    write(tmp_path, 0, playlist(1, track("a")), bad)
    with pytest.raises(DataError, match=message) as caught:
        read(tmp_path)
    assert str(caught.value).startswith(str(tmp_path))


@pytest.mark.parametrize("content", ["[]", "{}", '{"playlists": 5}', "null"])
def test_a_slice_of_another_shape(tmp_path, content):
    (tmp_path / "mpd.slice.0-999.json").write_text(content)
    with pytest.raises(DataError, match="should be an object with a list of playlists"):
        read(tmp_path)


def test_a_broken_slice_and_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match=r"contains no mpd\.slice\.\*\.json"):
        read(tmp_path)
    (tmp_path / "mpd.slice.0-999.json").write_text('{"playlists":\n [}')
    with pytest.raises(DataError, match="line 2, column 3: not JSON"):
        read(tmp_path)
