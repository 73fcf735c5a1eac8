"""iALS: alternating least squares with frequency-scaled regularisation and a weight of unobserved pairs.

Rendle, Krichene, Zhang & Koren, "Revisiting the Performance of iALS on Item Recommendation Benchmarks", RecSys 2022
(arXiv 2110.14037): with these two hyperparameters tuned, a method of 2008 reaches the quality of recent networks. The
objective, with c the weight of an interaction (1 in the paper), w_u and h_i the vectors:

    sum over interactions of c (1 - w_u . h_i)^2 + alpha0 sum over all pairs of (w_u . h_i)^2
      + lambda sum over u of (|I_u| + alpha0 |I|)^nu |w_u|^2 + lambda sum over i of (|U_i| + alpha0 |U|)^nu |h_i|^2
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings, Reference
from playrec_core.models.common.fold_in import FoldInFactorisation, gram_of
from playrec_core.schema import Progress, Seed

_BLOCK_ENTRIES = 2_000_000
"""Entries of one stack of vectors or systems: 8 MB."""


class IalsConfig(Frozen):
    """Hyperparameters.

    Args:
        factors: dimension of the embeddings.
        regularization: lambda.
        unobserved: alpha0, the weight of every pair relative to an interaction.
        exponent: nu; 0 regularises all vectors equally, 1 in proportion to their frequency.
        deviation: root mean square norm of the initial vectors (the paper's sigma, 0.1).
        iterations: number of alternations.
    """

    factors: Positive
    regularization: NonNegative
    unobserved: NonNegative
    exponent: float
    deviation: NonNegative
    iterations: Positive


class Ials(FoldInFactorisation):
    """score(i) = x . h_i, where x solves (alpha0 H^T H + sum of c_j h_j h_j^T + lambda_u I) x = sum of c_j h_j over the
    seed's songs j, as for the training playlists.
    """

    kind = "ials"
    title = mark("iALS")
    card = ModelCard(
        summary=mark(
            "ALS with two more hyperparameters: the weight of unobserved pairs, and how much more the vectors of "
            "frequent songs and long playlists are regularised. Tuned, it keeps up with recent networks."
        ),
        equation=(
            r"\min_{W, H} \sum_{(u, i)} (1 - w_u \cdot h_i)^2 + \alpha_0 \sum_{u, i} (w_u \cdot h_i)^2 + \lambda "
            r"\sum_u f_u^{\nu} \lVert w_u \rVert^2 + \lambda \sum_i f_i^{\nu} \lVert h_i \rVert^2"
        ),
        symbols=mark(
            r"$w_u$, $h_i$: vectors of playlists and songs; the first sum is over interactions; $f_u$, $f_i$: "
            r"weighted frequencies; $\alpha_0$: `unobserved`; $\nu$: `exponent`; $\lambda$: `regularization`."
        ),
        references=(
            Reference(
                "Rendle, Krichene, Zhang & Koren, “Revisiting the Performance of iALS on Item Recommendation "
                "Benchmarks”, RecSys 2022",
                "https://arxiv.org/abs/2110.14037",
            ),
        ),
        page="ials",
        published=(
            PublishedSettings(
                mark("Rendle et al. 2022, MovieLens 20M"),
                {"regularization": 0.003, "unobserved": 0.1, "exponent": 1.0, "iterations": 16},
            ),
        ),
    )
    Config = IalsConfig
    fitted = ("item_factors", "gram")
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
        # On one thread, so that the order of summation, and with it the last bits, does not depend on their number.
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

    def _solve(self, interactions: csr_array, others: np.ndarray) -> np.ndarray:
        """Return (n_rows, factors) float32: the rows' vectors for fixed columns' vectors, (n_columns, factors).

        Rows of equal length are solved together: their systems can be stacked and have the same penalty.
        """
        gram = self.config.unobserved * gram_of(others)
        found = np.zeros((interactions.shape[0], others.shape[1]), dtype=np.float32)
        lengths = np.diff(interactions.indptr)
        for length in np.unique(lengths[lengths > 0]).tolist():
            rows = np.flatnonzero(lengths == length)
            base = gram + self._penalty(length, len(others)) * np.eye(len(gram))
            size = max(length, len(gram)) * len(gram)
            for part in np.array_split(rows, -(-len(rows) * size // _BLOCK_ENTRIES)):
                entries = interactions.indptr[part][:, None] + np.arange(length)
                found[part] = _vectors(base, others[interactions.indices[entries]], interactions.data[entries])
        return found

    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = seed.song_weights.astype(np.float64)
        penalty = self._penalty(len(seed.songs), len(self.item_factors))
        matrix = self.gram + (vectors * confidence[:, None]).T @ vectors + penalty * np.eye(len(self.gram))
        return vectors, confidence, matrix


def _vectors(base: np.ndarray, vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Solve (base + V^T C V) x = V^T c for each row; returns (b, d).

    Args:
        base: (d, d) the part common to all rows.
        vectors: (b, n, d) V of each row.
        weights: (b, n) c of each row.
    """
    n, d = vectors.shape[1:]
    if n < d:
        # n equations instead of d by the Woodbury identity: x = B^-1 V^T (C^-1 + V B^-1 V^T)^-1 1. This is the common
        # case, since most songs are in few playlists.
        spread = vectors @ np.linalg.inv(base).astype(np.float32)  # (b, n, d)
        inner = spread @ vectors.transpose(0, 2, 1)  # (b, n, n)
        inner[:, np.arange(n), np.arange(n)] += 1 / weights
        shares = np.linalg.solve(inner, np.ones((len(vectors), n, 1), dtype=np.float32))
        return (spread.transpose(0, 2, 1) @ shares)[:, :, 0]
    weighted = vectors * weights[:, :, None]
    systems = weighted.transpose(0, 2, 1) @ vectors + base.astype(np.float32)
    return np.linalg.solve(systems, weighted.sum(axis=1)[:, :, None])[:, :, 0]
