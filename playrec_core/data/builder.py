"""Builds a `Dataset` from the records of a reader, with the same rules for imperfect data in every format.

| problem | rule |
|---|---|
| a song twice in a playlist | the first occurrence is kept |
| a song id that is not in the catalogue | kept, with its id as title |
| a playlist without songs | left out of training data |
| a playlist id twice | an error: the records cannot be distinguished |
| playlist ids partly numbers, partly text | all become text |
| missing title, tags, likes, date | empty, none, 0, unknown |
| an item described twice | the first description is kept |
| Korean in decomposed form (NFD) | composed (NFC), so that equal names are equal |
| numbers as strings | read as numbers if the format has numeric ids |
| control characters in names | replaced by spaces: they cannot be displayed |
| lone surrogates (broken JSON escapes) | replaced by U+FFFD in names; an error in ids |

Applied rules are counted and listed in `Dataset.notes`.
"""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core import schema
from playrec_core.data.types.ids import whole_number, whole_numbers
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.errors import DataError
from playrec_core.schema import Nouns

from .columns import TextLists, Texts
from .dataset import Dataset, by_popularity
from .dates import ReleaseDates
from .terms import Terms

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: object) -> str:
    """Clean a name: NFC, no control characters, lone surrogates or outer spaces. None becomes ""."""
    if text is None:
        return ""
    value = str(text)
    # Nearly every name is clean: printable text contains no control characters and no surrogates.
    if value.isprintable() and unicodedata.is_normalized("NFC", value):
        return value.strip()
    value = _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", value))
    return unicodedata.normalize("NFC", value).strip()


def is_text(value: str) -> bool:
    """Whether a string can be encoded as UTF-8, i.e. contains no lone surrogate."""
    return value.isascii() or _SURROGATE.search(value) is None


class DatasetBuilder:
    """Collects items and playlists; `build` makes a `Dataset` of them.

    Args:
        name: name of the data set.
        nouns: what the data set calls its items and playlists.
        source: the file or folder being read, for messages.
        numeric_ids: whether item ids are integers in this format ("12" is then 12).
        missing_years: release years that mean "unknown" in this data set.
    """

    def __init__(
        self, name: str, nouns: Nouns, source: Path, *, numeric_ids: bool, missing_years: Collection[int] = ()
    ):
        self._name, self._nouns, self._source, self._numeric = name, nouns, source, numeric_ids
        self._item_rows: dict[int | str, int] = {}
        self._titles, self._artists, self._albums = Texts(), Texts(), Texts()
        self._facets = {schema.GENRES: TextLists(), schema.DETAIL_GENRES: TextLists()}
        self._dates = ReleaseDates(missing_years)
        self._playlist_rows: dict[int | str, int] = {}
        self._playlist_titles, self._updated = Texts(), Texts()
        self._likes = array("q")
        self._tag_rows: dict[str, int] = {}
        self._tags, self._tag_ends = array("i"), array("q", [0])
        self._songs, self._ends = array("i"), array("q", [0])
        self._weights, self._times = array("f"), array("q")
        self._positions = array("i")
        self._has_times = False
        self._described = False
        self._fired: Counter[str] = Counter()
        self._extra_notes: list[str] = []
        self._terms: dict[str, dict[str, dict[str, str]]] = {}

    def note(self, text: str) -> None:
        """Add a sentence to `Dataset.notes`."""
        self._extra_notes.append(text)

    def add_term(self, kind: str, term: object, names: Mapping[str, object]) -> None:
        """Name a tag or genre in several languages; the order of the calls breaks ties between equally frequent tags.

        Args:
            kind: `schema.TAGS` or a facet.
            term: the tag or genre, as in the playlists or items.
            names: by language, an ISO 639-1 code.
        """
        self._terms.setdefault(kind, {})[clean(term)] = {language: clean(name) for language, name in names.items()}

    def item_id(self, value: object, file: Path, record: str) -> int | str:
        """Parse an item id of this format; raises `DataError` if it is invalid."""
        if self._numeric:
            number = whole_number(value)
            if number is None:
                raise DataError(file, record, f"{self._nouns.item} id {value!r} should be a whole number")
            return number
        if not isinstance(value, str) or not value:
            raise DataError(file, record, f"{self._nouns.item} id {value!r} should be a non-empty text")
        if not is_text(value):
            raise DataError(
                file, record, f"{self._nouns.item} id {value!r} has a lone surrogate; write it as valid UTF-8"
            )
        return value

    def item_ids(self, values: Sequence[object], file: Path, record: str) -> list[int | str]:
        """`item_id` of every value."""
        if self._numeric:
            numbers = whole_numbers(values)
            if None not in numbers:
                return list(cast(Sequence[int], numbers))
        return [self.item_id(value, file, record) for value in values]

    def add_item(
        self,
        item: int | str,
        title: object,
        *,
        artists: Iterable[object] = (),
        album: object = "",
        album_id: int | str | None = None,
        released: str = "",
        **facets: Sequence[object],
    ) -> None:
        """Describe one item of the catalogue.

        Args:
            item: its external id, from `item_id`.
            title: displayed name.
            artists: names, the main one first.
            album, album_id: name and id of the album; items of the same album can supply a missing date.
            released: "YYYYMMDD" or a prefix of it; invalid parts count as missing.
            facets: ``genres``, ``detail_genres`` and any other list of texts ("directors", ...).
        """
        if item in self._item_rows:
            self._fired["described twice"] += 1
            return
        self._described = True
        artist = ", ".join(name for name in map(clean, artists) if name)
        row = self._new_item(item, clean(title) or clean(item), artist, clean(album))
        self._dates.add(row, released, album_id)
        for facet, values in facets.items():
            names = dict.fromkeys(name for name in map(clean, values) if name)
            self._facets.setdefault(facet, TextLists()).append(row, names)

    def _new_item(self, item: int | str, title: str, artist: str = "", album: str = "") -> int:
        row = self._item_rows[item] = len(self._item_rows)
        self._titles.append(title)
        self._artists.append(artist)
        self._albums.append(album)
        return row

    def _row(self, item: int | str) -> int:
        """The row of an item; a new row if the item is not in the catalogue."""
        row = self._item_rows.get(item)
        if row is None:
            self._fired["unknown song"] += 1
            row = self._new_item(item, clean(item))
        return row

    def add_playlist(
        self,
        playlist: int | str,
        songs: Sequence[int | str],
        *,
        title: object = "",
        tags: Iterable[object] = (),
        likes: int = 0,
        updated: str = "",
        weights: Sequence[float] | None = None,
        times: Sequence[int] | None = None,
        record: str = "",
    ) -> None:
        """Add one playlist; songs in playlist order.

        Args:
            playlist: its external id.
            songs: external item ids, from `item_id`.
            title, tags, likes, updated: metadata of the playlist.
            weights: (n_songs,) confidence of each song; None means 1.
            times: (n_songs,) seconds since 1970 of each song; None if the format has none.
            record: the position in the file, for messages.

        Raises:
            DataError: the playlist id occurred before.
        """
        if not songs:
            self._fired["without songs"] += 1
            return
        number = whole_number(playlist)
        identity = number if number is not None else str(playlist)
        if identity in self._playlist_rows:
            raise DataError(self._source, record, f"playlist id {playlist!r} occurs a second time; ids must be unique")
        self._playlist_rows[identity] = len(self._playlist_rows)
        rows = [self._row(song) for song in songs]
        positions: Sequence[int] = range(len(rows))
        if len(set(rows)) < len(rows):
            first = {row: position for position, row in reversed(list(enumerate(rows)))}
            self._fired["song twice"] += len(rows) - len(first)
            positions = sorted(first.values())
        self._songs.extend([rows[position] for position in positions])
        self._positions.extend(positions)
        self._weights.extend(
            [1.0] * len(positions) if weights is None else [weights[position] for position in positions]
        )
        self._times.extend([0] * len(positions) if times is None else [times[position] for position in positions])
        self._has_times = times is not None
        self._ends.append(len(self._songs))
        for tag in dict.fromkeys(name for name in map(clean, tags) if name):
            self._tags.append(self._tag_rows.setdefault(tag, len(self._tag_rows)))
        self._tag_ends.append(len(self._tags))
        self._playlist_titles.append(clean(title))
        self._likes.append(likes)
        self._updated.append(clean(updated))

    def build(self) -> Dataset:
        """Build the data set, with items and tags in popularity order.

        Raises:
            DataError: there is no playlist with a song.
        """
        if not self._playlist_rows:
            nouns = self._nouns
            raise DataError(self._source, "", f"contains no {nouns.playlist} with at least one {nouns.item}")
        n_items, n_playlists = len(self._item_rows), len(self._playlist_rows)
        ends = np.frombuffer(self._ends, dtype=np.int64)
        columns = np.frombuffer(self._songs, dtype=np.int32)
        by_row = np.lexsort((columns, np.repeat(np.arange(n_playlists), np.diff(ends))))
        interactions = csr_array(
            (np.frombuffer(self._weights, dtype=np.float32)[by_row], columns[by_row], ends),
            shape=(n_playlists, n_items),
        )
        tags = np.frombuffer(self._tags, dtype=np.int32)
        tag_ends = np.frombuffer(self._tag_ends, dtype=np.int64)
        playlist_tags = csr_array(
            (np.ones(len(tags), dtype=np.float32), tags, tag_ends), shape=(n_playlists, len(self._tag_rows))
        )
        playlist_tags.sort_indices()
        items: list[Any] = list(self._item_rows)
        ids: list[Any] = list(self._playlist_rows)
        if any(isinstance(identity, str) for identity in ids):
            ids = [str(identity) for identity in ids]
        return by_popularity(
            Dataset(
                name=self._name,
                nouns=self._nouns,
                items=Vocabulary(items),
                tags=Vocabulary(list(self._tag_rows)),
                playlists=Vocabulary(ids),
                interactions=interactions,
                positions=np.frombuffer(self._positions, dtype=np.int32)[by_row],
                times=np.frombuffer(self._times, dtype=np.int64)[by_row] if self._has_times else None,
                playlist_tags=playlist_tags,
                catalogue=self._catalogue(n_items),
                playlist_table=pa.table(
                    {
                        schema.PLAYLIST_ID: pa.array([str(value) for value in ids], pa.string()),
                        schema.TITLE: self._playlist_titles.column(),
                        schema.LIKES: pa.array(np.frombuffer(self._likes, dtype=np.int64)),
                        schema.UPDATED: self._updated.column(),
                    }
                ),
                terms=Terms(self._terms),
                notes=tuple(self._notes()),
            )
        )

    def _catalogue(self, n_items: int) -> pa.Table:
        year, month, source = self._dates.resolve(n_items)
        columns: dict[str, pa.Array | pa.ChunkedArray] = {
            schema.ITEM_ID: pa.array([str(value) for value in self._item_rows], pa.string()),
            schema.TITLE: self._titles.column(),
            schema.ARTIST: self._artists.column(),
            schema.ALBUM: self._albums.column(),
            schema.YEAR: pa.array(year),
            schema.MONTH: pa.array(month),
            schema.DATE_SOURCE: pa.array(source),
        }
        columns |= {facet: lists.column(n_items) for facet, lists in self._facets.items()}
        return pa.table(columns)

    def _notes(self) -> Iterable[str]:
        yield from self._extra_notes
        nouns = self._nouns
        sentences = {
            "described twice": f"repeated descriptions of {nouns.items} were ignored",
            "without songs": f"{nouns.playlists} without {nouns.items} were left out",
            "unknown song": f"{nouns.items} are not in the catalogue and are shown by their ids",
            "song twice": f"repeated {nouns.items} in a {nouns.playlist} were dropped; the first occurrence was kept",
        }
        if not self._described:
            # Without a catalogue every item is unknown; the reader adds one note instead.
            del sentences["unknown song"]
        for rule, sentence in sentences.items():
            if self._fired[rule]:
                yield f"{self._fired[rule]:,} {sentence}."
