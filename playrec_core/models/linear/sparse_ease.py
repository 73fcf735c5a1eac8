"""Sparse EASE: EASE for catalogues too large for a dense weight matrix.

Steck, "Markov Random Fields for Collaborative Filtering", NeurIPS 2019, section 3.2: column i of EASE's weights is the
ridge regression of song i on all others, which the regression on its most correlated songs approximates by a small
system. Memory is proportional to items x neighbours, time to items x neighbours^3. With all songs as neighbours it is
EASE. The paper solves one system for several songs and thresholds the correlations; here each song has its own system
and a fixed number of neighbours.
"""

import numpy as np

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.common.item_regression import regress
from playrec_core.models.common.item_weights import ItemWeights
from playrec_core.schema import Progress


class SparseEaseConfig(Frozen):
    """Hyperparameters.

    Args:
        items: number of modelled songs, the most frequent ones.
        neighbours: regressors per song.
        regularization: lambda, the L2 penalty on the weights, as in EASE.
    """

    items: Positive
    neighbours: Positive
    regularization: Positive


class SparseEase(ItemWeights):
    """Column i of the weights is (X_N^T X_N + lambda I)^-1 X_N^T x_i, N the songs of highest cosine with i."""

    kind = "sparse-ease"
    title = mark("Sparse EASE")
    family = "linear"
    card = ModelCard(
        summary=mark(
            "EASE for large catalogues: each song is predicted from its most correlated songs only, by a small ridge "
            "regression of its own. With all songs as neighbours it is EASE."
        ),
        equation=(
            r"b_i = \arg\min_b \lVert x_i - X_{N(i)}\, b \rVert^2 + \lambda \lVert b \rVert^2, \qquad s_i = \sum_{j "
            r"\in S} w_j\, b_{ij}"
        ),
        symbols=mark(
            r"$x_i$: the column of song $i$ in playlists $\times$ songs; $N(i)$: its most correlated songs; $w_j$: "
            r"the weight of a seed song; $\lambda$: `regularization`."
        ),
        references=(
            Reference(
                "Steck, “Markov Random Fields for Collaborative Filtering”, NeurIPS 2019",
                "https://arxiv.org/abs/1910.09645",
            ),
        ),
        page="linear",
    )
    Config = SparseEaseConfig
    config: SparseEaseConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        from threadpoolctl import threadpool_limits

        # On one thread: small systems gain nothing from more, and the last bits would depend on their number.
        with threadpool_limits(1, user_api="blas"):
            self.weights = regress(dataset, self.config.items, self.config.neighbours, self._solve, progress)

    def _solve(self, grams: np.ndarray, targets: np.ndarray) -> np.ndarray:
        grams = grams + np.float32(self.config.regularization) * np.eye(grams.shape[1], dtype=np.float32)
        return np.linalg.solve(grams, targets[:, :, None])[:, :, 0]
