"""Blockwise matrix products against plain ones."""

import numpy as np
import pytest

from playrec_core.models.common.products import each_with


@pytest.mark.parametrize(("rows", "width"), [(1, 3), (70, 8), (5_000, 128), (3_001, 256), (9_000, 1)])
def test_a_product_is_correct_and_independent_of_the_batch(rows, width):
    rng = np.random.default_rng(rows)
    table = rng.standard_normal((rows, width)).astype(np.float32)
    vectors = rng.standard_normal((5, width)).astype(np.float32)
    batch = each_with(table, vectors)
    np.testing.assert_allclose(batch, vectors.astype(np.float64) @ table.T.astype(np.float64), atol=1e-4)
    for row, vector in enumerate(vectors):
        np.testing.assert_array_equal(batch[row], each_with(table, vector[None])[0])
    out = np.empty((5, rows), dtype=np.float32)
    assert each_with(table, vectors, out) is out
    np.testing.assert_array_equal(out, batch)


def test_no_vectors_no_rows():
    assert each_with(np.ones((7, 2), np.float32), np.empty((0, 2), np.float32)).shape == (0, 7)
