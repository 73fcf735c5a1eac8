"""Catalogue coverage: the share of the catalogue that is recommended at all."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Coverage(Metric):
    r"""Catalogue coverage at k, a property of the whole set of lists.

    .. math:: Coverage@k = \frac{|\bigcup_u L_u|}{n_{items}}

    with :math:`L_u` the top k for playlist u (Ge et al., RecSys 2010). `per_playlist` returns jackknife pseudo-values,

    .. math:: v_u = Coverage@k + \frac{n - 1}{n_{items}} (s_u - \bar s)

    with :math:`s_u` the number of items that only playlist u's list contains and n the number of lists. Their mean
    is the coverage, and resampling them gives the jackknife standard error, which is biased upwards (Efron and Stein,
    Annals of Statistics 9(3), 1981). Resampling the lists themselves is biased: a resample leaves out a third of them
    and covers less, so its interval would not contain the coverage.

    Edge cases: grows with the number of lists, so compare only over the same playlists. Items without a training
    playlist count in the catalogue. Pseudo-values can be negative; only their mean is meaningful.
    """

    k: int = 100

    key: ClassVar[str] = "coverage@{k}"
    label: ClassVar[str] = mark("Coverage@{k}")
    order: ClassVar[int] = 80
    set_level: ClassVar[bool] = True
    meaning: ClassVar[str] = mark("The share of the catalogue that is recommended at least once.")
    help: ClassVar[str] = mark(
        "$L_u$: the top k for playlist u. More playlists cover more, so compare only models evaluated on the same "
        "ones. The interval is a jackknife interval, which tends to be too wide."
    )
    source: ClassVar[str] = (
        'Ge, Delgado-Battenfeld and Jannach, "Beyond accuracy: evaluating recommender systems by coverage and '
        'serendipity", RecSys 2010; Efron and Stein, "The jackknife estimate of variance", Annals of Statistics '
        "9(3), 1981."
    )

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        top = answers.ranked[:, : self.k]
        present = top >= 0
        lists_with = np.bincount(top[present], minlength=answers.n_items)
        only_here = (present & (lists_with[top] == 1)).sum(axis=1)
        covered = np.count_nonzero(lists_with)
        around = (len(top) - 1) * (only_here - only_here.mean()) if len(top) else np.zeros(0)
        return (covered + around) / answers.n_items


METRICS = (Coverage(k=100),)
