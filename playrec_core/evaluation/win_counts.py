"""Two models playlist by playlist: how often each wins, and whether that could be chance."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class PairedTest:
    """What the playlists say of two models by one metric.

    Args:
        wins, losses, draws: the playlists where the first is better, worse, equal.
        sign_p: two-sided p of the sign test: would a fair coin give wins so uneven? Draws are left out.
        wilcoxon_p: two-sided p of the signed-rank test, which also weighs how large each difference is.
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
    find that these two miss and invent differences that bootstrap and randomisation do not: they are shown beside the
    paired bootstrap, not instead of it. Draws get their ranks and then drop out (Pratt 1959).

    Args:
        gains: (n_playlists,) float, by how much the first is better; NaN where either is undefined.

    Returns:
        p is 1 where no playlist tells the two apart.
    """
    known = gains[~np.isnan(gains)]
    wins, losses = int((known > 0).sum()), int((known < 0).sum())
    draws = len(known) - wins - losses
    if not wins + losses:
        return PairedTest(0, 0, draws, 1.0, 1.0)
    sign = float(stats.binomtest(wins, wins + losses).pvalue)
    return PairedTest(wins, losses, draws, sign, float(stats.wilcoxon(known, zero_method="pratt").pvalue))
