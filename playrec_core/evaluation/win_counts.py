"""Wins and losses of two models over playlists, with significance tests."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class PairedTest:
    """A paired comparison of two models on one metric.

    Args:
        wins, losses, draws: number of playlists where the first is better, worse, equal.
        sign_p: two-sided p of the sign test, without draws.
        wilcoxon_p: two-sided p of the signed-rank test, which also uses the size of the differences.
    """

    wins: int
    losses: int
    draws: int
    sign_p: float
    wilcoxon_p: float


def paired_test(gains: np.ndarray) -> PairedTest:
    """Both tests of the differences between two models on the same playlists.

    Conover, "Practical Nonparametric Statistics", 1999, chapters 3.4 and 5.7; for retrieval Smucker, Allan and
    Carterette, "A comparison of statistical significance tests for information retrieval evaluation", CIKM 2007, who
    find both less reliable than bootstrap and randomisation tests: they complement the paired bootstrap. Draws are
    ranked and then dropped (Pratt 1959).

    Args:
        gains: (n_playlists,) float, positive where the first is better; NaN where either is undefined.

    Returns:
        p is 1 if there are only draws.
    """
    known = gains[~np.isnan(gains)]
    wins, losses = int((known > 0).sum()), int((known < 0).sum())
    draws = len(known) - wins - losses
    if not wins + losses:
        return PairedTest(0, 0, draws, 1.0, 1.0)
    sign = float(stats.binomtest(wins, wins + losses).pvalue)
    return PairedTest(wins, losses, draws, sign, float(stats.wilcoxon(known, zero_method="pratt").pvalue))
