"""ALS that answers words too: where a seed holds no song, its title and tags say where among the vectors it lies.

ALS leaves a seed without songs to the cold-start chain. Here a second, linear model goes from what the training
playlists are called to the vectors that ALS found for them, and a title's vector is scored as a playlist's is:
attribute-to-feature mapping (Gantner et al., "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations",
ICDM 2010), with kernel ridge regression for the map. Unlike playlists that vote with the songs they hold
(`fields_ridge`), the vectors also reach songs that no playlist of such a name happens to hold; the two err differently.
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
from playrec_core.models.linear.playlist_ridge import solve
from playrec_core.schema import Progress, Seed

from .als import Als, AlsConfig


class FieldsAlsConfig(AlsConfig):
    """Hyperparameters, beside those of `AlsConfig`; the words' are as in `FieldsRidgeConfig`.

    Args:
        words_regularization: lambda of the map from words to vectors.
        ngrams: shortest and longest n-gram.
        tags_are_words: whether a training playlist's tags are read beside its title, not only where it has none.
        stems: whether the training titles are word stems, to which the words of seeds and tags are cut.
    """

    words_regularization: NonNegative
    ngrams: tuple[Positive, Positive]
    tags_are_words: bool
    stems: bool


class FieldsAls(Als):
    """score(i) = x . y_i as in `Als`; for a seed without songs x = k (K + lambda I)^-1 X, where K and k are the
    likenesses of words to those of the training playlists, X (n_worded, factors) the playlists' vectors.
    """

    kind = "fields-als"
    title = mark("ALS, all fields")
    reads = frozenset({"songs", "tags", "title"})
    Config = FieldsAlsConfig
    config: FieldsAlsConfig
    words: PlaylistWords
    word_factors: np.ndarray
    """(n_worded, factors) float32: (K + lambda I)^-1 X."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        config = self.config
        vectors = self.fit_ratings(dataset.interactions, rng, lambda part: progress(0.8 * part))
        self.words = PlaylistWords.build(
            dataset,
            np.arange(dataset.n_playlists),
            ngrams=config.ngrams,
            tags_are_words=config.tags_are_words,
            stems=config.stems,
        )
        targets = vectors[self.words.worded]
        self.word_factors = solve(self.words.to_one_another(), config.words_regularization, targets)
        progress(1.0)

    def fold_in(self, seed: Seed) -> np.ndarray:
        if seed.songs:
            return super().fold_in(seed)
        near = self.words.to_seed(seed)
        if near is None:
            return np.zeros(self.item_factors.shape[1])
        return near.astype(np.float64) @ self.word_factors

    def explain(self, seed: Seed, item: int) -> Explanation:
        if seed.songs:
            return super().explain(seed, item)
        score = float(self.score([seed])[0, item])
        score = score if np.isfinite(score) else 0.0
        return exact(item, seed, np.zeros(0), score, baseline=score)

    def state(self) -> State:
        return {**super().state(), **self.words.state(), "word_factors": self.word_factors}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = super().from_state(config, state)
        model.words, model.word_factors = PlaylistWords.from_state(state), state["word_factors"]
        return model
