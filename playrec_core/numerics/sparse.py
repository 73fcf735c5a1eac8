"""Sparse matrices: as named arrays of a model's state and back, scaled, cut to the largest values."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array


def pack(name: str, matrix: csr_array) -> dict[str, np.ndarray]:
    """The arrays of a CSR matrix as ``name.data``, ``name.indices``, ``name.indptr`` and ``name.shape``."""
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": np.asarray(matrix.shape, dtype=np.int64),
    }


def unpack(name: str, state: Mapping[str, np.ndarray]) -> csr_array:
    """The CSR matrix that `pack` stored; shares the arrays, which may be read-only memory maps."""
    rows, columns = state[f"{name}.shape"].tolist()
    matrix = csr_array(
        (state[f"{name}.data"], state[f"{name}.indices"], state[f"{name}.indptr"]), shape=(rows, columns)
    )
    matrix.has_canonical_format = True
    return matrix


def densify(matrix: csr_array, empty: float) -> np.ndarray:
    """Dense float32 with ``empty`` wherever nothing is stored."""
    dense = np.full(matrix.shape, empty, dtype=np.float32)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    dense[rows, matrix.indices] = matrix.data
    return dense


def unit_rows(matrix: csr_array) -> csr_array:
    """Every row divided by its length, float32; an empty row stays empty."""
    lengths = row_lengths(matrix)
    return scale_rows(matrix, (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32))


def row_lengths(matrix: csr_array) -> np.ndarray:
    """(n_rows,) float64 the Euclidean length of each row; no entry may be stored twice."""
    found = np.zeros(matrix.shape[0])
    filled = np.diff(matrix.indptr) > 0  # between the starts of two filled rows lies the first of them and nothing else
    if filled.any():
        squares = np.square(matrix.data, dtype=np.float64)
        found[filled] = np.sqrt(np.add.reduceat(squares, matrix.indptr[:-1][filled]))
    return found


# A product with a diagonal matrix would say the same, and costs as much as the matrix is wide: for one seed's row over
# 2^18 n-grams that is all the work there is.
def scale_rows(matrix: csr_array, factors: np.ndarray) -> csr_array:
    """Every row times its factor, (n_rows,), as float32; shares the index arrays."""
    return _with_data(matrix, matrix.data * np.repeat(factors, np.diff(matrix.indptr)))


def scale_columns(matrix: csr_array, factors: np.ndarray) -> csr_array:
    """Every column times its factor, (n_columns,), as float32; shares the index arrays."""
    return _with_data(matrix, matrix.data * factors[matrix.indices])


def _with_data(matrix: csr_array, data: np.ndarray) -> csr_array:
    return csr_array((data.astype(np.float32, copy=False), matrix.indices, matrix.indptr), shape=matrix.shape)


def top_per_row(matrix: csr_array, k: int) -> csr_array:
    """Keep the k largest values of each row; ties go to the smaller column. Indices come back sorted."""
    lengths = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(matrix.shape[0]), lengths)
    # Sorting is the costly part, so only what can be among the k is sorted.
    bar = np.full(matrix.shape[0], -np.inf, dtype=matrix.data.dtype)
    for row in np.flatnonzero(lengths > k).tolist():
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        bar[row] = np.partition(values, len(values) - k)[len(values) - k]
    near = np.flatnonzero(matrix.data >= bar[rows])
    rows = rows[near]
    indptr = np.searchsorted(near, matrix.indptr)
    result = csr_array((matrix.data[near], matrix.indices[near], indptr), shape=matrix.shape)
    result.sort_indices()
    # What is above a row's bar stays; of what equals it, as many of the first columns as there is room for.
    ties = result.data == bar[rows]
    before = np.concatenate([[0], np.cumsum(ties)])
    room = k - (np.diff(indptr) - np.diff(before[indptr]))
    kept = ~ties | (before[:-1] - before[indptr[rows]] < room[rows])
    indptr = np.concatenate([[0], np.cumsum(kept)])[indptr]
    return csr_array((result.data[kept], result.indices[kept], indptr), shape=matrix.shape)
