"""Playlist ridge by songs, tags and title together: one model for all four kinds of question.

Two systems are solved: one by the likeness of songs (`playlist_ridge`), one by the likeness of words, and their votes
are added. Words are the character n-grams of a title and of tags alike, for a tag that training never saw can still be
found in a title: of Melon's published tenth the training playlists carry no tags at all, the questions do. Why solved
and not counted: hundreds of titles are a little like "best ballads for a rainy day", most by one common syllable.
"""

from collections.abc import Mapping
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from ..config import Frozen, NonNegative, Positive
from ..data.dataset import Dataset, seed_matrix
from ..language import mark
from ..schema import TITLE, Progress, Seed
from ..sparse import pack, unpack
from ..titles import TitleIndex, count
from .base import State
from .explanation import Explanation, exact
from .playlist_ridge import PlaylistRidge, PlaylistRidgeConfig, inverse


class FieldsRidgeConfig(PlaylistRidgeConfig):
    """Hyperparameters, beside those of `PlaylistRidgeConfig`.

    Args:
        words: what the votes by words count; those by songs count 1.
        words_regularization: lambda of the words' system.
        ngrams: shortest and longest n-gram.
        tags_are_words: whether a training playlist's tags are read with its title; false for data whose tags were
            made of the titles.
    """

    words: NonNegative
    words_regularization: NonNegative
    ngrams: tuple[Positive, Positive]
    tags_are_words: bool


class FieldsRidge(PlaylistRidge):
    """score = the votes of the playlists by songs, plus ``words`` times those by title and tags."""

    kind = "fields-ridge"
    title = mark("Playlist ridge, all fields")
    reads = frozenset({"songs", "tags", "title"})
    Config = FieldsRidgeConfig
    config: FieldsRidgeConfig
    titles: TitleIndex
    """Over the words of the playlists that can vote."""
    tag_grams: csr_array
    """(n_tags, n_grams) float32: the n-grams of each tag's name."""
    words_inverse: np.ndarray
    """(n_voting, n_voting) float32."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        super().fit(dataset, rng=rng, device=device, progress=lambda part: progress(part / 2))
        voting, ngrams = self._voting(dataset), self.config.ngrams
        self.tag_grams = count([str(tag) for tag in dataset.tags.ids], ngrams)
        grams = count(dataset.playlist_table[TITLE].take(voting).to_pylist(), ngrams)
        if self.config.tags_are_words:
            grams = csr_array(grams + dataset.playlist_tags[voting] @ self.tag_grams)
        self.titles = TitleIndex.of_counts(grams, ngrams)
        self.words_inverse = inverse(self.titles.likeness(grams).toarray(), self.config.words_regularization)
        progress(1.0)

    def _by_words(self, seed: Seed) -> np.ndarray | None:
        """(n_voting,) float32 the votes by words; None where no word is known."""
        tags = seed_matrix([Seed(seed.tags)], self.tag_grams.shape[0])
        near = self.titles.likeness(csr_array(count([seed.words], self.config.ngrams) + tags @ self.tag_grams))
        return self.config.words * (near.toarray()[0] @ self.words_inverse) if near.nnz else None

    def votes(self, seed: Seed) -> np.ndarray | None:
        by_songs, by_words = super().votes(seed), self._by_words(seed)
        if by_songs is None or by_words is None:
            return by_words if by_songs is None else by_songs
        return by_songs + by_words

    def explain(self, seed: Seed, item: int) -> Explanation:
        """What the words bring is the baseline: it stays when every song is taken away."""
        by_songs = super().explain(seed, item)
        words = self._by_words(seed)
        rest = 0.0 if words is None else float(self.playlists[:, [item]].toarray().ravel() @ words)
        return exact(item, seed, by_songs.contributions, by_songs.score + rest, baseline=rest)

    def state(self) -> State:
        return {
            **super().state(),
            **{f"titles.{name}": array for name, array in self.titles.state().items()},
            **pack("tag_grams", self.tag_grams),
            "words_inverse": self.words_inverse,
        }

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = super().from_state(config, state)
        titles = {name.removeprefix("titles."): array for name, array in state.items() if name.startswith("titles.")}
        model.titles = TitleIndex.from_state(titles)
        model.tag_grams, model.words_inverse = unpack("tag_grams", state), state["words_inverse"]
        return model
