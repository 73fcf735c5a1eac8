"""Sparse matrices as named arrays of a model's state, and back."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array, diags_array


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
    lengths = np.sqrt(np.asarray((matrix * matrix).sum(axis=1)).ravel())
    return csr_array(diags_array((1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)) @ matrix).astype(
        np.float32
    )


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
    order = near[np.lexsort((matrix.indices[near], -matrix.data[near], rows[near]))]
    starts = np.searchsorted(rows[order], np.arange(matrix.shape[0]))
    place = np.arange(len(order)) - starts[rows[order]]
    kept = np.sort(order[place < k])
    indptr = np.concatenate([[0], np.cumsum(np.minimum(lengths, k))])
    result = csr_array((matrix.data[kept], matrix.indices[kept], indptr), shape=matrix.shape)
    result.sort_indices()
    return result
