"""Clicks: pages of ten before the first hit."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric

_PAGE = 10


@dataclass(frozen=True)
class Clicks(Metric):
    r"""Recommended songs clicks.

    .. math:: Clicks = \left\lfloor \frac{r_1 - 1}{10} \right\rfloor

    with :math:`r_1` the 1-based rank of the first hit: songs are shown ten at a time, and a click shows the next ten.
    Without a hit in the top k it is ``1 + k / 10``: 51 for k = 500, as in the RecSys Challenge 2018 (`source`).

    Edge cases: NaN without held-out items. A list shorter than k without a hit also counts 51 for k = 500, so
    values for lists of different depth are not comparable.
    """

    k: int = 500

    key: ClassVar[str] = "clicks"
    label: ClassVar[str] = mark("Clicks")
    order: ClassVar[int] = 50
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    meaning: ClassVar[str] = mark("Pages of ten before the first hit (51 = none; defined on lists of 500).")
    help: ClassVar[str] = mark(
        "$r_1$: rank of the first hit; each click shows ten more. Lists shorter than 500 without a hit also count 51, "
        "so compare only lists of equal length."
    )
    source: ClassVar[str] = 'Chen et al., "RecSys Challenge 2018: automatic music playlist continuation", RecSys 2018.'

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        rank = answers.first_hit_rank(self.k)
        never = self.k // _PAGE + 1
        return answers.where_defined(np.where(np.isinf(rank), never, (np.minimum(rank, self.k) - 1) // _PAGE))


METRICS = (Clicks(),)
