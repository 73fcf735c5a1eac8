"""Playlist ridge: kernel ridge regression from a playlist's content to every song, in the dual form.

In playlist kNN every neighbour votes with its own similarity, so ten copies of one chart vote ten times. Here the votes
are solved for jointly: with K the similarity matrix of the training playlists and k the similarities of the seed, the
votes are (K + lambda I)^-1 k. Redundant playlists count once, and votes can be negative. With amplification 1 and idf 0
this is the linear model that EASE (`ease`) also fits, without EASE's zero diagonal, in dual form (Saunders, Gammerman &
Vovk, "Ridge Regression Learning Algorithm in Dual Variables", ICML 1998). EASE inverts a songs x songs matrix and must
drop rare songs; this inverts playlists x playlists and scores every song, which is cheaper where songs outnumber
playlists, as on a part of Melon.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.errors import ConfigError
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.explanation import Explanation, exact
from playrec_core.numerics.sparse import pack, scale_columns, unit_rows, unpack
from playrec_core.schema import Progress, Seed


class PlaylistRidgeConfig(Frozen):
    """Hyperparameters.

    Args:
        playlists: number of voting training playlists, the longest ones; memory is 4 bytes times its square.
        regularization: lambda; the diagonal of K is 1.
        amplification: power of the similarity.
        idf: power of the inverse playlist frequency in the similarity; 0 disables it.
    """

    playlists: Positive
    regularization: NonNegative
    amplification: NonNegative
    idf: NonNegative


class PlaylistRidge(Recommender):
    """score(i) = sum of the votes (K + lambda I)^-1 k(seed) over the playlists that contain i; K and k are cosines of
    idf-weighted songs, raised to the amplification.
    """

    kind = "playlist-ridge"
    title = mark("Playlist ridge")
    family = "linear"
    reads = frozenset({"songs"})
    Config = PlaylistRidgeConfig
    config: PlaylistRidgeConfig
    playlists: csr_array
    """(n_voting, n_items) float32 ones."""
    weights: np.ndarray
    """(n_items,) float32: weight of a song in the similarity."""
    inverse: np.ndarray
    """(n_voting, n_voting) float32: (K + lambda I)^-1."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        voting = self._voting(dataset)
        self.playlists = csr_array(binary(dataset.interactions)[voting])
        idf = np.log1p(dataset.n_playlists / np.maximum(dataset.item_counts, 1))
        self.weights = (idf**self.config.idf).astype(np.float32)
        similarities = self._similarities(unit_rows(scale_columns(self.playlists, self.weights))).toarray()
        self.inverse = inverse(similarities, self.config.regularization)
        progress(1.0)

    def _voting(self, dataset: Dataset) -> np.ndarray:
        """(n_voting,) playlist_idx, ascending."""
        lengths = np.diff(dataset.interactions.indptr)
        return np.sort(np.argsort(-lengths, kind="stable")[: self.config.playlists])

    def _similarities(self, rows: csr_array) -> csr_array:
        """(n_rows, n_voting): amplified cosines of rows of norm 1 to the voting playlists."""
        similarities = csr_array(rows @ self._transposed)
        similarities.data **= self.config.amplification
        return similarities

    @cached_property
    def _transposed(self) -> csr_array:
        """(n_items, n_voting) float32: weighted playlists of norm 1."""
        return csr_array(unit_rows(scale_columns(self.playlists, self.weights)).T.tocsr())

    @cached_property
    def _voters(self) -> csr_array:
        """(n_items, n_voting): the playlists that vote for a song."""
        return csr_array(self.playlists.T.tocsr())

    @cached_property
    def _scored(self) -> np.ndarray:
        """item_idx of the songs in any voting playlist."""
        return np.unique(self.playlists.indices)

    def _query(self, seeds: Sequence[Seed]) -> csr_array:
        return unit_rows(scale_columns(seed_matrix(seeds, len(self.weights)), self.weights))

    def votes(self, seed: Seed) -> np.ndarray | None:
        """Return (n_voting,) float32 votes of either sign; None if no playlist is similar to the seed.

        One seed at a time, so that a batch equals its seeds one by one to the last bit.
        """
        similarities = self._similarities(self._query([seed]))
        # Sparse times dense reads only the rows of the inverse of similar playlists.
        return (similarities @ self.inverse)[0] if similarities.nnz else None

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), len(self.weights)), CANNOT_SAY, dtype=np.float32)
        for row, seed in enumerate(seeds):
            votes = self.votes(seed)
            if votes is not None:
                scores[row, self._scored] = (self._voters @ votes)[self._scored]
        return scores

    def explain(self, seed: Seed, item: int) -> Explanation:
        """Each song's term of every cosine, times that cosine's factor in the score; the products sum to the score."""
        query = self._query([seed])
        cosines = csr_array(query @ self._transposed)
        slopes = self.inverse[cosines.indices] @ self.playlists[:, [item]].toarray().ravel().astype(np.float64)
        slopes *= cosines.data ** (self.config.amplification - 1)
        songs = np.asarray(seed.songs, dtype=np.int64)
        shares = query[[0], :][:, songs].toarray().ravel()
        terms = self._transposed[songs, :][:, cosines.indices].toarray() * shares[:, None]
        contributions = terms.astype(np.float64) @ slopes
        return exact(item, seed, contributions, float(contributions.sum()))

    def state(self) -> State:
        return {"weights": self.weights, "inverse": self.inverse, **pack("playlists", self.playlists)}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.weights, model.inverse = state["weights"], state["inverse"]
        model.playlists = unpack("playlists", state)
        return model


def inverse(matrix: np.ndarray, regularization: float) -> np.ndarray:
    """Return (matrix + regularization I)^-1, (n, n) float32 C-contiguous; ``matrix`` is overwritten.

    Raises:
        ConfigError: as in `solve`.
    """
    from scipy.linalg.lapack import spotri
    from threadpoolctl import threadpool_limits

    factor = _cholesky(matrix, regularization)
    with threadpool_limits(1, user_api="blas"):
        inverted, _ = spotri(factor, lower=True, overwrite_c=True)
    # LAPACK fills one triangle. Copied row by row, so that no second matrix is needed.
    whole = inverted.T
    for row in range(1, len(whole)):
        whole[row, :row] = whole[:row, row]
    return np.ascontiguousarray(whole)


def solve(matrix: np.ndarray, regularization: float, targets: np.ndarray) -> np.ndarray:
    """Return (matrix + regularization I)^-1 targets, (n, m) float32, in a third of the time of `inverse`.

    ``matrix``, (n, n) float32 C-contiguous, is overwritten.

    Raises:
        ConfigError: the sum is not positive definite; increase the regularization.
    """
    from scipy.linalg import cho_solve
    from threadpoolctl import threadpool_limits

    factor = _cholesky(matrix, regularization)
    with threadpool_limits(1, user_api="blas"):
        return np.ascontiguousarray(cho_solve((factor, True), targets, check_finite=False))


def _cholesky(matrix: np.ndarray, regularization: float) -> np.ndarray:
    """The lower Cholesky factor of matrix + regularization I, in the memory of ``matrix``."""
    from scipy.linalg.lapack import spotrf
    from threadpoolctl import threadpool_limits

    matrix[np.diag_indices_from(matrix)] += regularization
    # On one thread, so that the order of summation, and with it the last bits, does not depend on their number.
    with threadpool_limits(1, user_api="blas"):
        # LAPACK can overwrite the transpose of a C-contiguous array: one matrix in memory instead of three.
        factor, failed = spotrf(matrix.T, lower=True, overwrite_a=True)
    if failed:
        raise ConfigError(
            f"regularization {regularization:g} is too small for these playlists: the similarity matrix is singular"
        )
    return factor
