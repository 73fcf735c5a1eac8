"""Reciprocal rank of the first right answer; its mean is the MRR."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class ReciprocalRank(Metric):
    r"""Reciprocal rank at k; the mean over playlists is the mean reciprocal rank (MRR).

    .. math:: RR@k = \begin{cases} 1 / r_1 & r_1 \le k \\ 0 & \text{no hit among the first } k \end{cases}

    with :math:`r_1` the 1-based rank of the first hit. Voorhees, "The TREC-8 question answering track report", 1999.

    Args:
        k: how many places of the list count.

    Edge cases: NaN where nothing is hidden.
    """

    k: int = 100

    order: ClassVar[int] = 60
    meaning: ClassVar[str] = mark("1 when the very first answer is right, 1/2 when the second is the first right one.")

    @property
    def name(self) -> str:
        return f"mrr@{self.k}"

    @property
    def title(self) -> str:
        return f"MRR@{self.k}"

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.where_defined(1.0 / answers.first_hit_rank(self.k))


METRICS = (ReciprocalRank(k=100),)
