"""Average recommendation popularity: the plainest measure of popularity bias."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Popularity(Metric):
    r"""Average recommendation popularity (ARP), in training playlists.

    .. math:: ARP@k = \frac{1}{|L_u|} \sum_{i \in L_u} c_i

    with :math:`L_u` the first k answers and :math:`c_i` the number of training playlists that hold item i. Yin et
    al., "Challenging the long tail recommendation", PVLDB 5(9), 2012; as a measure of popularity bias Abdollahpouri,
    Burke and Mobasher, "Managing popularity bias in recommender systems with personalized re-ranking", FLAIRS 2019.

    Args:
        k: how many places of the list count.

    Edge cases: NaN where there is no answer. A mean of counts, so a few hits everybody knows dominate it, and its
    size depends on the data set.
    """

    k: int = 100

    order: ClassVar[int] = 110
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    meaning: ClassVar[str] = mark("In how many training playlists the average answer is; high means it plays safe.")

    @property
    def name(self) -> str:
        return f"popularity@{self.k}"

    @property
    def title(self) -> str:
        return tr("Popularity bias@{k} (ARP)", k=self.k)

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.mean_over_answered(catalogue.item_counts.astype(np.float64), self.k)


METRICS = (Popularity(k=100),)
