"""Playlist kNN: the training playlists most similar to the seed vote with their songs.

The strongest simple baseline of the Million Playlist Dataset literature (Ludewig et al., "Effective nearest-neighbor
music recommendations", RecSys Challenge 2018): cosine of idf-weighted songs, the k nearest playlists, and similarities
raised to a power (case amplification, Breese et al. 1998).
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import MOVIE_REC
from playrec_core.numerics.sparse import densify, scale_columns, top_per_row, unit_rows
from playrec_core.schema import Progress, Seed


class PlaylistKnnConfig(Frozen):
    """Hyperparameters.

    Args:
        neighbours: number of playlists that vote.
        amplification: power of the similarity; 1 is plain cosine.
        idf: power of the inverse playlist frequency in the cosine; 0 disables it.
        vote_idf: power of the inverse playlist frequency in the votes; negative values favour popular songs.
    """

    neighbours: Positive
    amplification: NonNegative
    idf: NonNegative
    vote_idf: float


class PlaylistKnn(Recommender):
    """score(i) = idf(i)^vote_idf * sum of sim(seed, v)^amplification over the k nearest playlists v that contain i."""

    kind = "playlist-knn"
    title = mark("Playlist kNN")
    family = "neighbours"
    reads = frozenset({"songs"})
    card = ModelCard(
        summary=mark(
            "Finds the training playlists most similar to the seed and lets them vote for their songs. A similar "
            "playlist has a larger vote. Nothing is learnt, so fitting takes almost no time."
        ),
        equation=r"s_i = \mathrm{idf}_i^{\,\gamma} \sum_{v \in N(S),\, i \in v} \cos(S, v)^{\rho}",
        symbols=mark(
            r"$N(S)$: the nearest training playlists by cosine of idf-weighted songs; $\rho$: `amplification`; "
            r"$\gamma$: `vote_idf`."
        ),
        references=(
            Reference(
                "Ludewig, Kamehkhosh, Landia & Jannach, “Effective Nearest-Neighbor Music Recommendations”, "
                "RecSys Challenge 2018",
                "https://doi.org/10.1145/3267471.3267474",
            ),
            MOVIE_REC,
        ),
        page="playlist-knn",
    )
    Config = PlaylistKnnConfig
    fitted = ("idf", "playlists", "weighted")
    config: PlaylistKnnConfig
    playlists: csr_array
    """(n_playlists, n_items) float32 ones."""
    weighted: csr_array
    """(n_items, n_playlists) float32: idf-weighted playlists of norm 1, transposed for the search."""
    idf: np.ndarray
    """(n_items,) float32."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.playlists = binary(dataset.interactions)
        self.idf = np.log1p(dataset.n_playlists / np.maximum(dataset.item_counts, 1)).astype(np.float32)
        rows = unit_rows(scale_columns(self.playlists, self.idf**self.config.idf))
        self.weighted = csr_array(rows.T.tocsr())
        progress(1.0)

    @cached_property
    def _weights(self) -> np.ndarray:
        """(n_items,) float32: weight of a song in the cosine."""
        return self.idf**self.config.idf

    @cached_property
    def _vote_weights(self) -> np.ndarray:
        """(n_items,) float32: weight of a vote for a song."""
        return self.idf**self.config.vote_idf

    def _cosines(self, seeds: Sequence[Seed]) -> csr_array:
        """(n_seeds, n_playlists) sparse: the nonzero cosines."""
        query = unit_rows(scale_columns(seed_matrix(seeds, len(self.idf)), self._weights))
        return csr_array(query @ self.weighted)

    def _similarities(self, seeds: Sequence[Seed]) -> csr_array:
        """(n_seeds, n_playlists) sparse: the cosines of the k nearest playlists."""
        return top_per_row(self._cosines(seeds), self.config.neighbours)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return self._score(self._votes(seeds))

    def _votes(self, seeds: Sequence[Seed]) -> csr_array:
        """(n_seeds, n_playlists) sparse: weights of the nearest playlists' votes."""
        votes = self._similarities(seeds)
        votes.data **= self.config.amplification
        return votes

    def _score(self, votes: csr_array) -> np.ndarray:
        counted = csr_array(votes @ self.playlists)
        return densify(scale_columns(counted, self._vote_weights), CANNOT_SAY)

    def explain(self, seed: Seed, item: int) -> Explanation:
        """Each vote is divided among the seed's songs in proportion to their terms of the cosine."""
        similar = self._similarities([seed])
        contains = self.playlists[similar.indices, :][:, [item]].toarray().ravel()
        songs = np.asarray(seed.songs, dtype=np.int64)
        weights = self.idf[songs] ** self.config.idf * seed.song_weights
        norm = float(np.sqrt((weights**2).sum())) or 1.0
        # (n_songs, n_neighbours): each song's term of each neighbour's cosine.
        terms = self.weighted[songs, :][:, similar.indices].toarray() * (weights / norm)[:, None]
        votes = similar.data ** (self.config.amplification - 1) * contains * self.idf[item] ** self.config.vote_idf
        contributions = terms.astype(np.float64) @ votes.astype(np.float64)
        score = float(self.score([seed])[0, item])
        return exact(item, seed, contributions, score if np.isfinite(score) else 0.0)
