"""Playlist ridge by songs, tags and title together: one model for all four kinds of question.

Two systems are solved: one by the likeness of songs (`playlist_ridge`), one by the likeness of words, and their votes
are added. Words are the character n-grams of a title and of tags alike, for a tag that training never saw can still be
found in a title: of Melon's published tenth the training playlists carry no tags at all, the questions do. Why solved
and not counted: hundreds of titles are a little like "best ballads for a rainy day", most by one common syllable.
"""

from collections.abc import Mapping
from typing import Self

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.common.playlist_text import PlaylistWords
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Progress, Seed

from .playlist_ridge import PlaylistRidge, PlaylistRidgeConfig, inverse


class FieldsRidgeConfig(PlaylistRidgeConfig):
    """Hyperparameters, beside those of `PlaylistRidgeConfig`.

    Args:
        words: what the votes by words count; those by songs count 1.
        words_regularization: lambda of the words' system.
        ngrams: shortest and longest n-gram.
        tags_are_words: whether a training playlist's tags are read beside its title; false, for data whose tags were
            made of the titles, has them read only where there is no title.
        stems: whether the training titles are word stems, to which the words of seeds and tags are cut.
    """

    words: NonNegative
    words_regularization: NonNegative
    ngrams: tuple[Positive, Positive]
    tags_are_words: bool
    stems: bool


class FieldsRidge(PlaylistRidge):
    """score = the votes of the playlists by songs, plus ``words`` times those by title and tags."""

    kind = "fields-ridge"
    title = mark("Playlist ridge, all fields")
    reads = frozenset({"songs", "tags", "title"})
    Config = FieldsRidgeConfig
    config: FieldsRidgeConfig
    by_words: PlaylistWords
    """Of the playlists that can vote."""
    words_inverse: np.ndarray
    """(n_worded, n_worded) float32, of the playlists with any word."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        super().fit(dataset, rng=rng, device=device, progress=lambda part: progress(part / 2))
        self.by_words = PlaylistWords.build(
            dataset,
            self._voting(dataset),
            ngrams=self.config.ngrams,
            tags_are_words=self.config.tags_are_words,
            stems=self.config.stems,
        )
        self.words_inverse = inverse(self.by_words.to_one_another(), self.config.words_regularization)
        progress(1.0)

    def _votes_by_words(self, seed: Seed) -> np.ndarray | None:
        """(n_voting,) float32 the votes by words; None where no word is known."""
        near = self.by_words.to_seed(seed)
        if near is None:
            return None
        votes = np.zeros(self.playlists.shape[0], dtype=np.float32)
        votes[self.by_words.worded] = self.config.words * (near @ self.words_inverse)
        return votes

    def votes(self, seed: Seed) -> np.ndarray | None:
        by_songs, by_words = super().votes(seed), self._votes_by_words(seed)
        if by_songs is None or by_words is None:
            return by_words if by_songs is None else by_songs
        return by_songs + by_words

    def explain(self, seed: Seed, item: int) -> Explanation:
        """What the words bring is the baseline: it stays when every song is taken away."""
        by_songs = super().explain(seed, item)
        words = self._votes_by_words(seed)
        rest = 0.0 if words is None else float(self.playlists[:, [item]].toarray().ravel() @ words)
        return exact(item, seed, by_songs.contributions, by_songs.score + rest, baseline=rest)

    def state(self) -> State:
        return {**super().state(), **self.by_words.state(), "words_inverse": self.words_inverse}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = super().from_state(config, state)
        model.by_words, model.words_inverse = PlaylistWords.from_state(state), state["words_inverse"]
        return model
