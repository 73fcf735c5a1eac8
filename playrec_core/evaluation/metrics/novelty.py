"""Novelty: how surprising the answered items are, by how rarely playlists hold them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Novelty(Metric):
    r"""Mean self-information of the answered items, in bits.

    .. math:: Novelty@k = \frac{1}{|L_u|} \sum_{i \in L_u} -\log_2 \frac{c_i}{n_{playlists}}

    with :math:`L_u` the first k answers and :math:`c_i` the number of training playlists that hold item i. Zhou et
    al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 107(10), 2010.

    Args:
        k: how many places of the list count.

    Edge cases: an item that no training playlist holds counts as held by one, the most surprising finite value.
    NaN where there is no answer. Says nothing of whether the answers are right.
    """

    k: int = 100

    order: ClassVar[int] = 90
    meaning: ClassVar[str] = mark("How rare the answers are, in bits: one more bit is an answer half as common.")

    @property
    def name(self) -> str:
        return f"novelty@{self.k}"

    @property
    def title(self) -> str:
        return tr("Novelty@{k}", k=self.k)

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        self_information = np.log2(catalogue.n_playlists) - np.log2(np.maximum(catalogue.item_counts, 1))
        return answers.mean_over_answered(self_information, self.k)


METRICS = (Novelty(k=100),)
