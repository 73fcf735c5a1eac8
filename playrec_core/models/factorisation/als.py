"""ALS: matrix factorisation for implicit feedback, trained by `implicit`, folded in and explained here.

Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008. As `implicit` has it,
the confidence of a stored interaction r is c = alpha * r (its preference 1), and every other cell has confidence 1
and preference 0.
"""

from collections.abc import Mapping
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.common.fold_in import FoldInFactorisation, gram_of
from playrec_core.schema import Progress, Seed


class AlsConfig(Frozen):
    """Hyperparameters.

    Args:
        factors: length of the vectors.
        regularization: L2 penalty on both sides.
        alpha: confidence of an interaction of weight 1.
        iterations: sweeps over users and items.
    """

    factors: Positive
    regularization: NonNegative
    alpha: NonNegative
    iterations: Positive


class Als(FoldInFactorisation):
    """score(i) = x . y_i, where x solves (Y^T C Y + lambda I) x = Y^T C p for the seed (`fold_in`)."""

    kind = "als"
    title = mark("ALS")
    Config = AlsConfig
    config: AlsConfig
    gram: np.ndarray
    """(factors, factors) float64: Y^T Y + lambda I, the part of every fold-in that no seed changes."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.fit_ratings(dataset.interactions, rng, progress)

    def fit_ratings(
        self, ratings: csr_array, rng: np.random.Generator, progress: Progress, *, threads: int = 0
    ) -> np.ndarray:
        """Learn from (n_playlists, n_items) ratings alone; the arguments as those of `fit` and `factorise`.

        Returns:
            (n_playlists, factors) float32, the playlists' own vectors, which the model does not keep.
        """
        config = self.config
        vectors, self.item_factors = factorise(
            ratings,
            factors=config.factors,
            regularization=config.regularization,
            alpha=config.alpha,
            iterations=config.iterations,
            seed=int(rng.integers(2**31 - 1)),
            progress=progress,
            threads=threads,
        )
        self.gram = gram_of(self.item_factors) + config.regularization * np.eye(config.factors)
        return vectors

    def ratings(self, seed: Seed) -> np.ndarray:
        """(n_songs,) float32: what the confidences of a seed's songs are made of."""
        return seed.song_weights

    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = self.config.alpha * self.ratings(seed).astype(np.float64)
        return vectors, confidence, self.gram + (vectors * (confidence - 1)[:, None]).T @ vectors

    def state(self) -> State:
        return {"item_factors": self.item_factors, "gram": self.gram}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.item_factors, model.gram = state["item_factors"], state["gram"]
        return model


def factorise(
    ratings: csr_array,
    *,
    factors: int,
    regularization: float,
    alpha: float,
    iterations: int,
    seed: int,
    progress: Progress,
    threads: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """The factors `implicit` finds: (n_rows, factors) and (n_columns, factors) float32.

    Args:
        ratings: (n_rows, n_columns); times ``alpha`` they are the confidences.
        factors: length of the vectors.
        regularization: L2 penalty on both sides.
        alpha: confidence of a rating of 1.
        iterations: sweeps over rows and columns.
        seed: of the first factors.
        progress: told the finished fraction.
        threads: at work at once, 0 for one a core; the factors are the same.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    matrix = csr_matrix((ratings.data, ratings.indices.astype(np.int32), ratings.indptr), shape=ratings.shape)
    # implicit brings its own threads; BLAS threads beneath them only fight for the same cores.
    with threadpool_limits(1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=factors,
            regularization=regularization,
            alpha=alpha,
            iterations=iterations,
            num_threads=threads,
            random_state=seed,
        )
        model.fit(
            matrix,
            show_progress=False,
            callback=lambda iteration, _seconds, _loss: progress((iteration + 1) / iterations),
        )
    return np.asarray(model.user_factors, dtype=np.float32), np.asarray(model.item_factors, dtype=np.float32)
