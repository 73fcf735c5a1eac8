"""iALS: alternating least squares with frequency-scaled regularisation and an explicit weight of what is not observed.

Rendle, Krichene, Zhang & Koren, "Revisiting the Performance of iALS on Item Recommendation Benchmarks", RecSys 2022
(arXiv 2110.14037): with these two hyperparameters tuned, a method of 2008 reaches the quality of recent networks. The
objective, with c the weight of a link (1 in the paper), w_u and h_i the vectors:

    sum over links of c (1 - w_u . h_i)^2 + alpha0 sum over all pairs of (w_u . h_i)^2
      + lambda sum over u of (|I_u| + alpha0 |I|)^nu |w_u|^2 + lambda sum over i of (|U_i| + alpha0 |U|)^nu |h_i|^2
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

_BLOCK_ENTRIES = 2_000_000
"""Numbers of one stack of vectors or systems: 8 MB."""


class IalsConfig(Frozen):
    """Hyperparameters.

    Args:
        factors: length of the vectors.
        regularization: lambda.
        unobserved: alpha0, the weight of every pair against that of a link.
        exponent: nu; 0 regularises every vector alike, 1 in proportion to how often it occurs.
        deviation: standard deviation of the first vectors' lengths (the paper: 0.1).
        iterations: sweeps over playlists and songs.
    """

    factors: Positive
    regularization: NonNegative
    unobserved: NonNegative
    exponent: float
    deviation: NonNegative
    iterations: Positive


class Ials(FoldInFactorisation):
    """score(i) = x . h_i, where x solves (alpha0 H^T H + sum of c_j h_j h_j^T + lambda_u I) x = sum of c_j h_j over the
    seed's songs j: the same system that gave the training playlists their vectors.
    """

    kind = "ials"
    title = mark("iALS")
    Config = IalsConfig
    config: IalsConfig
    gram: np.ndarray
    """(factors, factors) float64: alpha0 H^T H."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        from threadpoolctl import threadpool_limits

        config = self.config
        by_playlist = dataset.interactions
        by_item = csr_array(by_playlist.T.tocsr())
        items = rng.standard_normal((dataset.n_items, config.factors)).astype(np.float32)
        items *= np.float32(config.deviation / np.sqrt(config.factors))
        # On one thread, because the order of the sums, and with it the last bits, would depend on how many there are.
        with threadpool_limits(1, user_api="blas"):
            for iteration in range(config.iterations):
                playlists = self._solve(by_playlist, items)
                items = self._solve(by_item, playlists)
                progress((iteration + 1) / config.iterations)
        self.item_factors = items
        self.gram = config.unobserved * gram_of(items)

    def _penalty(self, length: int, n_others: int) -> float:
        """lambda (|I_u| + alpha0 |I|)^nu."""
        config = self.config
        return config.regularization * (length + config.unobserved * n_others) ** config.exponent

    def _solve(self, links: csr_array, others: np.ndarray) -> np.ndarray:
        """(n_rows, factors) float32: each row's vector while the other side's, (n_columns, factors), stand still.

        Rows of equal length are solved together: their systems stack, and their penalty is the same.
        """
        gram = self.config.unobserved * gram_of(others)
        found = np.zeros((links.shape[0], others.shape[1]), dtype=np.float32)
        lengths = np.diff(links.indptr)
        for length in np.unique(lengths[lengths > 0]).tolist():
            rows = np.flatnonzero(lengths == length)
            base = gram + self._penalty(length, len(others)) * np.eye(len(gram))
            size = max(length, len(gram)) * len(gram)
            for part in np.array_split(rows, -(-len(rows) * size // _BLOCK_ENTRIES)):
                entries = links.indptr[part][:, None] + np.arange(length)
                found[part] = _vectors(base, others[links.indices[entries]], links.data[entries])
        return found

    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = seed.song_weights.astype(np.float64)
        penalty = self._penalty(len(seed.songs), len(self.item_factors))
        matrix = self.gram + (vectors * confidence[:, None]).T @ vectors + penalty * np.eye(len(self.gram))
        return vectors, confidence, matrix

    def state(self) -> State:
        return {"item_factors": self.item_factors, "gram": self.gram}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.item_factors, model.gram = state["item_factors"], state["gram"]
        return model


def _vectors(base: np.ndarray, vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(b, d): for each row the x of (base + V^T C V) x = V^T c.

    Args:
        base: (d, d) the part that no row changes.
        vectors: (b, n, d) the V of each row.
        weights: (b, n) the c of each row.
    """
    n, d = vectors.shape[1:]
    if n < d:
        # The same x from n equations instead of d (Woodbury): x = B^-1 V^T (C^-1 + V B^-1 V^T)^-1 1. Most songs are in
        # few playlists, so this is most of the work.
        spread = vectors @ np.linalg.inv(base).astype(np.float32)  # (b, n, d)
        inner = spread @ vectors.transpose(0, 2, 1)  # (b, n, n)
        inner[:, np.arange(n), np.arange(n)] += 1 / weights
        shares = np.linalg.solve(inner, np.ones((len(vectors), n, 1), dtype=np.float32))
        return (spread.transpose(0, 2, 1) @ shares)[:, :, 0]
    weighted = vectors * weights[:, :, None]
    systems = weighted.transpose(0, 2, 1) @ vectors + base.astype(np.float32)
    return np.linalg.solve(systems, weighted.sum(axis=1)[:, :, None])[:, :, 0]
