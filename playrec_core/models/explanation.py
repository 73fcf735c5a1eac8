"""The one shape of an explanation, whatever the model.

``exact`` contributions and the baseline add up to the score the model shows. ``occlusion`` contributions are each the
score minus the score without that seed; they need not add up.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playrec_core.schema import Seed


@dataclass(frozen=True)
class Explanation:
    """The parts of one score.

    Args:
        item: item_idx of the answer explained.
        songs: (n,) int32 item_idx of the seed's songs, in seed order.
        contributions: (n,) float64, signed, one a song of the seed.
        baseline: what the model says without any seed.
        score: the score the model shows.
        kind: "exact" or "occlusion".
    """

    item: int
    songs: np.ndarray
    contributions: np.ndarray
    baseline: float
    score: float
    kind: Literal["exact", "occlusion"]

    @property
    def total(self) -> float:
        """Baseline and contributions together; equals ``score`` to float32 precision when exact."""
        return float(self.baseline + self.contributions.sum())


def exact(item: int, seed: Seed, contributions: np.ndarray, score: float, baseline: float = 0.0) -> Explanation:
    """An `Explanation` whose parts add up."""
    return Explanation(
        item,
        np.asarray(seed.songs, np.int32),
        np.asarray(contributions, np.float64),
        baseline,
        score,
        "exact",
    )
