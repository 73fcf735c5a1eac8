"""Rows of a sparse matrix as the flat arrays that an embedding bag takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array


@dataclass(frozen=True)
class Bags:
    """Some rows of a sparse matrix.

    Args:
        columns: (nnz,) int64.
        values: (nnz,) float32.
        offsets: (n_rows + 1,) int64; row i is ``columns[offsets[i]:offsets[i + 1]]``.
    """

    columns: np.ndarray
    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of(cls, matrix: csr_array, rows: np.ndarray) -> "Bags":
        """The given rows of a CSR matrix, in the order given."""
        lengths = np.diff(matrix.indptr)[rows].astype(np.int64)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        entries = np.repeat(matrix.indptr[rows].astype(np.int64) - offsets[:-1], lengths) + np.arange(offsets[-1])
        return cls(matrix.indices[entries].astype(np.int64), matrix.data[entries].astype(np.float32), offsets)

    @property
    def n_rows(self) -> int:
        return len(self.offsets) - 1

    @property
    def row_of(self) -> np.ndarray:
        """(nnz,) int64: the row of each entry."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.offsets))

    def row_slice(self, rows: slice) -> "Bags":
        """A slice of consecutive rows."""
        offsets = self.offsets[rows.start : rows.stop + 1]
        entries = slice(offsets[0], offsets[-1])
        return Bags(self.columns[entries], self.values[entries], offsets - offsets[0])

    def dropout(self, share: float, rng: np.random.Generator) -> "Bags":
        """Each entry removed with probability ``share``; the others keep their values."""
        if not share:
            return self
        kept = rng.random(len(self.columns)) >= share
        lengths = np.bincount(self.row_of[kept], minlength=self.n_rows)
        return Bags(self.columns[kept], self.values[kept], np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def normalised(self) -> "Bags":
        """Every row with Euclidean norm 1; empty rows stay empty."""
        squares = np.bincount(self.row_of, weights=self.values.astype(np.float64) ** 2, minlength=self.n_rows)
        lengths = np.sqrt(np.where(squares > 0, squares, 1.0))
        return Bags(self.columns, (self.values / lengths[self.row_of]).astype(np.float32), self.offsets)

    def scaled(self, factor: float) -> "Bags":
        """Every value times ``factor``."""
        return Bags(self.columns, self.values * np.float32(factor), self.offsets)


def batches(n_rows: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """(size,) int64 row numbers in a random order; the last batch may be shorter."""
    order = rng.permutation(n_rows)
    for start in range(0, n_rows, size):
        yield order[start : start + size]
