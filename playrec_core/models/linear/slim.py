"""SLIM: every song as a sparse, non-negative combination of others.

Ning & Karypis, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", ICDM 2011, with the feature selection of
its section IV.D: only the most similar songs are regressors. Unlike in EASE, most weights are zero and none is
negative, so a seed song never lowers a score.
"""

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.common.item_regression import regress
from playrec_core.models.common.item_weights import ItemWeights
from playrec_core.schema import Progress


class SlimConfig(Frozen):
    """Hyperparameters.

    Args:
        items: number of modelled songs, the most frequent ones.
        neighbours: regressors per song; as many as ``items`` is SLIM without feature selection.
        l1: L1 penalty on the weights, in playlists; makes them sparse.
        l2: L2 penalty on the weights; spreads weight over correlated songs.
        sweeps: maximum number of passes of coordinate descent.
        tolerance: descent stops when no weight changes by more.
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
    card = ModelCard(
        summary=mark(
            "Predicts every song as a sparse, non-negative combination of others. Most weights are zero and none is "
            "negative, so a seed song never lowers a score."
        ),
        equation=(
            r"b_i = \arg\min_{b \ge 0} \tfrac12 \lVert x_i - X_{N(i)}\, b \rVert^2 + \tfrac{\lambda_2}{2} \lVert b "
            r"\rVert^2 + \lambda_1 \lVert b \rVert_1, \qquad s_i = \sum_{j \in S} w_j\, b_{ij}"
        ),
        symbols=mark(
            r"$x_i$: the column of song $i$ in playlists $\times$ songs; $N(i)$: its most similar songs; $w_j$: the "
            r"weight of a seed song; $\lambda_1$, $\lambda_2$: `l1` and `l2`."
        ),
        references=(
            Reference(
                "Ning & Karypis, “SLIM: Sparse Linear Methods for Top-N Recommender Systems”, ICDM 2011",
                "https://doi.org/10.1109/ICDM.2011.134",
            ),
        ),
        page="linear",
    )
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
    """Solve non-negative elastic nets by coordinate descent, one coordinate of all problems at a time.

    Args:
        grams: (b, k, k) inner products of the regressors.
        targets: (b, k) inner products of the regressors with the target.
        l1, l2, sweeps, tolerance: as in `SlimConfig`.

    Returns:
        (b, k) weights.
    """
    weights = np.zeros_like(targets)
    residual = targets.copy()  # targets - grams @ weights
    squares = np.diagonal(grams, axis1=1, axis2=2)  # (b, k)
    for _ in range(sweeps):
        largest = 0.0
        for k in range(targets.shape[1]):
            old = weights[:, k]
            new = np.maximum(residual[:, k] + squares[:, k] * old - l1, 0) / (squares[:, k] + l2)
            step = new - old
            residual -= grams[:, k] * step[:, None]
            weights[:, k] = new
            largest = max(largest, float(np.abs(step).max()))
        if largest <= tolerance:
            break
    return weights
