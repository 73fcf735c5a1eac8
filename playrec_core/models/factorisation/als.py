"""ALS: matrix factorisation for implicit feedback, trained by `implicit`; fold-in and explanation are our own.

Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008. As in `implicit`, a stored
interaction r has confidence c = alpha * r and preference 1; every other cell has confidence 1 and preference 0. The
same model as in docs/sources/als-notebook.md.
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.common.fold_in import FoldInFactorisation, gram_of
from playrec_core.models.references import ALS_NOTEBOOK, IMPLICIT_ALS
from playrec_core.schema import Progress, Seed


class AlsConfig(Frozen):
    """Hyperparameters.

    Args:
        factors: dimension of the embeddings.
        regularization: L2 penalty on both factor matrices.
        alpha: confidence of an interaction of weight 1.
        iterations: number of alternations.
    """

    factors: Positive
    regularization: NonNegative
    alpha: NonNegative
    iterations: Positive


class Als(FoldInFactorisation):
    """score(i) = x . y_i, where x solves (Y^T C Y + lambda I) x = Y^T C p for the seed (`fold_in`)."""

    kind = "als"
    title = mark("ALS")
    card = ModelCard(
        summary=mark(
            "Gives every playlist and every song a vector, so that their inner product is close to 1 where the "
            "playlist contains the song. Interactions count more than empty cells. A seed gets its vector by solving "
            "one least-squares problem."
        ),
        equation=r"s_i = x \cdot y_i, \qquad x = (Y^{\top} C Y + \lambda I)^{-1} Y^{\top} C p",
        symbols=mark(
            r"$y_i$: the vector of song $i$, a row of $Y$; $C$: diagonal, `alpha` times the weight for songs of the "
            r"seed and 1 for others; $p$: 1 for songs of the seed, else 0; $\lambda$: `regularization`."
        ),
        references=(
            IMPLICIT_ALS,
            ALS_NOTEBOOK,
        ),
        page="als",
        published=(
            PublishedSettings(
                mark("ALS notebook"), {"factors": 100, "regularization": 0.01, "alpha": 1.0, "iterations": 15}
            ),
        ),
    )
    Config = AlsConfig
    fitted = ("item_factors", "gram")
    config: AlsConfig
    gram: np.ndarray
    """(factors, factors) float64: Y^T Y + lambda I, the constant part of every fold-in."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.fit_ratings(dataset.interactions, rng, progress)

    def fit_ratings(
        self, ratings: csr_array, rng: np.random.Generator, progress: Progress, *, threads: int = 0
    ) -> np.ndarray:
        """Fit to (n_playlists, n_items) ratings; the other arguments as in `fit` and `factorise`.

        Returns:
            (n_playlists, factors) float32, the playlists' embeddings, which the model does not store.
        """
        seed = int(rng.integers(2**31 - 1))
        vectors, self.item_factors = factorise(ratings, self.config, seed, progress, threads=threads)
        self.gram = gram_of(self.item_factors) + self.config.regularization * np.eye(self.config.factors)
        return vectors

    def ratings(self, seed: Seed) -> np.ndarray:
        """Return the ratings of a seed's songs, (n_songs,) float32; times alpha they are the confidences."""
        return seed.song_weights

    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = self.config.alpha * self.ratings(seed).astype(np.float64)
        return vectors, confidence, self.gram + (vectors * (confidence - 1)[:, None]).T @ vectors


def factorise(
    ratings: csr_array, config: AlsConfig, seed: int, progress: Progress, *, threads: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Factorise by `implicit` into (n_rows, factors) and (n_columns, factors) float32.

    Args:
        ratings: (n_rows, n_columns); times ``alpha`` they are the confidences.
        config: hyperparameters.
        seed: random seed of the initial factors.
        progress: called with the finished fraction.
        threads: number of threads, 0 for one per core; does not affect the result.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    matrix = csr_matrix((ratings.data, ratings.indices.astype(np.int32), ratings.indptr), shape=ratings.shape)
    # implicit has its own threads; BLAS threads below them would compete for the same cores.
    with threadpool_limits(1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=config.factors,
            regularization=config.regularization,
            alpha=config.alpha,
            iterations=config.iterations,
            num_threads=threads,
            random_state=seed,
        )
        model.fit(
            matrix,
            show_progress=False,
            callback=lambda iteration, _seconds, _loss: progress((iteration + 1) / config.iterations),
        )
    return np.asarray(model.user_factors, dtype=np.float32), np.asarray(model.item_factors, dtype=np.float32)
