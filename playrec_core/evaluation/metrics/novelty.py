"""Novelty: mean self-information of the recommended items."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Novelty(Metric):
    r"""Mean self-information of the recommended items, in bits.

    .. math:: Novelty@k = \frac{1}{|L_u|} \sum_{i \in L_u} -\log_2 \frac{c_i}{n_{playlists}}

    with :math:`L_u` the top k and :math:`c_i` the number of training playlists that contain item i (Zhou et al.,
    PNAS 2010).

    Edge cases: an item without a training playlist counts as if it had one, which keeps the value finite. NaN for an
    empty list.
    """

    k: int = 100

    key: ClassVar[str] = "novelty@{k}"
    label: ClassVar[str] = mark("Novelty@{k}")
    order: ClassVar[int] = 90
    meaning: ClassVar[str] = mark("Mean rarity of the recommendations in bits; one bit more means half as common.")
    help: ClassVar[str] = mark(
        "$L_u$: the top k; $c_i$: the number of training playlists that contain item i, at least 1. Independent of "
        "whether the recommendations are right."
    )
    source: ClassVar[str] = (
        'Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 107(10), 2010.'
    )

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        self_information = np.log2(catalogue.n_playlists) - np.log2(np.maximum(catalogue.item_counts, 1))
        return answers.mean_over_ranked(self_information, self.k)


METRICS = (Novelty(k=100),)
