"""Sparse EASE: the closed form of EASE for catalogues too large for its dense matrix.

Steck, "Markov Random Fields for Collaborative Filtering", NeurIPS 2019, section 3.2: column i of EASE's weights is the
ridge regression of song i on all the others, so it is nearly the regression on the few songs correlated with it, which
takes a small system instead of one with a row for every song. Memory grows with items x neighbours, time with items x
neighbours^3. With as many neighbours as songs it *is* EASE. Simpler than the paper, which solves one system for several
songs at once, and thresholds the correlations where we keep so many of the highest.
"""

import numpy as np

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.common.item_regression import regress
from playrec_core.models.common.item_weights import ItemWeights
from playrec_core.schema import Progress


class SparseEaseConfig(Frozen):
    """Hyperparameters.

    Args:
        items: how many of the most frequent songs are modelled.
        neighbours: how many songs explain one.
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
    Config = SparseEaseConfig
    config: SparseEaseConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        from threadpoolctl import threadpool_limits

        # On one thread: small systems gain nothing from more, and the last bits would depend on how many there are.
        with threadpool_limits(1, user_api="blas"):
            self.weights = regress(dataset, self.config.items, self.config.neighbours, self._solve, progress)

    def _solve(self, grams: np.ndarray, targets: np.ndarray) -> np.ndarray:
        grams = grams + np.float32(self.config.regularization) * np.eye(grams.shape[1], dtype=np.float32)
        return np.linalg.solve(grams, targets[:, :, None])[:, :, 0]
