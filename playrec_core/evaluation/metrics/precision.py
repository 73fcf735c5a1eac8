"""Precision: how much of what was answered was hidden."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Precision(Metric):
    r"""Precision at k.

    .. math:: Precision@k = \frac{|\text{hidden items among the first } k|}{k}

    See Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, chapter 8.

    Args:
        k: how many places of the list count.

    Edge cases: NaN where nothing is hidden. Always divided by k, so a list shorter than k, and a playlist that
    hides fewer than k items, cannot reach 1.
    """

    k: int = 10

    order: ClassVar[int] = 30
    meaning: ClassVar[str] = mark("The share of the first answers that were among the hidden ones.")

    @property
    def name(self) -> str:
        return f"precision@{self.k}"

    @property
    def title(self) -> str:
        return f"Precision@{self.k}"

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.where_defined(answers.hit_counts(self.k) / self.k)


METRICS = (Precision(k=10),)
