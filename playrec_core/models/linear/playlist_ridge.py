"""Playlist ridge: kernel ridge regression from what a playlist holds to every song, solved over playlists.

In playlist-kNN every near playlist votes with its own similarity; ten copies of one chart vote ten times. Here the
votes are solved for together: with K the likeness of the training playlists to one another and k that of the seed to
them, the votes are (K + lambda I)^-1 k, so what several playlists say alike counts once, and a playlist can vote
against. With amplification 1 and idf 0 it is the linear model of all songs on all songs that EASE (`ease`) also fits,
without EASE's zero diagonal, in its dual form (Saunders, Gammerman & Vovk, "Ridge Regression Learning Algorithm in
Dual Variables", ICML 1998): EASE inverts songs x songs and must leave out rare ones, this inverts
playlists x playlists and answers every song. Where songs are many and playlists few, as on a part of Melon, that is
the cheaper and the better side to stand on.
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
        playlists: how many training playlists can vote, the longest ones; memory is 4 bytes times their square.
        regularization: lambda; a playlist's likeness to itself is 1.
        amplification: power of the likeness.
        idf: power of a song's inverse playlist frequency in the likeness; 0 switches it off.
    """

    playlists: Positive
    regularization: NonNegative
    amplification: NonNegative
    idf: NonNegative


class PlaylistRidge(Recommender):
    """score(i) = sum over playlists v that hold i of the votes (K + lambda I)^-1 k(seed), where K and k are cosines of
    idf-weighted songs raised to the amplification.
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
    """(n_items,) float32: what a song counts in the likeness."""
    inverse: np.ndarray
    """(n_voting, n_voting) float32: (K + lambda I)^-1."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        voting = self._voting(dataset)
        self.playlists = csr_array(binary(dataset.interactions)[voting])
        idf = np.log1p(dataset.n_playlists / np.maximum(dataset.item_counts, 1))
        self.weights = (idf**self.config.idf).astype(np.float32)
        likeness = self._likeness(unit_rows(scale_columns(self.playlists, self.weights))).toarray()
        self.inverse = inverse(likeness, self.config.regularization)
        progress(1.0)

    def _voting(self, dataset: Dataset) -> np.ndarray:
        """(n_voting,) playlist_idx, rising."""
        lengths = np.diff(dataset.interactions.indptr)
        return np.sort(np.argsort(-lengths, kind="stable")[: self.config.playlists])

    def _likeness(self, rows: csr_array) -> csr_array:
        """(n_rows, n_voting): the amplified cosine of rows of length one to the playlists that can vote."""
        near = csr_array(rows @ self._transposed)
        near.data **= self.config.amplification
        return near

    @cached_property
    def _transposed(self) -> csr_array:
        """(n_items, n_voting) float32: weighted playlists of length one."""
        return csr_array(unit_rows(scale_columns(self.playlists, self.weights)).T.tocsr())

    @cached_property
    def _holders(self) -> csr_array:
        """(n_items, n_voting): who votes for a song."""
        return csr_array(self.playlists.T.tocsr())

    @cached_property
    def _heard(self) -> np.ndarray:
        """item_idx of the songs that any playlist can vote for."""
        return np.unique(self.playlists.indices)

    def _query(self, seeds: Sequence[Seed]) -> csr_array:
        return unit_rows(scale_columns(seed_matrix(seeds, len(self.weights)), self.weights))

    def votes(self, seed: Seed) -> np.ndarray | None:
        """(n_voting,) float32, of either sign; None where no playlist is like the seed.

        One seed at a time, so that a batch equals its seeds one by one to the last bit.
        """
        near = self._likeness(self._query([seed]))
        # Sparse by dense: only the rows of the inverse that belong to a like playlist are read.
        return (near @ self.inverse)[0] if near.nnz else None

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), len(self.weights)), CANNOT_SAY, dtype=np.float32)
        for row, seed in enumerate(seeds):
            votes = self.votes(seed)
            if votes is not None:
                scores[row, self._heard] = (self._holders @ votes)[self._heard]
        return scores

    def explain(self, seed: Seed, item: int) -> Explanation:
        """A song's part of each likeness, times what that likeness moves the score; the parts add up."""
        query = self._query([seed])
        near = csr_array(query @ self._transposed)
        moves = self.inverse[near.indices] @ self.playlists[:, [item]].toarray().ravel().astype(np.float64)
        moves *= near.data ** (self.config.amplification - 1)
        songs = np.asarray(seed.songs, dtype=np.int64)
        shares = query[[0], :][:, songs].toarray().ravel()
        parts = self._transposed[songs, :][:, near.indices].toarray() * shares[:, None]
        contributions = parts.astype(np.float64) @ moves
        return exact(item, seed, contributions, float(contributions.sum()))

    def state(self) -> State:
        return {"weights": self.weights, "inverse": self.inverse, **pack("playlists", self.playlists)}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.weights, model.inverse = state["weights"], state["inverse"]
        model.playlists = unpack("playlists", state)
        return model


def inverse(likeness: np.ndarray, regularization: float) -> np.ndarray:
    """(likeness + regularization I)^-1, (n, n) float32 C-contiguous; ``likeness`` is overwritten.

    Raises:
        ConfigError: as `solve`.
    """
    from scipy.linalg.lapack import spotri
    from threadpoolctl import threadpool_limits

    factor = _cholesky(likeness, regularization)
    with threadpool_limits(1, user_api="blas"):
        inverted, _ = spotri(factor, lower=True, overwrite_c=True)
    # LAPACK fills one triangle; row by row, so that no second matrix is needed.
    whole = inverted.T
    for row in range(1, len(whole)):
        whole[row, :row] = whole[:row, row]
    return np.ascontiguousarray(whole)


def solve(likeness: np.ndarray, regularization: float, targets: np.ndarray) -> np.ndarray:
    """(likeness + regularization I)^-1 targets, (n, m) float32, for a third of what `inverse` takes; ``likeness``
    (n, n) float32 C-contiguous is overwritten.

    Raises:
        ConfigError: the sum is not positive definite; a larger regularization makes it so.
    """
    from scipy.linalg import cho_solve
    from threadpoolctl import threadpool_limits

    factor = _cholesky(likeness, regularization)
    with threadpool_limits(1, user_api="blas"):
        return np.ascontiguousarray(cho_solve((factor, True), targets, check_finite=False))


def _cholesky(likeness: np.ndarray, regularization: float) -> np.ndarray:
    """The lower factor of a symmetric matrix's sum with regularization I, in the memory of ``likeness``."""
    from scipy.linalg.lapack import spotrf
    from threadpoolctl import threadpool_limits

    likeness[np.diag_indices_from(likeness)] += regularization
    # On one thread, because the order of the sums, and with it the last bits, would depend on how many there are.
    with threadpool_limits(1, user_api="blas"):
        # The transposed of a C array is what LAPACK can overwrite: one matrix in memory, not three.
        factor, failed = spotrf(likeness.T, lower=True, overwrite_a=True)
    if failed:
        raise ConfigError(
            f"regularization {regularization:g} is too small for these playlists: their likenesses have no inverse"
        )
    return factor
