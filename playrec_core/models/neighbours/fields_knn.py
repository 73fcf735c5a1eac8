"""Playlist kNN by songs, tags and title.

A fifth of Melon's queries contain no song, only tags or a title; models that read only songs leave them to the
fallbacks. Here the similarity of a training playlist is a weighted sum of three cosines: songs as in `playlist_knn`,
idf-weighted tags, and character n-grams of the titles (`playrec_core.text_index.title_index`). The nearest playlists
vote with their songs and their tags. For titles and tags in a similar contest see Zamani et al., "An Analysis of
Approaches Taken in the ACM RecSys Challenge 2018", ACM TIST 2019, section 4.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import NonNegative, Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.card import ModelCard
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import RECSYS_2018
from playrec_core.numerics.sparse import densify, scale_columns, unit_rows
from playrec_core.schema import Progress, Seed
from playrec_core.text_index.title_index import TitleIndex, count

from .playlist_knn import PlaylistKnn, PlaylistKnnConfig


class FieldsKnnConfig(PlaylistKnnConfig):
    """Hyperparameters in addition to `PlaylistKnnConfig`.

    Args:
        tags: weight of the tags' cosine; that of the songs is 1.
        title: weight of the titles' cosine.
        title_ngrams: shortest and longest n-gram, in characters.
    """

    tags: NonNegative
    title: NonNegative
    title_ngrams: tuple[Positive, Positive]


class FieldsKnn(PlaylistKnn):
    """score and score_tags = the votes of the nearest playlists by songs, tags and title."""

    kind = "fields-knn"
    title = mark("Playlist kNN (songs + tags + title)")
    reads = frozenset({"songs", "tags", "title"})
    answers = frozenset({"songs", "tags"})
    card = ModelCard(
        summary=mark(
            "Playlist kNN that also compares tags and titles, so that a seed without songs has neighbours too. The "
            "nearest playlists vote for songs and for tags."
        ),
        equation=r"\mathrm{sim}(S, v) = \cos_{songs} + a \cos_{tags} + b \cos_{title}",
        symbols=mark(
            "$a$, $b$: the settings `tags` and `title`; titles are compared by character n-grams. The vote is that of "
            "playlist kNN."
        ),
        references=(RECSYS_2018,),
        page="fields-knn",
    )
    Config = FieldsKnnConfig
    fitted = (*PlaylistKnn.fitted, "titles", "playlist_tags", "tag_idf")
    config: FieldsKnnConfig
    titles: TitleIndex
    playlist_tags: csr_array
    """(n_playlists, n_tags) float32 ones."""
    tag_idf: np.ndarray
    """(n_tags,) float32."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        super().fit(dataset, rng=rng, device=device, progress=lambda part: progress(part / 2))
        self.playlist_tags = dataset.playlist_tags
        self.tag_idf = np.log1p(dataset.n_playlists / np.maximum(dataset.tag_counts, 1)).astype(np.float32)
        self.titles = TitleIndex.build(dataset.playlist_table["title"].to_pylist(), self.config.title_ngrams)
        progress(1.0)

    def _cosines(self, seeds: Sequence[Seed]) -> csr_array:
        cosines = super()._cosines(seeds)
        # Most seeds lack tags or title; skip the products that would be empty.
        if any(seed.tags for seed in seeds):
            query = self._unit_tags(seed_matrix([Seed(seed.tags) for seed in seeds], len(self.tag_idf)))
            cosines = cosines + self.config.tags * (query @ self._tags_transposed)
        if any(words := [seed.words for seed in seeds]):
            cosines = cosines + self.config.title * self.titles.similarity(count(words, self.titles.ngrams))
        return csr_array(cosines)

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray:
        return self._score_tags(self._votes(seeds))

    def score_both(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray]:
        votes = self._votes(seeds)
        return self._score(votes), self._score_tags(votes)

    def _score_tags(self, votes: csr_array) -> np.ndarray:
        return densify(csr_array(votes @ self.playlist_tags), CANNOT_SAY)

    def explain(self, seed: Seed, item: int) -> Explanation:
        """The baseline is the part of tags and title, which remains without any song."""
        by_songs = super().explain(seed, item)
        rest = by_songs.score - float(by_songs.contributions.sum())
        return exact(item, seed, by_songs.contributions, by_songs.score, baseline=rest)

    def _unit_tags(self, tags: csr_array) -> csr_array:
        return unit_rows(scale_columns(tags, self.tag_idf))

    @cached_property
    def _tags_transposed(self) -> csr_array:
        return csr_array(self._unit_tags(self.playlist_tags).T.tocsr())
