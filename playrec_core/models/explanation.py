"""Explanations of a score by the seed's songs, in one form for every model.

``exact`` contributions and the baseline sum to the score. An ``occlusion`` contribution is the score minus the score
without that song; these need not sum to anything.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playrec_core.schema import Seed


@dataclass(frozen=True)
class Explanation:
    """Contributions of the seed's songs to one score.

    Args:
        item: item_idx of the explained item.
        songs: (n,) int32 item_idx of the seed's songs, in seed order.
        contributions: (n,) float64, signed, one per song.
        baseline: the score without the seed's songs.
        score: the model's score.
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
        """Sum of baseline and contributions; equals ``score`` to float32 precision if exact."""
        return float(self.baseline + self.contributions.sum())


def exact(item: int, seed: Seed, contributions: np.ndarray, score: float, baseline: float = 0.0) -> Explanation:
    """Create an exact `Explanation`."""
    songs = np.asarray(seed.songs, np.int32)
    return Explanation(item, songs, np.asarray(contributions, np.float64), baseline, score, "exact")
