"""Clicks: how often a listener has to ask for ten more before the first right answer shows."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric

_PAGE = 10


@dataclass(frozen=True)
class Clicks(Metric):
    r"""Recommended-songs clicks.

    .. math:: Clicks = \left\lfloor \frac{r_1 - 1}{10} \right\rfloor

    with :math:`r_1` the 1-based rank of the first hit: songs are shown ten at a time, and a click brings the next
    ten. Without a hit among the first k it is ``1 + k / 10``: 51 for the 500 of the RecSys
    Challenge 2018 (Chen et al., "RecSys Challenge 2018: automatic music playlist continuation", RecSys 2018),
    where the metric comes from.

    Args:
        k: how many places of the list count.

    Edge cases: NaN where nothing is hidden. A list shorter than k without a hit counts 51 for k = 500: the
    listener never gets there. So figures of lists of unequal depth do not compare.
    """

    k: int = 500

    order: ClassVar[int] = 50
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    meaning: ClassVar[str] = mark(
        "How many times one must ask for ten more before the first right answer; 51 is never."
    )

    @property
    def name(self) -> str:
        return "clicks"

    @property
    def title(self) -> str:
        return tr("Clicks")

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        rank = answers.first_hit_rank(self.k)
        never = self.k // _PAGE + 1
        return answers.where_defined(np.where(np.isinf(rank), never, (np.minimum(rank, self.k) - 1) // _PAGE))


METRICS = (Clicks(),)
