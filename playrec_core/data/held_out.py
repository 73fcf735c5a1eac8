"""Held-out playlists: queries with their hidden items, and the contest's file format.

A file of questions in the Kakao Arena format is a JSON list of ``{"id", "songs", "tags", "plylst_title"}``, with parts
empty or missing; the file of answers has the same ids and contains the hidden parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core.data.io.json import iter_json_list
from playrec_core.data.types.vocabulary import UNKNOWN, Vocabulary
from playrec_core.errors import DataError
from playrec_core.i18n import tr
from playrec_core.schema import Seed

from .builder import clean, is_text
from .dates import month_number


@dataclass(frozen=True)
class Record:
    """One playlist of a contest file, in external ids.

    ``weights`` is the confidence of each song, empty if all are equal (contest files have none); ``updated`` is the
    date of the last change, "" if unknown.
    """

    id: int | str
    songs: tuple[int | str, ...]
    tags: tuple[str, ...]
    title: str
    weights: tuple[float, ...] = ()
    updated: str = ""


def parse_record(value: object, file: Path, record: str) -> Record:
    """Check and parse one playlist object; ``record`` is its position in the file, for messages.

    Raises:
        DataError: the value is not an object, has no id, or a part has the wrong type.
    """
    if not isinstance(value, dict):
        raise DataError(file, record, tr("should be an object, not {type}", type=type(value).__name__))
    identity = value.get("id")
    if isinstance(identity, bool) or not isinstance(identity, int | str) or identity == "":
        raise DataError(file, record, tr("has no 'id' (a whole number or a text)"))
    if isinstance(identity, str) and not is_text(identity):
        raise DataError(file, record, tr("id {id!r} has a lone surrogate; write it as valid UTF-8", id=identity))
    record = tr("{record} (id {id})", record=record, id=identity)
    songs, tags = value.get("songs") or [], value.get("tags") or []
    if not isinstance(songs, list) or not set(map(type, songs)) <= {int, str}:
        raise DataError(file, record, tr("'songs' should be a list of song ids"))
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise DataError(file, record, tr("'tags' should be a list of texts"))
    title = value.get("plylst_title") or ""
    if not isinstance(title, str):
        raise DataError(file, record, tr("'plylst_title' should be a text"))
    updated = value.get("updt_date") or ""
    if not isinstance(updated, str):
        raise DataError(file, record, tr("'updt_date' should be a text"))
    named = tuple(tag for tag in map(clean, tags) if tag)
    return Record(identity, tuple(songs), named, clean(title), updated=clean(updated))


def read_questions(file: Path) -> list[Record]:
    """Read a file of questions or answers.

    Raises:
        DataError: as in `parse_record`, or an id occurs twice.
    """
    records: list[Record] = []
    seen: set[str] = set()
    for number, value in enumerate(iter_json_list(file), start=1):
        record = parse_record(value, file, f"playlist {number}")
        if str(record.id) in seen:
            raise DataError(file, f"playlist {number}", f"id {record.id} occurs a second time")
        seen.add(str(record.id))
        records.append(record)
    return records


def seed_from(record: Record, items: Vocabulary, tags: Vocabulary) -> Seed:
    """Convert a record to a seed without repeats. Unknown songs are dropped, unknown tags are kept as text."""
    return seed_of_rows(record, items.index(record.songs).tolist(), tags.index(record.tags).tolist())


def seed_of_rows(record: Record, songs: Sequence[int], tags: Sequence[int]) -> Seed:
    """The seed of a record, given the row numbers of its songs and tags."""
    first = {row: position for position, row in reversed(list(enumerate(songs))) if row != UNKNOWN}
    known = sorted(first.items(), key=lambda entry: entry[1])
    return Seed(
        tuple(row for row, _ in known),
        tuple(dict.fromkeys(row for row in tags if row != UNKNOWN)),
        record.title,
        tuple(record.weights[position] for _, position in known) if record.weights else (),
        tuple(dict.fromkeys(name for name, row in zip(record.tags, tags, strict=True) if row == UNKNOWN)),
        month_number(record.updated),
    )


@dataclass(frozen=True)
class HeldOut:
    """Held-out playlists: queries and their hidden items, in the row numbers of the training vocabularies.

    Args:
        table: one row per query: ``id`` (text), ``title``, ``kind`` (as in the file, before unknown songs were
            dropped), lists of int32 ``songs``, ``tags``, ``hidden_songs`` and ``hidden_tags``, a list of float32
            ``weights``, the confidence of each of ``songs`` (empty: 1 for all), a list of texts ``other_tags``, the
            tags that do not occur in training, and ``updated``, the date of the last change as in the data ("" if
            unknown; the column is missing in runs of earlier versions). A hidden song or tag that does not occur in
            training has a row number beyond the vocabulary: it counts as ground truth but cannot be recommended. The
            metadata of the schema contains the sizes of the vocabularies, ``n_items`` and ``n_tags``.
    """

    table: pa.Table

    ID, TITLE, KIND, WEIGHTS, OTHER_TAGS, UPDATED = "id", "title", "kind", "weights", "other_tags", "updated"
    SONGS, TAGS, HIDDEN_SONGS, HIDDEN_TAGS = "songs", "tags", "hidden_songs", "hidden_tags"

    def __len__(self) -> int:
        return self.table.num_rows

    @cached_property
    def seeds(self) -> list[Seed]:
        """The queries as seeds, in file order."""
        names = (self.SONGS, self.TAGS, self.TITLE, self.WEIGHTS, self.OTHER_TAGS)
        columns = [self.table[name].to_pylist() for name in names]
        dated = self.UPDATED in self.table.column_names
        updated = map(month_number, self.table[self.UPDATED].to_pylist()) if dated else repeat(0, len(self))
        return [
            Seed(tuple(songs), tuple(tags), title, tuple(weights), tuple(others), month)
            for songs, tags, title, weights, others, month in zip(*columns, updated, strict=True)
        ]

    @cached_property
    def hidden_songs(self) -> csr_array:
        """(n_queries, at least n_items) float32 ones."""
        return self._matrix(self.HIDDEN_SONGS, b"n_items")

    @cached_property
    def hidden_tags(self) -> csr_array:
        """(n_queries, at least n_tags) float32 ones."""
        return self._matrix(self.HIDDEN_TAGS, b"n_tags")

    def _matrix(self, column: str, known: bytes) -> csr_array:
        lists = self.table[column].combine_chunks()
        indices = lists.flatten().to_numpy().astype(np.int64)
        lengths = lists.value_lengths().to_numpy()
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        width = max(int(self.table.schema.metadata[known]), int(indices.max(initial=-1)) + 1)
        matrix = csr_array((np.ones(len(indices), np.float32), indices, indptr), shape=(len(self), width))
        matrix.sort_indices()
        return matrix


def hold_out(pairs: Iterable[tuple[Record, Record]], items: Vocabulary, tags: Vocabulary) -> HeldOut:
    """Convert pairs of records (query, hidden part) in external ids to a `HeldOut`."""
    pairs = list(pairs)
    queries, hidden = [query for query, _ in pairs], [hidden for _, hidden in pairs]
    seeds = [
        seed_of_rows(query, songs, names)
        for query, songs, names in zip(
            queries,
            _rows([query.songs for query in queries], items),
            _rows([query.tags for query in queries], tags),
            strict=True,
        )
    ]
    rows = {
        HeldOut.ID: [str(query.id) for query in queries],
        HeldOut.TITLE: [seed.title for seed in seeds],
        HeldOut.KIND: [Seed(query.songs, query.tags).kind for query in queries],  # type: ignore[arg-type]
        HeldOut.SONGS: [seed.songs for seed in seeds],
        HeldOut.WEIGHTS: [seed.weights for seed in seeds],
        HeldOut.TAGS: [seed.tags for seed in seeds],
        HeldOut.OTHER_TAGS: [seed.other_tags for seed in seeds],
        HeldOut.UPDATED: [query.updated for query in queries],
        HeldOut.HIDDEN_SONGS: _hidden([record.songs for record in hidden], items),
        HeldOut.HIDDEN_TAGS: _hidden([record.tags for record in hidden], tags),
    }
    sizes = {"n_items": str(len(items)), "n_tags": str(len(tags))}
    return HeldOut(pa.table(rows, schema=_SCHEMA.with_metadata(sizes)))


_SCHEMA = pa.schema(
    [
        (HeldOut.ID, pa.string()),
        (HeldOut.TITLE, pa.string()),
        (HeldOut.KIND, pa.string()),
        (HeldOut.WEIGHTS, pa.list_(pa.float32())),
        (HeldOut.OTHER_TAGS, pa.list_(pa.string())),
        (HeldOut.UPDATED, pa.string()),
        *((name, pa.list_(pa.int32())) for name in ("songs", "tags", "hidden_songs", "hidden_tags")),
    ]
)


def _rows(lists: Sequence[Sequence[int | str]], vocabulary: Vocabulary) -> list[list[int]]:
    """Row numbers of several lists of ids in one lookup; a lookup per list would take milliseconds each."""
    flat = vocabulary.index(chain.from_iterable(lists)).tolist()
    ends = np.cumsum([len(each) for each in lists], dtype=np.int64).tolist()
    return [flat[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _hidden(lists: Sequence[Sequence[int | str]], vocabulary: Vocabulary) -> list[list[int]]:
    """Distinct row numbers; ids that are not in the vocabulary are numbered beyond its end."""
    beyond: dict[str, int] = {}
    return [
        list(
            dict.fromkeys(
                row if row != UNKNOWN else len(vocabulary) + beyond.setdefault(str(value), len(beyond))
                for row, value in zip(rows, values, strict=True)
            )
        )
        for rows, values in zip(_rows(lists, vocabulary), lists, strict=True)
    ]
