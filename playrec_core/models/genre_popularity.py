"""Most popular within the query's main genre: the baseline the organisers of Kakao Arena's Melon contest gave out.

Source: SEEDS documents 000 (the contest's "baseline by genre", song nDCG about 0.04) and the contest's public
starter kit.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from ..config import Frozen
from ..data.dataset import Dataset, seed_matrix
from ..schema import GENRES, Progress, Seed
from ..sparse import pack, unpack
from .base import CANNOT_SAY, Recommender, State
from .explanation import Explanation, exact


class GenrePopularityConfig(Frozen):
    """Nothing to set."""


class GenrePopularity(Recommender):
    """score = training frequency of the items that carry the genre most of the seed's songs carry.

    Items outside that genre, and seeds whose songs have no genre, cannot be scored. Genres that tie go to the one
    with more items in training. A data set without genres leaves every seed to the cold-start chain.
    """

    kind = "genre-popularity"
    title = "Popular in genre"
    family = "baseline"
    reads = frozenset({"songs", "genres"})
    Config = GenrePopularityConfig
    item_counts: np.ndarray
    item_genres: csr_array

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        lists = dataset.catalogue[GENRES].combine_chunks()
        names, genres = np.unique(lists.flatten().to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
        rows = np.repeat(np.arange(dataset.n_items), lists.value_lengths().to_numpy())
        counts = np.bincount(genres, weights=dataset.item_counts[rows], minlength=len(names))
        rank = np.empty(len(names), dtype=np.int64)
        rank[np.argsort(-counts, kind="stable")] = np.arange(len(names))
        self.item_counts = dataset.item_counts.astype(np.float32)
        self.item_genres = csr_array(
            (np.ones(len(rows), np.float32), (rows, rank[genres])), shape=(dataset.n_items, max(len(names), 1))
        )
        progress(1.0)

    def main_genres(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds,) the genre most of a seed's songs carry, as a column of `item_genres`; -1 for none."""
        songs = seed_matrix(seeds, self.item_genres.shape[0])
        songs.data[:] = 1
        votes = (songs @ self.item_genres).toarray()
        return np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), -1)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), len(self.item_counts)), CANNOT_SAY, dtype=np.float32)
        by_genre = self.item_genres.T.tocsr()
        for row, genre in enumerate(self.main_genres(seeds)):
            if genre >= 0:
                items = by_genre.indices[by_genre.indptr[genre] : by_genre.indptr[genre + 1]]
                scores[row, items] = self.item_counts[items]
        return scores

    def explain(self, seed: Seed, item: int) -> Explanation:
        """The genre decides whether the item is in; its score is its popularity, owed to no single song."""
        score = float(self.score([seed])[0, item])
        score = score if np.isfinite(score) else 0.0
        return exact(item, seed, np.zeros(len(seed.songs)), score, baseline=score)

    def state(self) -> State:
        return {"item_counts": self.item_counts, **pack("item_genres", self.item_genres)}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.item_counts = state["item_counts"]
        model.item_genres = unpack("item_genres", state)
        return model
