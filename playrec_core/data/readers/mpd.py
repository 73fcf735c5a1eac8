"""The Spotify Million Playlist Dataset and other data in its format.

Chen, Lamere, Schedl and Zamani, "RecSys Challenge 2018: Automatic Music Playlist Continuation", RecSys 2018.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.io.json import read_json
from playrec_core.errors import DataError
from playrec_core.i18n import mark
from playrec_core.schema import Nouns, Progress

from .base import Reader
from .json_fields import as_object, number, text


class MillionPlaylists(Reader):
    """Reads a folder of ``mpd.slice.*.json``: ``{"info": ..., "playlists": [...]}``, slice by slice.

    Tracks are identified by ``track_uri`` and ordered by ``pos``. The catalogue is taken from the playlists: title,
    artist and album of each track; the format has no tags, genres or release dates. Likes are ``num_followers``.
    """

    name = "mpd"
    files = "mpd.slice.*.json"

    def read(self, folder: Path, *, progress: Progress) -> Dataset:
        slices = sorted(folder.glob("mpd.slice.*.json"), key=_slice_order)
        if not slices:
            raise DataError(folder, "", f"contains no {self.files}")
        builder = DatasetBuilder(self.name, Nouns(mark("track"), mark("tracks")), folder, numeric_ids=False)
        described: set[str] = set()
        for done, file in enumerate(slices, start=1):
            _read_slice(file, builder, described)
            progress(0.9 * done / len(slices))
        dataset = builder.build()
        progress(1.0)
        return dataset


def _slice_order(file: Path) -> tuple[list[int], str]:
    """A sort key by the numbers of a slice: "mpd.slice.2000-2999.json" before "mpd.slice.10000-10999.json"."""
    return [int(digits) for digits in re.findall(r"\d+", file.name)], file.name


def _read_slice(file: Path, builder: DatasetBuilder, described: set[str]) -> None:
    content = read_json(file)
    playlists = content.get("playlists") if isinstance(content, dict) else None
    if not isinstance(playlists, list):
        raise DataError(file, "", 'should be an object with a list of playlists, {"playlists": [...]}')
    for place, playlist in enumerate(playlists, start=1):
        record = f"playlist {place}"
        playlist = as_object(playlist, file, record)
        pid = number(playlist, "pid", file, record, default=None)
        record = f"{record} (id {pid})"
        tracks = playlist.get("tracks") or []
        if not isinstance(tracks, list) or not all(isinstance(track, dict) for track in tracks):
            raise DataError(file, record, "'tracks' should be a list of objects")
        songs = []
        for track in _in_order(tracks, file, record):
            uri = builder.item_id(track.get("track_uri"), file, f"{record}, 'track_uri'")
            if uri not in described:
                described.add(str(uri))
                builder.add_item(
                    uri,
                    text(track, "track_name", file, record),
                    artists=[text(track, "artist_name", file, record)],
                    album=text(track, "album_name", file, record),
                    album_id=text(track, "album_uri", file, record) or None,
                )
            songs.append(uri)
        builder.add_playlist(
            pid,
            songs,
            title=text(playlist, "name", file, record),
            likes=number(playlist, "num_followers", file, record),
            updated=_day(number(playlist, "modified_at", file, record), file, record),
            record=f"{file.name}, {record}",
        )


def _in_order(tracks: list[dict[str, Any]], file: Path, record: str) -> list[dict[str, Any]]:
    """Tracks by ``pos``; tracks without one use their index in the list."""
    positions = [
        number({"pos": index, **track}, "pos", file, record, default=None) for index, track in enumerate(tracks)
    ]
    return [tracks[index] for index in sorted(range(len(tracks)), key=positions.__getitem__)]


def _day(seconds: int, file: Path, where: str) -> str:
    """The UTC day of a time in seconds since 1970; "" for 0, which means unknown."""
    if not seconds:
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        raise DataError(file, where, f"'modified_at' should be seconds since 1970, not {seconds}") from None
