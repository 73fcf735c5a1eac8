"""Compact builders for the columns of a catalogue, filled row by row.

700,000 songs as Python strings and lists take over a gigabyte; as Arrow strings and integers they take the size of
their text.
"""

from array import array
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

_CHUNK = 65_536


class Texts:
    """A column of strings. At most `_CHUNK` of them are Python objects; the others are in Arrow arrays."""

    def __init__(self) -> None:
        self._chunks: list[pa.Array] = []
        self._latest: list[str] = []

    def append(self, text: str) -> None:
        """Append the text of the next row."""
        self._latest.append(text)
        if len(self._latest) == _CHUNK:
            self._pack()

    def _pack(self) -> None:
        self._chunks.append(pa.array(self._latest, pa.string()))
        self._latest = []

    def column(self) -> pa.Array:
        """(n_rows,) string."""
        self._pack()
        return pa.concat_arrays(self._chunks)


class TextLists:
    """A column of lists of repeating texts (genres), dictionary-encoded: each text is stored once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._rows, self._values = array("i"), array("i")

    def append(self, row: int, texts: Iterable[str]) -> None:
        """Add the list of one row. Rows come in ascending order; rows that are never added have an empty list."""
        for text in texts:
            self._rows.append(row)
            self._values.append(self._numbers.setdefault(text, len(self._numbers)))

    def column(self, n_rows: int) -> pa.ListArray:
        """(n_rows,) list<string>."""
        lengths = np.bincount(np.frombuffer(self._rows, dtype=np.int32), minlength=n_rows)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        texts = pa.array(list(self._numbers), pa.string())
        values = texts.take(pa.array(np.frombuffer(self._values, dtype=np.int32)))
        return pa.ListArray.from_arrays(pa.array(offsets), values)
