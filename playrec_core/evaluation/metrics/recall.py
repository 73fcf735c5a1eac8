"""Recall: the share of held-out items in the top k."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Recall(Metric):
    r"""Recall at k.

    .. math:: Recall@k = \frac{|\text{held-out items in the top } k|}{\min(k, |I_u|)}

    with :math:`I_u` the held-out items. The minimum lets a list of k reach 1 even if more than k items are held out
    (Liang et al., WWW 2018; the Movie Rec competition, k = 10). ``cap=False`` divides by the number of held-out items.

    Args:
        k: the list depth.
        cap: whether the divisor is at most k.

    Edge cases: NaN without held-out items. A list shorter than k counts as padded with misses.
    """

    k: int = 10
    cap: bool = True

    order: ClassVar[int] = 20
    meaning: ClassVar[str] = mark("The share of held-out songs in the top k.")
    help: ClassVar[str] = mark("$I_u$: the held-out items. The divisor is at most k, so a list of hits alone scores 1.")
    source: ClassVar[str] = 'Liang et al., "Variational autoencoders for collaborative filtering", WWW 2018.'

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
