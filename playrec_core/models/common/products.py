"""Matrix products whose rows do not depend on the batch, bit by bit."""

import numpy as np

_BLOCK_BYTES = 1 << 20
"""Bytes of the table per block, so that the second and later vectors find it in a core's L2 cache. For 644,000 x 128 a
vector takes 6 ms instead of 22 ms; with two threads 3.4 ms, and 4 to 5 ms with blocks of half the size.
"""


def each_with(table: np.ndarray, vectors: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return vectors @ table.T, computed one vector and one block of the table at a time.

    BLAS sums a matrix product in another order than a vector product, but a batch must equal its rows one by one. The
    blocks do not depend on the number of vectors, so neither do the results.

    Args:
        table: (n, d) float32.
        vectors: (m, d) float32.
        out: (m, n) float32 output array; allocated if None.

    Returns:
        (m, n) float32.
    """
    result = np.empty((len(vectors), len(table)), dtype=np.float32) if out is None else out
    size = max(_BLOCK_BYTES // max(table.shape[1] * table.itemsize, 1), 64)
    for start in range(0, len(table), size):
        block = table[start : start + size]
        for row, vector in enumerate(vectors):
            np.dot(block, vector, out=result[row, start : start + size])
    return result
