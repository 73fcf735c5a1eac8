"""Scaling sparse matrices, against the products with diagonal matrices that it stands for."""

import numpy as np
from scipy.sparse import diags_array, random_array

from playrec_core.sparse import row_lengths, scale_columns, scale_rows, unit_rows


def some(seed: int = 0):
    return random_array((30, 50), density=0.1, format="csr", rng=np.random.default_rng(seed), dtype=np.float32)


def test_scaling_is_the_product_with_a_diagonal_matrix():
    matrix, rng = some(), np.random.default_rng(1)
    rows, columns = rng.random(30, dtype=np.float32), rng.random(50, dtype=np.float32)
    np.testing.assert_array_equal(scale_rows(matrix, rows).toarray(), (diags_array(rows) @ matrix).toarray())
    np.testing.assert_array_equal(scale_columns(matrix, columns).toarray(), (matrix @ diags_array(columns)).toarray())
    assert scale_rows(matrix, rows.astype(np.float64)).dtype == np.float32


def test_unit_rows_have_length_one_and_empty_rows_stay_empty():
    kept = np.ones(30, np.float32)
    kept[[3, 7]] = 0
    matrix = scale_rows(some(), kept)
    lengths = np.linalg.norm(matrix.toarray(), axis=1)
    np.testing.assert_allclose(row_lengths(matrix), lengths, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(unit_rows(matrix).toarray(), axis=1), lengths > 0, rtol=1e-6)
