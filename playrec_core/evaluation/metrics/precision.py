"""Precision: the share of hits in the top k."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Precision(Metric):
    r"""Precision at k.

    .. math:: Precision@k = \frac{|\text{held-out items in the top } k|}{k}

    Manning, Raghavan and Schütze (2008), chapter 8.

    Edge cases: NaN without held-out items. Always divided by k, so a list shorter than k, and a playlist with fewer
    than k held-out items, cannot reach 1.
    """

    k: int = 10

    key: ClassVar[str] = "precision@{k}"
    label: ClassVar[str] = "Precision@{k}"
    order: ClassVar[int] = 30
    meaning: ClassVar[str] = mark("The share of the top k that are held-out songs.")
    help: ClassVar[str] = mark(
        "Always divided by k: lists shorter than k, and playlists with fewer than k held-out songs, cannot reach 1."
    )
    source: ClassVar[str] = 'Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008.'

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.where_defined(answers.hit_counts(self.k) / self.k)


METRICS = (Precision(k=10),)
