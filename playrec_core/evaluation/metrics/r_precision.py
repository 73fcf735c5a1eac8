"""R-precision: precision at the number of held-out items."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class RPrecision(Metric):
    r"""R-precision.

    .. math:: RPrecision = \frac{|\text{held-out items in the top } R|}{R}, \qquad R = |I_u|

    with :math:`I_u` the held-out items. One of the three metrics of the RecSys Challenge 2018 (Chen et al., RecSys
    2018), here without the partial credit that its final round gave for a track by the right artist.

    Edge cases: NaN without held-out items. A list shorter than R counts as padded with misses.
    """

    k: None = None

    key: ClassVar[str] = "r_precision"
    label: ClassVar[str] = "R-precision"
    order: ClassVar[int] = 40
    meaning: ClassVar[str] = mark("Precision at R, where R is the number of held-out songs.")
    help: ClassVar[str] = mark(
        "$I_u$: the held-out items. Without the partial credit for the right artist that the challenge gave in its "
        "final round."
    )
    source: ClassVar[str] = 'Chen et al., "RecSys Challenge 2018: automatic music playlist continuation", RecSys 2018.'

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        hidden = answers.relevant_counts
        within = np.arange(answers.hits.shape[1]) < hidden[:, None]
        return answers.where_defined((answers.hits & within).sum(axis=1) / np.maximum(hidden, 1))


METRICS = (RPrecision(),)
