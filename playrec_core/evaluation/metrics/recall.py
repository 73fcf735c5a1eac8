"""Recall: how much of what was hidden was found."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Recall(Metric):
    r"""Recall at k.

    .. math:: Recall@k = \frac{|\text{hidden items among the first } k|}{\min(k, |I_u|)}

    with :math:`I_u` the hidden items. Dividing by min(k, hidden) lets a list of k reach 1 even where more than k
    items are hidden; so defined by Liang et al., "Variational autoencoders for collaborative filtering", WWW 2018,
    and used by the Movie Rec competition with k = 10. ``cap=False`` divides by the number of hidden items.

    Args:
        k: how many places of the list count.
        cap: whether the divisor stops at k.

    Edge cases: NaN where nothing is hidden. A list shorter than k counts as if empty places followed.
    """

    k: int = 10
    cap: bool = True

    order: ClassVar[int] = 20
    meaning: ClassVar[str] = mark("The share of what was hidden that the first answers hold.")

    @property
    def name(self) -> str:
        return f"recall@{self.k}" if self.cap else f"plain_recall@{self.k}"

    @property
    def title(self) -> str:
        return f"Recall@{self.k}" if self.cap else f"Recall@{self.k} (uncapped)"

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        possible = np.minimum(answers.relevant_counts, self.k) if self.cap else answers.relevant_counts
        return answers.where_defined(answers.hit_counts(self.k) / np.maximum(possible, 1))


METRICS = (Recall(k=10), Recall(k=100))
