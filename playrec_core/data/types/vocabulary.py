"""Outside ids to row numbers and back."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd

UNKNOWN = -1
_NO_ID = -(2**63)  # never an id: `whole_number` refuses it


_WHOLE_NUMBER = re.compile(r"\s*[+-]?\d{1,18}\s*")


def whole_number(value: object) -> int | None:
    """The integer that an id stands for, given as a number or as text ("12"); None where it stands for none.

    Text is at most 18 digits long, numbers lie strictly between -2^63 and 2^63. 1.5, True and "1_000" are no ids.
    """
    if isinstance(value, str):
        return int(value) if _WHOLE_NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return None
    return int(value) if abs(int(value)) < 2**63 else None


def whole_numbers(values: Sequence[object]) -> Sequence[int | None]:
    """`whole_number` of each value."""
    if set(map(type, values)) == {int}:
        numbers = cast(Sequence[int], values)
        if min(numbers) > _NO_ID and max(numbers) < 2**63:  # the usual case, many times faster
            return numbers
    return [whole_number(value) for value in values]


class Vocabulary:
    """An ordered set of outside ids; an id's row number is its place.

    Ids are integers throughout or strings throughout. A vocabulary is immutable.

    Args:
        ids: distinct ids, in row order.

    Raises:
        ValueError: an id occurs twice.
    """

    def __init__(self, ids: Sequence[int] | Sequence[str] | np.ndarray):
        if isinstance(ids, np.ndarray) and ids.dtype != object:
            values = ids
        else:
            # Through object, because NumPy's own text type drops trailing NUL characters.
            values = np.empty(len(ids), dtype=object)
            values[:] = ids
        if all(isinstance(value, int | np.integer) for value in values[:1]):
            self.ids = values.astype(np.int64)
        else:
            self.ids = values.astype(object)
        if self._index.has_duplicates:
            raise ValueError(f"id {self._index[self._index.duplicated()][0]!r} occurs twice")

    @cached_property
    def _index(self) -> pd.Index:
        # The type is named because pandas would make its own text type of strings, which refuses lone surrogates.
        return pd.Index(self.ids, dtype=self.ids.dtype)

    @property
    def numeric(self) -> bool:
        """Whether the ids are integers."""
        return self.ids.dtype != object

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the ids in order; equal exactly when two vocabularies number the same ids alike."""
        digest = hashlib.sha256(b"int\0" if self.numeric else b"str\0")
        if self.numeric:
            digest.update(self.ids.astype("<i8").tobytes())
        else:
            for value in self.ids:
                encoded = str(value).encode("utf-8", "surrogatepass")
                digest.update(len(encoded).to_bytes(4, "little") + encoded)
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, outside: object) -> bool:
        return bool(self.index([outside])[0] != UNKNOWN)

    def index(self, outside: Iterable[object]) -> np.ndarray:
        """Row numbers (int32) of outside ids, `UNKNOWN` for those not in the vocabulary.

        In a vocabulary of integers an id may come as text ("123"), as uploads and CSV files give it.
        """
        if self.numeric:
            if not (isinstance(outside, np.ndarray) and outside.dtype.kind == "i"):
                numbers = whole_numbers(list(outside))
                outside = np.array([_NO_ID if number is None else number for number in numbers], dtype=np.int64)
        else:
            texts = [str(value) for value in outside]
            outside = np.empty(len(texts), dtype=object)
            outside[:] = texts
        return self._index.get_indexer(pd.Index(outside, dtype=self.ids.dtype)).astype(np.int32)

    def outside(self, rows: Iterable[int]) -> list:
        """Outside ids (int or str) of row numbers.

        Raises:
            IndexError: a row lies outside the vocabulary (`UNKNOWN` too: it would count from the end).
        """
        wanted = np.asarray(rows if isinstance(rows, np.ndarray) else list(rows), dtype=np.int64)
        if wanted.size and wanted.min() < 0:
            raise IndexError(f"row {wanted.min()} of a vocabulary of {len(self)}")
        return self.ids[wanted].tolist()

    def select(self, rows: np.ndarray) -> "Vocabulary":
        """A vocabulary of some rows, in the order given."""
        return Vocabulary(self.ids[rows])
