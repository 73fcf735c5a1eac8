"""Reads an uploaded playlist: JSON, CSV or text. The file is untrusted and limited in size."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playrec_core.data.builder import clean
from playrec_core.data.held_out import Record, parse_record
from playrec_core.errors import DataError
from playrec_core.i18n import mark, tr

LARGEST_MB = 5
MOST_RECORDS = 10_000
ID_COLUMNS = ("item_id", "song_id", "track_uri", "movieid", "movie_id", "id")
TITLE_COLUMNS = ("title", "song_name", "track_name", "name")
ARTIST_COLUMNS = ("artist", "artist_name")
_FORMATS = mark(
    'a contest record {"id": 1, "songs": [...], "tags": [...], "plylst_title": ""}, a list of them, a list of ids or '
    "titles, or a CSV file with a column item_id or title, or a text with one a line"
)


@dataclass(frozen=True)
class Dropped:
    """One playlist of a file.

    Args:
        name: name to show when a file has several.
        lines: an id, a title, or "title - artist" each; not yet looked up.
        tags: by name.
        title: "" for none.
    """

    name: str
    lines: tuple[str, ...]
    tags: tuple[str, ...] = ()
    title: str = ""
    banned: tuple[str, ...] = ()
    """Ids of items that no model may recommend."""


def read_upload(name: str, content: bytes) -> list[Dropped]:
    """The playlists of a dropped file, at least one.

    Args:
        name: the file's name; its ending tells JSON from CSV, or else the content does.
        content: the file's bytes.

    Raises:
        DataError: too large, not UTF-8, or in none of the formats.
    """
    file = Path(clean(name)[:100] or "file")
    if len(content) > LARGEST_MB * 1_000_000:
        raise DataError(file, "", tr("larger than {most} MB, the limit for playlists", most=LARGEST_MB))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = tr("byte {n}", n=error.start + 1)
        raise DataError(file, where, tr("not UTF-8 text; save the file as UTF-8")) from None
    if not text.strip():
        raise DataError(file, "", tr("is empty; give {formats}", formats=tr(_FORMATS)))
    if "\x00" in text:
        raise DataError(file, "", tr("is not text; give {formats}", formats=tr(_FORMATS)))
    # A list of titles may well begin with "[": the name decides where it says something.
    ending = file.suffix.casefold()
    read = {".json": _from_json, ".csv": _from_csv, ".tsv": _from_csv, ".txt": _lines}.get(ending)
    if read is None:
        read = _from_json if text.lstrip()[0] in "[{" else _from_csv
    found = read(text, file)
    if not any(one.lines or one.tags or one.title for one in found):
        raise DataError(file, "", tr("contains nothing to continue; give {formats}", formats=tr(_FORMATS)))
    return found


def _from_json(text: str, file: Path) -> list[Dropped]:
    try:
        value: Any = json.loads(text)
    except json.JSONDecodeError as error:
        where = tr("line {line}, column {column}", line=error.lineno, column=error.colno)
        raise DataError(file, where, tr("not JSON: {problem}", problem=error.msg)) from None
    except (RecursionError, ValueError) as error:
        raise DataError(file, "", tr("not usable JSON: {problem}", problem=error)) from None
    if isinstance(value, dict):
        value = [{"id": file.stem} | value]
    if not isinstance(value, list):
        raise DataError(file, "", tr("contains neither a list nor a playlist; give {formats}", formats=tr(_FORMATS)))
    if value and all(isinstance(entry, dict) for entry in value):
        if len(value) > MOST_RECORDS:
            problem = tr("contains {n:,} playlists; at most {most:,} can be browsed", n=len(value), most=MOST_RECORDS)
            raise DataError(file, "", problem)
        records = [parse_record(entry, file, tr("playlist {n}", n=place)) for place, entry in enumerate(value, start=1)]
        return [_dropped(record, _banned(entry, file)) for record, entry in zip(records, value, strict=True)]
    lines = []
    for place, entry in enumerate(value, start=1):
        if isinstance(entry, bool) or not isinstance(entry, int | str):
            problem = tr("should be an id or a title; give {formats}", formats=tr(_FORMATS))
            raise DataError(file, tr("entry {n}", n=place), problem)
        lines.append(clean(entry))
    return [Dropped(file.stem, tuple(lines))]


def _banned(entry: dict[str, Any], file: Path) -> tuple[str, ...]:
    """What the JSON export has beyond a contest record."""
    ids = entry.get("banned") or []
    if not isinstance(ids, list) or not set(map(type, ids)) <= {int, str}:
        raise DataError(file, tr("playlist {n}", n=entry["id"]), tr("'banned' should be a list of ids"))
    return tuple(clean(each) for each in ids)


def _dropped(record: Record, banned: tuple[str, ...]) -> Dropped:
    name = f"{record.id}" + (f" · {record.title}" if record.title else "")
    return Dropped(name, tuple(clean(song) for song in record.songs), record.tags, record.title, banned)


def _lines(text: str, file: Path) -> list[Dropped]:
    return [Dropped(file.stem, tuple(filter(None, map(clean, text.splitlines()))))]


def _from_csv(text: str, file: Path) -> list[Dropped]:
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.strip("\r\n")), delimiter=delimiter))
    except csv.Error as error:
        raise DataError(file, "", tr("cannot be read as CSV: {problem}", problem=error)) from None
    names = [clean(name).casefold() for name in rows[0]]
    id_column, title_column, artist_column = (
        next((names.index(name) for name in known if name in names), None)
        for known in (ID_COLUMNS, TITLE_COLUMNS, ARTIST_COLUMNS)
    )
    if id_column is None and title_column is None:
        if len(names) > 1:
            problem = tr("has no column item_id or title, but {columns}", columns=", ".join(names)[:200])
            raise DataError(file, tr("line {n}", n=1), problem)
        return _lines("\n".join(delimiter.join(row) for row in rows), file)
    lines = []
    for place, row in enumerate(rows[1:], start=2):
        if row and len(row) != len(names):
            problem = tr("has {n} values where the header has {wanted}", n=len(row), wanted=len(names))
            raise DataError(file, tr("row {n}", n=place), problem)
        if row:
            lines.append(_line(row, id_column, title_column, artist_column))
    return [Dropped(file.stem, tuple(filter(None, lines)))]


def _line(row: Sequence[str], id_column: int | None, title_column: int | None, artist_column: int | None) -> str:
    if id_column is not None and row[id_column].strip():
        return clean(row[id_column])
    if title_column is None:
        return ""
    title, artist = clean(row[title_column]), clean(row[artist_column]) if artist_column is not None else ""
    return f"{title} - {artist}" if title and artist else title
