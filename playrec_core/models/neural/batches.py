"""Rows of a sparse matrix as the flat arrays an embedding bag reads."""

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
        offsets: (n_rows + 1,) int64; row i holds ``columns[offsets[i]:offsets[i + 1]]``.
    """

    columns: np.ndarray
    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of(cls, matrix: csr_array, rows: np.ndarray) -> "Bags":
        """The given rows of a CSR matrix, in the order given."""
        lengths = np.diff(matrix.indptr)[rows].astype(np.int64)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(matrix.indptr[rows].astype(np.int64) - offsets[:-1], lengths) + np.arange(offsets[-1])
        return cls(matrix.indices[places].astype(np.int64), matrix.data[places].astype(np.float32), offsets)

    @property
    def n_rows(self) -> int:
        return len(self.offsets) - 1

    @property
    def row_of(self) -> np.ndarray:
        """(nnz,) int64: the row of each entry."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.offsets))

    def part(self, rows: slice) -> "Bags":
        """Some rows that follow one another."""
        offsets = self.offsets[rows.start : rows.stop + 1]
        entries = slice(offsets[0], offsets[-1])
        return Bags(self.columns[entries], self.values[entries], offsets - offsets[0])

    def without(self, share: float, rng: np.random.Generator) -> "Bags":
        """Each entry hidden with probability ``share``; the others keep their values."""
        if not share:
            return self
        kept = rng.random(len(self.columns)) >= share
        lengths = np.bincount(self.row_of[kept], minlength=self.n_rows)
        return Bags(self.columns[kept], self.values[kept], np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def normalised(self) -> "Bags":
        """Every row of Euclidean length one; empty rows stay empty."""
        squares = np.bincount(self.row_of, weights=self.values.astype(np.float64) ** 2, minlength=self.n_rows)
        lengths = np.sqrt(np.where(squares > 0, squares, 1.0))
        return Bags(self.columns, (self.values / lengths[self.row_of]).astype(np.float32), self.offsets)

    def scaled(self, factor: float) -> "Bags":
        """Every value times ``factor``."""
        return Bags(self.columns, self.values * np.float32(factor), self.offsets)


def batches(n_rows: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Row numbers in a random order, ``size`` at a time; the last batch may be shorter."""
    order = rng.permutation(n_rows)
    for start in range(0, n_rows, size):
        yield order[start : start + size]
