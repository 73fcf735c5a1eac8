"""Base of factor models that fold in a seed by solving one linear system; scores and exact explanations follow."""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Seed

from .products import each_with


class FoldInFactorisation(Recommender):
    """score(i) = x . y_i, where x solves A x = sum over the seed's songs j of c_j y_j.

    A subclass defines A and c: `system`.
    """

    family = "factorisation"
    reads = frozenset({"songs"})
    item_factors: np.ndarray
    """(n_items, factors) float32; zero for songs in no training playlist."""

    @abstractmethod
    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the seed's item vectors (n, factors), confidences c (n,), and A (factors, factors), all float64."""

    def fold_in(self, seed: Seed) -> np.ndarray:
        """Return the vector of an unseen playlist, (factors,) float64; zero for a seed without songs."""
        if not seed.songs:
            return np.zeros(self.item_factors.shape[1])
        vectors, confidence, matrix = self.system(seed)
        return np.linalg.solve(matrix, vectors.T @ confidence)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        users = np.array([self.fold_in(seed) for seed in seeds], dtype=np.float32).reshape(
            -1, self.item_factors.shape[1]
        )
        scores = each_with(self.item_factors, users)
        # Songs in no training playlist have zero vectors, and so have seeds of only such songs.
        scores[~users.any(axis=1)] = CANNOT_SAY
        return scores

    def item_embeddings(self) -> np.ndarray:
        return self.item_factors

    def explain(self, seed: Seed, item: int) -> Explanation:
        """Hu et al. 2008, section 5: score(i) = sum over j of c_j y_i^T A^-1 y_j."""
        score = float(self.score([seed])[0, item])
        if not np.isfinite(score):
            return exact(item, seed, np.zeros(len(seed.songs)), 0.0)
        vectors, confidence, matrix = self.system(seed)
        target = np.linalg.solve(matrix, self.item_factors[item].astype(np.float64))
        return exact(item, seed, confidence * (vectors @ target), score)


def gram_of(factors: np.ndarray) -> np.ndarray:
    """Return Y^T Y, (factors, factors) float64; in blocks, so that no float64 copy of all vectors exists."""
    gram = np.zeros((factors.shape[1], factors.shape[1]))
    for start in range(0, len(factors), 65536):
        block = factors[start : start + 65536].astype(np.float64)
        gram += block.T @ block
    return gram
