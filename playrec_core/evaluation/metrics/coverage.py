"""Catalogue coverage: how much of the catalogue appears in anybody's answer."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Coverage(Metric):
    r"""Catalogue coverage at k, a figure of the whole set of lists.

    .. math:: Coverage@k = \frac{|\bigcup_u L_u|}{n_{items}}

    with :math:`L_u` the first k answers for playlist u. Ge, Delgado-Battenfeld and Jannach, "Beyond accuracy:
    evaluating recommender systems by coverage and serendipity", RecSys 2010.

    `per_playlist` gives jackknife pseudo-values around it,

    .. math:: v_u = Coverage@k + \frac{n - 1}{n_{items}} (s_u - \bar s)

    with :math:`s_u` the number of items that only playlist u's list holds (taking the list away loses exactly
    those) and n the number of lists. Their mean is the coverage, and resampling them gives the jackknife's
    standard error, which errs on the wide side (Efron and Stein, "The jackknife estimate of variance", Annals of
    Statistics 9(3), 1981). Resampling the lists themselves would not do: a resample leaves out a third of them,
    so it covers less than the lists did and its interval misses the very figure it belongs to.

    Args:
        k: how many places of the list count.

    Edge cases: grows with the number of lists, so figures compare only over the same playlists. Items without a
    training playlist count in the catalogue. Pseudo-values can be negative; only their mean means something.
    """

    k: int = 100

    order: ClassVar[int] = 80
    set_level: ClassVar[bool] = True
    meaning: ClassVar[str] = mark("The share of the whole catalogue that appears in at least one answer.")

    @property
    def name(self) -> str:
        return f"coverage@{self.k}"

    @property
    def title(self) -> str:
        return tr("Coverage@{k}", k=self.k)

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        top = answers.ranked[:, : self.k]
        answered = top >= 0
        lists_with = np.bincount(top[answered], minlength=answers.n_items)
        only_here = (answered & (lists_with[top] == 1)).sum(axis=1)
        covered = np.count_nonzero(lists_with)
        around = (len(top) - 1) * (only_here - only_here.mean()) if len(top) else np.zeros(0)
        return (covered + around) / answers.n_items


METRICS = (Coverage(k=100),)
