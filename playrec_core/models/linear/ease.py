"""EASE: a linear autoencoder in closed form, over the most frequent songs.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019: B = I - P diag(1 / diag(P)), P = (X^T X +
lambda I)^-1.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Progress, Seed


class EaseConfig(Frozen):
    """Hyperparameters.

    Args:
        items: number of modelled items, the most frequent ones; memory is quadratic in it, time cubic.
        regularization: lambda, the L2 penalty on the weights.
    """

    items: Positive
    regularization: Positive


class Ease(Recommender):
    """score = seed @ weights over the ``items`` most frequent items; others are not scored."""

    kind = "ease"
    title = mark("EASE")
    family = "linear"
    reads = frozenset({"songs"})
    Config = EaseConfig
    config: EaseConfig
    weights: np.ndarray
    """(n, n) float32, row = seed song, column = recommended song, zero diagonal; n = min(items, n_items)."""
    n_items: int

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        from scipy.linalg import lapack
        from threadpoolctl import threadpool_limits

        self.n_items = dataset.n_items
        n = min(self.config.items, int((dataset.item_counts > 0).sum()))
        frequent = csr_array(binary(dataset.interactions)[:, :n])
        gram = np.asfortranarray((frequent.T @ frequent).toarray().astype(np.float32))
        gram[np.diag_indices(n)] += self.config.regularization
        progress(0.1)
        # In place: three n x n matrices may not fit in memory. The Cholesky factorisation exists, since the Gram matrix
        # plus lambda I is positive definite. On one thread, so that the order of summation, and with it the last bits
        # of the weights, does not depend on the number of threads.
        with threadpool_limits(1, user_api="blas"):
            factor, problem = lapack.spotrf(gram, lower=1, overwrite_a=1)
            progress(0.4)
            inverse, problem_2 = lapack.spotri(factor, lower=1, overwrite_c=1)
        if problem or problem_2:
            raise ArithmeticError(f"EASE: LAPACK reported {problem}, {problem_2}; raise the regularization")
        progress(0.9)
        _mirror_lower(inverse)
        inverse /= -inverse.diagonal()[None, :].copy()
        np.fill_diagonal(inverse, 0.0)
        self.weights = np.ascontiguousarray(inverse)
        progress(1.0)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        n = self.weights.shape[0]
        scores = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        songs = csr_array(seed_matrix(seeds, self.n_items)[:, :n])
        known = np.flatnonzero(np.diff(songs.indptr))
        scores[known, :n] = songs[known] @ self.weights
        return scores

    def similar_items(self, item: int) -> tuple[np.ndarray, np.ndarray]:
        if item >= self.weights.shape[0]:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        best = np.argsort(-self.weights[item], kind="stable")[:200]
        best = best[self.weights[item, best] > 0]
        return best.astype(np.int32), self.weights[item, best]

    def linear_weights(self) -> np.ndarray:
        return self.weights

    def explain(self, seed: Seed, item: int) -> Explanation:
        songs, n = np.asarray(seed.songs, dtype=np.int64), self.weights.shape[0]
        contributions = np.zeros(len(songs))
        if item < n:
            inside = songs < n
            contributions[inside] = self.weights[songs[inside], item] * seed.song_weights[inside]
        return exact(item, seed, contributions, float(contributions.sum()))

    def state(self) -> State:
        return {"weights": self.weights, "n_items": np.array([self.n_items])}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.weights, model.n_items = state["weights"], int(state["n_items"][0])
        return model


def _mirror_lower(matrix: np.ndarray, block: int = 1024) -> None:
    """Copy the lower triangle to the upper one, in place, block by block."""
    n = len(matrix)
    for start in range(0, n, block):
        end = min(start + block, n)
        matrix[start:end, end:] = matrix[end:, start:end].T
        corner = matrix[start:end, start:end]
        upper = np.triu_indices(end - start, 1)
        corner[upper] = corner.T[upper]
