"""Reciprocal rank of the first hit; its mean is the MRR."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class ReciprocalRank(Metric):
    r"""Reciprocal rank at k; the mean over playlists is the mean reciprocal rank (MRR).

    .. math:: RR@k = \begin{cases} 1 / r_1 & r_1 \le k \\ 0 & \text{no hit in the top } k \end{cases}

    with :math:`r_1` the 1-based rank of the first hit (Voorhees, 1999).

    Edge cases: NaN without held-out items.
    """

    k: int = 100

    key: ClassVar[str] = "mrr@{k}"
    label: ClassVar[str] = "MRR@{k}"
    order: ClassVar[int] = 60
    meaning: ClassVar[str] = mark(
        "Reciprocal rank of the first hit: 1 at rank 1, 1/2 at rank 2, 0 without a hit in the top k."
    )
    help: ClassVar[str] = mark("$r_1$: rank of the first hit. The mean over playlists is the mean reciprocal rank.")
    source: ClassVar[str] = 'Voorhees, "The TREC-8 question answering track report", 1999.'

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return answers.where_defined(1.0 / answers.first_hit_rank(self.k))


METRICS = (ReciprocalRank(k=100),)
