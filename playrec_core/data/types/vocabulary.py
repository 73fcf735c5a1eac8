"""Mapping between external ids and row numbers."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from .ids import NO_ID, whole_numbers

UNKNOWN = -1


class Vocabulary:
    """An ordered, immutable set of external ids; the position of an id is its row number.

    The ids are either all integers or all strings.

    Args:
        ids: distinct ids, in row order.

    Raises:
        ValueError: an id occurs twice.
    """

    def __init__(self, ids: Sequence[int] | Sequence[str] | np.ndarray):
        if isinstance(ids, np.ndarray) and ids.dtype != object:
            values = ids
        else:
            # dtype object, because NumPy's own string dtype drops trailing NUL characters.
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
        # An explicit dtype, because the string dtype that pandas would choose rejects lone surrogates.
        return pd.Index(self.ids, dtype=self.ids.dtype)

    @property
    def numeric(self) -> bool:
        """Whether the ids are integers."""
        return self.ids.dtype != object

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the ids in order; equal exactly when two vocabularies are equal."""
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

    def __contains__(self, external: object) -> bool:
        return bool(self.index([external])[0] != UNKNOWN)

    def index(self, external: Iterable[object]) -> np.ndarray:
        """(n,) int32 row numbers of external ids, `UNKNOWN` for those not in the vocabulary.

        In a vocabulary of integers, ids may be text ("123"), as in uploads and CSV files.
        """
        if self.numeric:
            if not (isinstance(external, np.ndarray) and external.dtype.kind == "i"):
                numbers = whole_numbers(list(external))
                external = np.array([NO_ID if number is None else number for number in numbers], dtype=np.int64)
        else:
            texts = [str(value) for value in external]
            external = np.empty(len(texts), dtype=object)
            external[:] = texts
        return self._index.get_indexer(pd.Index(external, dtype=self.ids.dtype)).astype(np.int32)

    def outside(self, rows: Iterable[int]) -> list:
        """External ids (int or str) of row numbers.

        Raises:
            IndexError: a row number is out of range (or `UNKNOWN`, which would count from the end).
        """
        wanted = np.asarray(rows if isinstance(rows, np.ndarray) else list(rows), dtype=np.int64)
        if wanted.size and wanted.min() < 0:
            raise IndexError(f"row {wanted.min()} of a vocabulary of {len(self)}")
        return self.ids[wanted].tolist()

    def select(self, rows: np.ndarray) -> "Vocabulary":
        """A vocabulary of some rows (n,), in the order given."""
        return Vocabulary(self.ids[rows])
