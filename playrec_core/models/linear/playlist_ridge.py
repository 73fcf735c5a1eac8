"""Playlist ridge: kernel ridge regression from a playlist's content to every song, in the dual form.

In playlist kNN every neighbour votes with its own similarity, so ten copies of one chart vote ten times. Here the votes
are solved for jointly: with K the similarity matrix of the training playlists and k the similarities of the seed, the
votes are (K + lambda I)^-1 k. Redundant playlists count once, and votes can be negative. With amplification 1 and idf 0
this is the linear model that EASE (`ease`) also fits, without EASE's zero diagonal, in dual form (Saunders, Gammerman &
Vovk, "Ridge Regression Learning Algorithm in Dual Variables", ICML 1998). EASE inverts a songs x songs matrix and must
drop rare songs; this inverts playlists x playlists and scores every song, which is cheaper where songs outnumber
playlists, as on a part of Melon.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.card import ModelCard
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import RIDGE
from playrec_core.numerics.cholesky import inverse
from playrec_core.numerics.sparse import scale_columns, unit_rows
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
    card = ModelCard(
        summary=mark(
            "Playlist kNN whose votes are solved for jointly instead of being the similarities themselves. Ten copies "
            "of one chart then share one vote, and a playlist can vote against a song."
        ),
        equation=r"s = k_S^{\top} (K + \lambda I)^{-1} X",
        symbols=mark(
            r"$K$: similarities of the training playlists; $k_S$: their similarities with the seed; $X$: playlists "
            r"$\times$ songs; $\lambda$: `regularization`."
        ),
        references=(RIDGE,),
        page="playlist-ridge",
    )
    Config = PlaylistRidgeConfig
    fitted = ("weights", "inverse", "playlists")
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
