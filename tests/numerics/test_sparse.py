"""Scaling of sparse matrices, compared with diagonal matrices; the top k of each row."""

import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array, random_array

from playrec_core.numerics.sparse import row_lengths, scale_columns, scale_rows, top_per_row, unit_rows


def some(seed: int = 0):
    return random_array((30, 50), density=0.1, format="csr", rng=np.random.default_rng(seed), dtype=np.float32)


def test_scaling_is_the_product_with_a_diagonal_matrix():
    matrix, rng = some(), np.random.default_rng(1)
    rows, columns = rng.random(30, dtype=np.float32), rng.random(50, dtype=np.float32)
    np.testing.assert_array_equal(scale_rows(matrix, rows).toarray(), (diags_array(rows) @ matrix).toarray())
    np.testing.assert_array_equal(scale_columns(matrix, columns).toarray(), (matrix @ diags_array(columns)).toarray())
    assert scale_rows(matrix, rows.astype(np.float64)).dtype == np.float32


def test_unit_rows_have_length_one_and_empty_rows_stay_empty():
    factors = np.ones(30, np.float32)
    factors[[3, 7]] = 0
    matrix = scale_rows(some(), factors)
    lengths = np.linalg.norm(matrix.toarray(), axis=1)
    np.testing.assert_allclose(row_lengths(matrix), lengths, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(unit_rows(matrix).toarray(), axis=1), lengths > 0, rtol=1e-6)


@pytest.mark.parametrize("k", [1, 3, 40, 1000])
@pytest.mark.parametrize("different", [2, 5, 10**6])
def test_the_largest_of_each_row_ties_to_the_smaller_column(k, different):
    rng = np.random.default_rng(different)
    matrix = csr_array(random_array((60, 300), density=0.2, rng=rng, format="csr", dtype=np.float32))
    matrix.data = rng.integers(1, different, matrix.nnz, endpoint=True).astype(np.float32)
    matrix.data[:7] *= -1
    dense, stored = matrix.toarray(), matrix.astype(bool).toarray()
    for row in range(60):  # columns unsorted, as after a product
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        order = rng.permutation(part.stop - part.start)
        matrix.indices[part], matrix.data[part] = matrix.indices[part][order], matrix.data[part][order]
    matrix.has_sorted_indices = False
    found = top_per_row(matrix, k)
    for row in range(60):
        columns = np.flatnonzero(stored[row])
        best = np.sort(columns[np.lexsort((columns, -dense[row, columns]))][:k])
        part = slice(found.indptr[row], found.indptr[row + 1])
        assert found.indices[part].tolist() == best.tolist()
        assert found.data[part].tolist() == dense[row, best].tolist()


def test_empty_rows_and_matrices():
    assert top_per_row(csr_array((0, 5), dtype=np.float32), 3).shape == (0, 5)
    found = top_per_row(csr_array(np.array([[0, 0], [1, 2], [0, 0]], dtype=np.float32)), 1)
    assert found.toarray().tolist() == [[0, 0], [0, 2], [0, 0]]
