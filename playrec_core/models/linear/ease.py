"""EASE: a linear autoencoder in closed form, over the most frequent songs.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019: B = I - P diag(1 / diag(P)), P = (X^T X +
lambda I)^-1.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.explanation import Explanation, exact
from playrec_core.numerics.cholesky import inverse
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
    card = ModelCard(
        summary=mark(
            "Learns for every pair of songs how much one speaks for the other, with all others taken into account. A "
            "linear autoencoder whose weights have a closed form; only the most frequent songs are modelled, because "
            "the matrix is dense."
        ),
        equation=(
            r"s = w B, \qquad B = I - P\, \mathrm{diag}(1 / \mathrm{diag}\, P), \qquad P = (X^{\top} X + \lambda "
            r"I)^{-1}"
        ),
        symbols=mark(
            r"$w$: the seed as a row of song weights; $X$: playlists $\times$ songs; $\lambda$: `regularization`."
        ),
        references=(
            Reference(
                "Steck, “Embarrassingly Shallow Autoencoders for Sparse Data”, WWW 2019",
                "https://arxiv.org/abs/1905.03375",
            ),
        ),
        page="ease",
    )
    Config = EaseConfig
    fitted = ("weights", "n_items")
    config: EaseConfig
    weights: np.ndarray
    """(n, n) float32, row = seed song, column = recommended song, zero diagonal; n = min(items, n_items)."""
    n_items: int

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items = dataset.n_items
        n = min(self.config.items, int((dataset.item_counts > 0).sum()))
        frequent = csr_array(binary(dataset.interactions)[:, :n])
        gram = (frequent.T @ frequent).toarray().astype(np.float32, copy=False)
        progress(0.1)
        # In place: three n x n matrices may not fit in memory.
        self.weights = inverse(gram, self.config.regularization)
        progress(0.9)
        self.weights /= -self.weights.diagonal()[None, :].copy()
        np.fill_diagonal(self.weights, 0.0)
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
