"""ALS: matrix factorisation for implicit feedback, trained by `implicit`, folded in and explained here.

Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008. As `implicit` has it,
the confidence of a stored interaction r is c = alpha * r (its preference 1), and every other cell has confidence 1
and preference 0.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from ..config import Frozen, NonNegative, Positive
from ..data.dataset import Dataset
from ..schema import Progress, Seed
from .base import CANNOT_SAY, Recommender, State
from .explanation import Explanation, exact


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


class Als(Recommender):
    """score(i) = x . y_i, where x solves (Y^T C Y + lambda I) x = Y^T C p for the seed (`fold_in`)."""

    kind = "als"
    title = "ALS"
    family = "factorisation"
    reads = frozenset({"songs"})
    Config = AlsConfig
    config: AlsConfig
    item_factors: np.ndarray
    """(n_items, factors) float32."""
    gram: np.ndarray
    """(factors, factors) float64: Y^T Y + lambda I, the part of every fold-in that no seed changes."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        config = self.config
        _, self.item_factors = factorise(
            dataset.interactions,
            factors=config.factors,
            regularization=config.regularization,
            alpha=config.alpha,
            iterations=config.iterations,
            seed=int(rng.integers(2**31 - 1)),
            progress=progress,
        )
        self._prepare()

    def _prepare(self) -> None:
        factors = self.item_factors
        gram = np.zeros((factors.shape[1], factors.shape[1]))
        for start in range(0, len(factors), 65536):
            block = factors[start : start + 65536].astype(np.float64)
            gram += block.T @ block
        self.gram = gram + self.config.regularization * np.eye(factors.shape[1])

    def _system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The seed's item vectors (n, factors), confidences (n,), and Y^T C Y + lambda I, all float64."""
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = self.config.alpha * seed.song_weights.astype(np.float64)
        return vectors, confidence, self.gram + (vectors * (confidence - 1)[:, None]).T @ vectors

    def fold_in(self, seed: Seed) -> np.ndarray:
        """(factors,) float64: the vector of an unseen playlist, solved exactly. Zero for a seed without songs."""
        if not seed.songs:
            return np.zeros(self.item_factors.shape[1])
        vectors, confidence, system = self._system(seed)
        return np.linalg.solve(system, vectors.T @ confidence)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        if not seeds:
            return np.empty((0, len(self.item_factors)), dtype=np.float32)
        users = np.stack([self.fold_in(seed) for seed in seeds]).astype(np.float32)
        # One row at a time: BLAS sums a matrix product in another order than a vector product, and a batch must
        # equal its rows. The vector product is bound by memory either way.
        scores = np.empty((len(seeds), len(self.item_factors)), dtype=np.float32)
        for row, user in enumerate(users):
            np.dot(self.item_factors, user, out=scores[row])
            # Songs that no training playlist holds have vectors of zeros, and so has a seed of such songs alone.
            if not user.any():
                scores[row] = CANNOT_SAY
        return scores

    def item_embeddings(self) -> np.ndarray:
        return self.item_factors

    def explain(self, seed: Seed, item: int) -> Explanation:
        """Hu et al. 2008, section 5: score(i) = sum over j of c_j * y_i^T (Y^T C Y + lambda I)^-1 y_j."""
        if not seed.songs:
            return exact(item, seed, np.empty(0), 0.0)
        vectors, confidence, system = self._system(seed)
        target = np.linalg.solve(system, self.item_factors[item].astype(np.float64))
        contributions = confidence * (vectors @ target)
        score = float(self.score([seed])[0, item])
        return exact(item, seed, contributions, score if np.isfinite(score) else 0.0)

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
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    matrix = csr_matrix((ratings.data, ratings.indices.astype(np.int32), ratings.indptr), shape=ratings.shape)
    # implicit brings its own threads; BLAS threads beneath them only fight for the same cores.
    with threadpool_limits(1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=factors, regularization=regularization, alpha=alpha, iterations=iterations, random_state=seed
        )
        model.fit(
            matrix,
            show_progress=False,
            callback=lambda iteration, _seconds, _loss: progress((iteration + 1) / iterations),
        )
    return np.asarray(model.user_factors, dtype=np.float32), np.asarray(model.item_factors, dtype=np.float32)
