"""SLIM: every song as a sparse, non-negative sum of a few others.

Ning & Karypis, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", ICDM 2011, with the feature selection of
its section IV.D: a song's regressors are chosen among the songs most like it. Unlike EASE it leaves most weights at
zero and none below, so a liked song never pulls another down.
"""

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.common.item_regression import regress
from playrec_core.models.common.item_weights import ItemWeights
from playrec_core.schema import Progress


class SlimConfig(Frozen):
    """Hyperparameters.

    Args:
        items: how many of the most frequent songs are modelled.
        neighbours: how many songs may explain one; as many as ``items`` is SLIM without feature selection.
        l1: penalty on the weights, counted in playlists: it makes them sparse.
        l2: penalty on their squares: it lets songs that say the same share the weight.
        sweeps: rounds of coordinate descent at the most.
        tolerance: descent stops when no weight moves further than this.
    """

    items: Positive
    neighbours: Positive
    l1: NonNegative
    l2: NonNegative
    sweeps: Positive
    tolerance: NonNegative


class Slim(ItemWeights):
    """Column i of the weights minimises |x_i - X w|^2 / 2 + l2 |w|^2 / 2 + l1 |w|_1 with w >= 0 and w_i = 0."""

    kind = "slim"
    title = mark("SLIM")
    family = "linear"
    Config = SlimConfig
    config: SlimConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        config = self.config
        self.weights = regress(
            dataset,
            config.items,
            config.neighbours,
            lambda grams, targets: descend(
                grams, targets, l1=config.l1, l2=config.l2, sweeps=config.sweeps, tolerance=config.tolerance
            ),
            progress,
        )


def descend(
    grams: np.ndarray, targets: np.ndarray, *, l1: float, l2: float, sweeps: int, tolerance: float
) -> np.ndarray:
    """Non-negative elastic nets by coordinate descent, one coordinate of all problems at a time.

    Args:
        grams: (b, k, k) inner products of the regressors.
        targets: (b, k) their inner products with what is explained.
        l1, l2, sweeps, tolerance: as in `SlimConfig`.

    Returns:
        (b, k) weights.
    """
    weights = np.zeros_like(targets)
    residual = targets.copy()  # targets - grams @ weights
    squares = np.diagonal(grams, axis1=1, axis2=2)  # (b, k)
    for _ in range(sweeps):
        moved = 0.0
        for place in range(targets.shape[1]):
            old = weights[:, place]
            new = np.maximum(residual[:, place] + squares[:, place] * old - l1, 0) / (squares[:, place] + l2)
            step = new - old
            residual -= grams[:, place] * step[:, None]
            weights[:, place] = new
            moved = max(moved, float(np.abs(step).max()))
        if moved <= tolerance:
            break
    return weights
