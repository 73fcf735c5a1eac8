"""The paired tests against scipy and against counting by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from playrec_core.evaluation.win_counts import paired_test


def test_agrees_with_scipy_and_with_the_binomial_sum():
    rng = np.random.default_rng(4)
    gains = rng.normal(0.1, 1, 80).round(1)
    gains[:5] = np.nan
    found, known = paired_test(gains), gains[5:]
    wins, losses = (known > 0).sum(), (known < 0).sum()
    assert (found.wins, found.losses, found.draws) == (wins, losses, (known == 0).sum())
    assert found.wilcoxon_p == pytest.approx(stats.wilcoxon(known, zero_method="pratt").pvalue, rel=1e-12)
    n, most = int(wins + losses), int(max(wins, losses))
    tail = sum(math.comb(n, k) for k in range(most, n + 1)) / 2**n
    assert found.sign_p == pytest.approx(min(1.0, 2 * tail))
    assert found.sign_p == pytest.approx(stats.binomtest(int(wins), n).pvalue, rel=1e-12)


def test_the_sign_of_the_gains_does_not_matter_for_p():
    gains = np.random.default_rng(1).normal(0.3, 1, 50)
    one, other = paired_test(gains), paired_test(-gains)
    assert (one.wins, one.losses) == (other.losses, other.wins)
    assert (one.sign_p, one.wilcoxon_p) == pytest.approx((other.sign_p, other.wilcoxon_p))


@pytest.mark.parametrize("gains", [[], [0.0, 0.0], [np.nan]])
def test_nothing_to_tell_apart(gains: list[float]):
    found = paired_test(np.array(gains, dtype=float))
    assert (found.wins, found.losses, found.sign_p, found.wilcoxon_p) == (0, 0, 1.0, 1.0)
