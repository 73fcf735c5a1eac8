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
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.card import ModelCard, PublishedSettings, Reference
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import MOVIE_REC
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Nouns, Progress, Seed

_SHOWN = 10
"""Recommendations in a trace."""


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
    card = ModelCard(
        summary=mark(
            "Counts the genres of the seed's songs and recommends the most popular songs of the most frequent ones. "
            "With one genre it is the baseline of the Kakao Arena contest, with three the rule of the Movie Rec team."
        ),
        equation=(
            r"s_i = \begin{cases} n_i & G_i \cap F_S \neq \varnothing \\ -\infty & G_i \cap F_S = \varnothing "
            r"\end{cases}"
        ),
        symbols=mark(
            "$n_i$: the number of training playlists that contain song $i$; $G_i$: its genres; $F_S$: the favourite "
            "genres of the seed."
        ),
        references=(
            MOVIE_REC,
            Reference(
                "Kakao Arena, Melon Playlist Continuation, 2020",
                "https://github.com/kakao-arena/melon-playlist-continuation",
                mark("the organisers' baseline"),
            ),
        ),
        page="genre-popularity",
        published=(
            PublishedSettings(mark("Movie Rec report"), {"genres": 3}),
            PublishedSettings(mark("Kakao Arena baseline"), {"genres": 1}),
        ),
    )
    Config = GenrePopularityConfig
    fitted = ("item_counts", "item_genres")
    config: GenrePopularityConfig
    item_counts: np.ndarray
    item_genres: csr_array

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.item_counts = dataset.item_counts.astype(np.float32)
        self.item_genres, _ = dataset.genres_by_frequency()
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

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        (genres,) = self.favourites([seed])
        if not len(genres):
            return None
        chosen, columns = np.asarray(seed.songs), self._by_genre[genres]
        having = [chosen[np.isin(chosen, columns[[row], :].indices)].tolist() for row in range(len(genres))]
        recommended = top_k(closed(self.score([seed])[0], seed.songs), _SHOWN).tolist()
        counts = self.item_counts[recommended].astype(int).tolist()
        favourites = TraceStep(
            tr("The favourite genres"),
            tr(
                "The most common genres of your {items}, at most {n}. Ties go to the genre more frequent in training.",
                items=nouns.items,
                n=self.config.genres,
            ),
            (
                TraceColumn(tr("Genre"), "genre", genres.tolist()),
                TraceColumn(tr("Of your {items}", items=nouns.items), "count", [len(some) for some in having]),
                TraceColumn(tr("Your {items} of this genre", items=nouns.items), "items", having),
            ),
        )
        popular = TraceStep(
            tr("The most popular {items} of these genres", items=nouns.items),
            tr(
                "The score is the number of training {playlists} that contain the {item}.",
                playlists=nouns.playlists,
                item=nouns.item,
            ),
            (
                TraceColumn(tr("Recommendation"), "item", recommended),
                TraceColumn(tr("Training {playlists}", playlists=nouns.playlists), "count", counts),
            ),
        )
        return Trace((favourites, popular))

    def explain(self, seed: Seed, item: int) -> Explanation:
        """The score is the item's popularity, so all of it is baseline; the seed only selects genres."""
        score = float(self.score([seed])[0, item])
        score = score if np.isfinite(score) else 0.0
        return exact(item, seed, np.zeros(len(seed.songs)), score, baseline=score)
