"""R-precision: precision at exactly as many answers as there are hidden items."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class RPrecision(Metric):
    r"""R-precision.

    .. math:: RPrecision = \frac{|\text{hidden items among the first } R|}{R}, \qquad R = |I_u|

    with :math:`I_u` the hidden items. One of the three metrics of the RecSys Challenge 2018 (Chen et al., "RecSys
    Challenge 2018: automatic music playlist continuation", RecSys 2018), here on tracks alone, without the partial
    credit its final round gave for a track of the right artist.

    Args:
        k: always None; the depth follows from the playlist.

    Edge cases: NaN where nothing is hidden. A list shorter than R counts as if empty places followed.
    """

    k: None = None

    order: ClassVar[int] = 40
    meaning: ClassVar[str] = mark("When 20 are hidden: the share of the first 20 answers that are right.")

    @property
    def name(self) -> str:
        return "r_precision"

    @property
    def title(self) -> str:
        return "R-precision"

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        hidden = answers.relevant_counts
        within = np.arange(answers.hits.shape[1]) < hidden[:, None]
        return answers.where_defined((answers.hits & within).sum(axis=1) / np.maximum(hidden, 1))


METRICS = (RPrecision(),)
