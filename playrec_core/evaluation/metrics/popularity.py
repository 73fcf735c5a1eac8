"""Average recommendation popularity: the simplest measure of popularity bias."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Popularity(Metric):
    r"""Average recommendation popularity (ARP), in training playlists.

    .. math:: ARP@k = \frac{1}{|L_u|} \sum_{i \in L_u} c_i

    with :math:`L_u` the top k and :math:`c_i` the number of training playlists that contain item i (Yin et al., PVLDB
    2012; as a measure of popularity bias, Abdollahpouri et al., FLAIRS 2019).

    Edge cases: NaN for an empty list. A mean of counts: a few very popular items dominate it.
    """

    k: int = 100

    key: ClassVar[str] = "popularity@{k}"
    label: ClassVar[str] = mark("Popularity bias@{k} (ARP)")
    order: ClassVar[int] = 110
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    meaning: ClassVar[str] = mark("Mean training popularity of the recommendations, in playlists per song.")
    help: ClassVar[str] = mark(
        "$L_u$: the top k; $c_i$: the number of training playlists that contain item i. A few very popular songs can "
        "dominate the mean, and its size depends on the data set."
    )
    source: ClassVar[str] = (
        'Yin et al., "Challenging the long tail recommendation", PVLDB 5(9), 2012; Abdollahpouri, Burke and '
        'Mobasher, "Managing popularity bias in recommender systems with personalized re-ranking", FLAIRS 2019.'
    )

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.mean_over_ranked(catalogue.item_counts.astype(np.float64), self.k)


METRICS = (Popularity(k=100),)
