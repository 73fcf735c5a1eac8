"""CSR matrices: to and from the named arrays of a model's state, scaling, norms, top k per row."""

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
    """The CSR matrix that `pack` stored. Shares the arrays, which may be read-only memory maps."""
    rows, columns = state[f"{name}.shape"].tolist()
    matrix = csr_array(
        (state[f"{name}.data"], state[f"{name}.indices"], state[f"{name}.indptr"]), shape=(rows, columns)
    )
    matrix.has_canonical_format = True
    return matrix


def densify(matrix: csr_array, empty: float) -> np.ndarray:
    """(n_rows, n_columns) float32, ``empty`` wherever nothing is stored."""
    dense = np.full(matrix.shape, empty, dtype=np.float32)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    dense[rows, matrix.indices] = matrix.data
    return dense


def unit_rows(matrix: csr_array) -> csr_array:
    """Scale every row to Euclidean norm 1, float32. Empty rows stay empty."""
    lengths = row_lengths(matrix)
    return scale_rows(matrix, (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32))


def row_lengths(matrix: csr_array) -> np.ndarray:
    """(n_rows,) float64 Euclidean norm of each row. The matrix must not contain duplicate entries."""
    found = np.zeros(matrix.shape[0])
    filled = np.diff(matrix.indptr) > 0  # reduceat sums up to the next filled row, so empty rows in between add nothing
    if filled.any():
        squares = np.square(matrix.data, dtype=np.float64)
        found[filled] = np.sqrt(np.add.reduceat(squares, matrix.indptr[:-1][filled]))
    return found


# A product with a diagonal matrix gives the same, but its cost grows with the width of the matrix: for the row of one
# seed over 2^18 n-grams it would dominate.
def scale_rows(matrix: csr_array, factors: np.ndarray) -> csr_array:
    """Multiply every row by its factor, (n_rows,). Returns float32; shares the index arrays."""
    return with_data(matrix, matrix.data * np.repeat(factors, np.diff(matrix.indptr)))


def scale_columns(matrix: csr_array, factors: np.ndarray) -> csr_array:
    """Multiply every column by its factor, (n_columns,). Returns float32; shares the index arrays."""
    return with_data(matrix, matrix.data * factors[matrix.indices])


def with_data(matrix: csr_array, data: np.ndarray) -> csr_array:
    """A matrix with the same sparsity and other values, (nnz,). Returns float32; shares the index arrays."""
    return csr_array((data.astype(np.float32, copy=False), matrix.indices, matrix.indptr), shape=matrix.shape)


def top_per_row(matrix: csr_array, k: int) -> csr_array:
    """Keep the k largest values of each row; ties go to the smaller column. Indices are sorted."""
    lengths = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(matrix.shape[0]), lengths)
    # Sorting dominates, so only values that can be among the k largest are sorted.
    threshold = np.full(matrix.shape[0], -np.inf, dtype=matrix.data.dtype)
    for row in np.flatnonzero(lengths > k).tolist():
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        threshold[row] = np.partition(values, len(values) - k)[len(values) - k]
    near = np.flatnonzero(matrix.data >= threshold[rows])
    rows = rows[near]
    indptr = np.searchsorted(near, matrix.indptr)
    result = csr_array((matrix.data[near], matrix.indices[near], indptr), shape=matrix.shape)
    result.sort_indices()
    # Keep what is above the threshold of its row; of what equals it, the first columns while there is room.
    ties = result.data == threshold[rows]
    before = np.concatenate([[0], np.cumsum(ties)])
    room = k - (np.diff(indptr) - np.diff(before[indptr]))
    kept = ~ties | (before[:-1] - before[indptr[rows]] < room[rows])
    indptr = np.concatenate([[0], np.cumsum(kept)])[indptr]
    return csr_array((result.data[kept], result.indices[kept], indptr), shape=matrix.shape)
