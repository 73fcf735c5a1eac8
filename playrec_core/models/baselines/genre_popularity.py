"""Most popular within the seed's favourite genres, a baseline of two of the source systems.

With one genre it is the baseline of the Kakao Arena Melon contest (its public starter kit; song nDCG about 0.04 in
docs/sources/melon-systems.md). With three it is the rule of docs/sources/movie-rec-report.md: the most viewed unseen
movies among those with one of the user's three favourite genres, Recall@10 0.0084. The team's explanation is that
movies have several genres, in uneven proportions.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import GENRES, Progress, Seed


class GenrePopularityConfig(Frozen):
    """Hyperparameters.

    Args:
        genres: maximum number of favourite genres of a seed; an item qualifies by any of them.
    """

    genres: Positive


class GenrePopularity(Recommender):
    """score = training frequency, over the items with one of the seed's most common genres.

    Items outside these genres and seeds without genres are not scored. Ties between genres go to the genre more
    frequent in training. On a data set without genres every seed is left to the fallbacks.
    """

    kind = "genre-popularity"
    title = mark("Popular in genre")
    family = "baseline"
    reads = frozenset({"songs", "genres"})
    Config = GenrePopularityConfig
    fitted = ("item_counts", "item_genres")
    config: GenrePopularityConfig
    item_counts: np.ndarray
    item_genres: csr_array

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        genres, _ = dataset.facet(GENRES)
        counts = dataset.item_counts.astype(np.float64) @ genres
        self.item_counts = dataset.item_counts.astype(np.float32)
        self.item_genres = csr_array(genres[:, np.argsort(-counts, kind="stable")])
        self.item_genres.sort_indices()
        progress(1.0)

    def favourites(self, seeds: Sequence[Seed]) -> list[np.ndarray]:
        """The most common genres of each seed, as columns of `item_genres`, best first; may be empty."""
        songs = seed_matrix(seeds, self.item_genres.shape[0])
        songs.data[:] = 1
        votes = (songs @ self.item_genres).toarray()
        best = np.argsort(-votes, axis=1, kind="stable")[:, : self.config.genres]
        return [genres[row[genres] > 0] for row, genres in zip(votes, best, strict=True)]

    @cached_property
    def _by_genre(self) -> csr_array:
        """(n_genres, n_items)."""
        return csr_array(self.item_genres.T.tocsr())

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), len(self.item_counts)), CANNOT_SAY, dtype=np.float32)
        by_genre = self._by_genre
        for row, genres in enumerate(self.favourites(seeds)):
            for genre in genres:
                items = by_genre.indices[by_genre.indptr[genre] : by_genre.indptr[genre + 1]]
                scores[row, items] = self.item_counts[items]
        return scores

    def explain(self, seed: Seed, item: int) -> Explanation:
        """The score is the item's popularity, so all of it is baseline; the seed only selects genres."""
        score = float(self.score([seed])[0, item])
        score = score if np.isfinite(score) else 0.0
        return exact(item, seed, np.zeros(len(seed.songs)), score, baseline=score)
