"""Hit rate: for how many playlists at least one answer was right."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class HitRate(Metric):
    r"""Hit rate at k: 1 where a hidden item is among the first k answers, else 0.

    .. math:: HR@k = [\,|\text{hidden items among the first } k| > 0\,]

    See Deshpande and Karypis, "Item-based top-N recommendation algorithms", TOIS 22(1), 2004.

    Args:
        k: how many places of the list count.

    Edge cases: NaN where nothing is hidden.
    """

    k: int = 10

    order: ClassVar[int] = 70
    meaning: ClassVar[str] = mark("The share of playlists with at least one right answer among the first.")

    @property
    def name(self) -> str:
        return f"hit_rate@{self.k}"

    @property
    def title(self) -> str:
        return tr("Hit rate@{k}", k=self.k)

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.where_defined((answers.hit_counts(self.k) > 0).astype(np.float64))


METRICS = (HitRate(k=10),)
