"""The bars of a dot product are its factors, whole and in order."""

import numpy as np
import pytest

from playrec_core.explain.attribution import Vectors
from playrec_core.schema import Nouns
from playrec_core.ui.components.why.factor_chart import MOST_FACTORS, chart


@pytest.mark.parametrize("n", [3, 200])
def test_every_row_has_the_same_factors_the_strongest_first(n: int):
    rng = np.random.default_rng(5)
    vectors = Vectors(rng.normal(size=n), rng.normal(size=n))
    drawn = chart(vectors, Nouns(), "label")
    factors = drawn["factors"]
    assert len(factors) == min(n, MOST_FACTORS)
    seed, item, product = (np.array(row["values"]) for row in drawn["rows"])
    np.testing.assert_allclose(seed, vectors.seed[factors], atol=1e-7)
    np.testing.assert_allclose(item, vectors.item[factors], atol=1e-7)
    np.testing.assert_allclose(seed * item, product, atol=1e-6)
    assert (np.diff(np.abs(product)) <= 0).all()
    left_out = np.setdiff1d(np.arange(n), factors)
    assert np.abs(vectors.product[left_out]).max(initial=0) <= np.abs(product).min()
