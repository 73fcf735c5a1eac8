"""Hit rate: the share of playlists with at least one hit."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class HitRate(Metric):
    r"""Hit rate at k: 1 if a held-out item is in the top k, else 0.

    .. math:: HR@k = [\,|\text{held-out items in the top } k| > 0\,]

    Deshpande and Karypis (TOIS 2004).

    Edge cases: NaN without held-out items.
    """

    k: int = 10

    key: ClassVar[str] = "hit_rate@{k}"
    label: ClassVar[str] = mark("Hit rate@{k}")
    order: ClassVar[int] = 70
    meaning: ClassVar[str] = mark("The share of playlists with at least one hit in the top k.")
    help: ClassVar[str] = mark("1 for a playlist with a hit in the top k, else 0; averaged over playlists.")
    source: ClassVar[str] = 'Deshpande and Karypis, "Item-based top-N recommendation algorithms", TOIS 22(1), 2004.'

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.where_defined((answers.hit_counts(self.k) > 0).astype(np.float64))


METRICS = (HitRate(k=10),)
