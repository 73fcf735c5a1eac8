"""Melon Playlist Continuation (Kakao Arena, 2020) and other data in its format.

Ferraro et al., "Melon Playlist Dataset: a public dataset for audio-based playlist generation and music tagging",
ICASSP 2021.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from playrec_core.config import Frozen
from playrec_core.data.builder import DatasetBuilder, clean
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import Record, parse_record
from playrec_core.data.io import mel
from playrec_core.data.io.json import iter_json_list, read_json
from playrec_core.data.types.ids import whole_number
from playrec_core.errors import DataError
from playrec_core.schema import DETAIL_GENRES, GENRES, TAGS, Nouns, Progress

from .base import Reader
from .json_fields import as_object, number, text, texts

_WORD = re.compile(r"[^\W_]{2,}")


class MelonOptions(Frozen):
    """Options for a copy of the data.

    Args:
        missing_years: release years that count as missing; 2020 in the published copy, the year it was collected.
        tags_from_titles: if the file contains no tags at all, words that occur in at least this many titles become
            tags; 0 leaves the data without tags.
        also: files in the data folder, in the contest's question format, whose visible songs and tags are training data
            too, as for contestants; such files do not contain the hidden parts. By default only ``train.json`` is
            training data; `Dataset.notes` lists the files.
    """

    missing_years: tuple[int, ...] = ()
    tags_from_titles: Annotated[int, Field(ge=0)] = 0
    also: tuple[Annotated[str, Field(pattern=r"^[^/\\]+$")], ...] = ()


class Melon(Reader):
    """Reads ``train.json`` and, if present, ``song_meta.json``, ``genre_gn_all.json``, ``terms.json`` and
    mel-spectrograms (`mel`).

    ``train.json`` is a list of objects with ``id``, ``plylst_title``, ``tags``, ``songs``, ``like_cnt`` and
    ``updt_date``; ``song_meta.json`` a list of objects with ``id``, ``song_name``, ``artist_name_basket``,
    ``album_id``, ``album_name``, ``song_gn_gnr_basket``, ``song_gn_dtl_gnr_basket`` and ``issue_date``;
    ``genre_gn_all.json`` an object from genre code to name. Only the ids are required. Names of detail genres repeat
    across genres, so GN0105 is prefixed by its genre GN0100: "발라드 · '10-".

    ``terms.json`` is not part of the contest: names of tags and genres in further languages (ISO 639-1 codes), as
    ``{"tags": [{"tag": "여행", "en": "travel"}], "genres": [{"code": "GN0100", "en": "Ballad"}]}``.
    """

    name = "melon"
    files = "train.json and optionally song_meta.json, genre_gn_all.json, terms.json and arena_mel_*.tar"
    Options = MelonOptions
    options: MelonOptions

    def read(self, folder: Path, *, progress: Progress) -> Dataset:
        train, meta = folder / "train.json", folder / "song_meta.json"
        if not train.is_file():
            raise DataError(train, "", f"there is no such file; put {self.files} there")
        builder = DatasetBuilder(self.name, Nouns(), train, numeric_ids=True, missing_years=self.options.missing_years)
        genres = _GenreNames(folder / "genre_gn_all.json")
        if (folder / "terms.json").is_file():
            _add_terms(builder, folder / "terms.json", genres)
        if meta.is_file():
            if not genres.known:
                builder.note("There is no genre_gn_all.json: genres are shown by their codes.")
            for place, song in enumerate(iter_json_list(meta, "songs", _part(progress, 0.0, 0.5)), start=1):
                _add_song(builder, song, genres, meta, f"song {place}")
        else:
            builder.note(
                "There is no song_meta.json: songs are shown by their ids, and artists, albums, genres and dates are "
                "unknown."
            )
        words = self._title_words(train, builder)
        for place, value in enumerate(iter_json_list(train, "playlists", _part(progress, 0.5, 0.9)), start=1):
            _add_playlist(builder, value, words, train, f"playlist {place}")
        for name in self.options.also:
            _add_visible(builder, folder / name)
        dataset = replace(builder.build(), audio=mel.find(folder))
        progress(1.0)
        return dataset

    def _title_words(self, train: Path, builder: DatasetBuilder) -> frozenset[str]:
        """The words that become tags; none if the file contains tags or the option is off."""
        least = self.options.tags_from_titles
        if not least:
            return frozenset()
        counts: Counter[str] = Counter()
        for place, value in enumerate(iter_json_list(train), start=1):
            record = parse_record(value, train, f"playlist {place}")
            if record.tags:
                return frozenset()
            counts.update(_words(record.title))
        words = frozenset(word for word, count in counts.items() if count >= least)
        builder.note(
            f"The playlists have no tags: the {len(words):,} words that occur in at least {least} titles serve as tags."
        )
        return words


def _part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of one step as part of the whole."""
    return lambda fraction: progress(start + fraction * (end - start))


def _words(title: str) -> list[str]:
    """The distinct case-folded words of a title with at least two characters, in order."""
    return list(dict.fromkeys(_WORD.findall(clean(title.casefold()))))


class _GenreNames:
    """Names of genre codes; a code without a name is used as name."""

    def __init__(self, file: Path):
        self._names: dict[str, str] = {}
        self.known = file.is_file()
        if not self.known:
            return
        names = read_json(file)
        if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
            raise DataError(file, "", 'should be an object from genre code to name, {"GN0100": "..."}')
        self._names = {code: clean(name) for code, name in names.items()}

    def genre(self, code: str) -> str:
        return self._names.get(code) or code

    def detail(self, code: str) -> str:
        """The names of the genre (GN0100 of GN0105) and of the detail genre."""
        if not self._names.get(code):
            return code
        return f"{self.genre(_main(code))} · {self._names[code]}"


def _main(code: str) -> str:
    """GN0100, the genre of the detail genre GN0105."""
    return code[:4] + "00"


def _add_terms(builder: DatasetBuilder, file: Path, genres: _GenreNames) -> None:
    """Add the names of tags and genres in further languages."""
    content = read_json(file)
    if not isinstance(content, dict):
        raise DataError(file, "", 'should be an object, {"tags": [...], "genres": [...]}')
    for tag, names in _named(content.get("tags", []), "tag", file):
        builder.add_term(TAGS, tag, names)
    by_code = dict(_named(content.get("genres", []), "code", file))
    for code, names in by_code.items():
        main = by_code.get(_main(code), {})
        if code == _main(code):
            builder.add_term(GENRES, genres.genre(code), names)
        else:
            both = {language: f"{main[language]} · {name}" for language, name in names.items() if language in main}
            builder.add_term(DETAIL_GENRES, genres.detail(code), both)


def _named(entries: object, key: str, file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The value of `key` and the names by language of each entry."""
    if not isinstance(entries, list):
        raise DataError(file, "", f"should have lists of objects with {key!r} and a name for each language")
    for place, entry in enumerate(entries, start=1):
        texts = isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())
        if not texts or not entry.get(key):
            raise DataError(file, f"{key} {place}", f"should be an object of texts, with {key!r}")
        yield entry[key], {language: name for language, name in entry.items() if language != key}


def _add_song(builder: DatasetBuilder, song: object, genres: _GenreNames, file: Path, record: str) -> None:
    song = as_object(song, file, record)
    item = builder.item_id(song.get("id"), file, record)
    record = f"{record} (id {item})"
    album = song.get("album_id")
    if album is not None and (isinstance(album, bool) or not isinstance(album, int | str)):
        raise DataError(file, record, "'album_id' should be a whole number or a text")
    released = song.get("issue_date")
    if released is not None and not isinstance(released, str) and whole_number(released) is None:
        raise DataError(file, record, "'issue_date' should be a text YYYYMMDD")
    builder.add_item(
        item,
        text(song, "song_name", file, record),
        artists=texts(song, "artist_name_basket", file, record),
        album=text(song, "album_name", file, record),
        album_id=album,
        released="" if released is None else str(released),
        genres=[genres.genre(code) for code in texts(song, "song_gn_gnr_basket", file, record)],
        detail_genres=[genres.detail(code) for code in texts(song, "song_gn_dtl_gnr_basket", file, record)],
    )


def _add_playlist(builder: DatasetBuilder, value: object, words: frozenset[str], file: Path, record: str) -> None:
    playlist = parse_record(value, file, record)
    fields: dict[str, Any] = value  # type: ignore[assignment]  # parse_record rejects everything else
    record = f"{record} (id {playlist.id})"
    builder.add_playlist(
        playlist.id,
        builder.item_ids(playlist.songs, file, record),
        title=playlist.title,
        tags=_tags(playlist, words),
        likes=number(fields, "like_cnt", file, record),
        updated=text(fields, "updt_date", file, record),
        record=record,
    )


def _add_visible(builder: DatasetBuilder, file: Path) -> None:
    """Add the visible part of the playlists of a question file, with their own tags and no words of titles."""
    if not file.is_file():
        raise DataError(file, "", 'there is no such file; put it there or leave it out of "also" (data.options)')
    shown = 0
    for place, value in enumerate(iter_json_list(file), start=1):
        record = f"playlist {place}"
        shown += bool(parse_record(value, file, record).songs)
        _add_playlist(builder, value, frozenset(), file, f"{record} of {file.name}")
    builder.note(f"Training data also contains the visible part of {shown:,} more playlists, from {file.name}.")


def _tags(playlist: Record, words: frozenset[str]) -> Iterable[str]:
    if not words:
        return playlist.tags
    return [word for word in _words(playlist.title) if word in words]
