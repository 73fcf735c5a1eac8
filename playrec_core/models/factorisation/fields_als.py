"""ALS for seeds of songs, or of a title and tags only.

ALS leaves a seed without songs to the fallbacks. Here kernel ridge regression maps the titles and tags of the training
playlists to their ALS vectors, and a title's predicted vector is scored like a playlist's: attribute-to-feature mapping
(Gantner et al., "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010). Unlike playlists
voting with their songs (`fields_ridge`), the vectors also reach songs in no playlist with a similar title; the errors
of the two models differ.
"""

from collections.abc import Mapping
from typing import Self

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.common.playlist_text import PlaylistText
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.linear.playlist_ridge import solve
from playrec_core.schema import Progress, Seed

from .als import Als, AlsConfig


class FieldsAlsConfig(AlsConfig):
    """Hyperparameters in addition to `AlsConfig`; those for text as in `FieldsRidgeConfig`.

    Args:
        words_regularization: lambda of the map from text to vectors.
        ngrams: shortest and longest n-gram, in characters.
        tags_are_words: whether training tags are read in addition to the title, not only where there is none.
        stems: whether the training titles are word stems; seeds and tags are then stemmed too.
    """

    words_regularization: NonNegative
    ngrams: tuple[Positive, Positive]
    tags_are_words: bool
    stems: bool


class FieldsAls(Als):
    """score(i) = x . y_i as in `Als`; for a seed without songs x = k (K + lambda I)^-1 X, where K and k are text
    similarities to the training playlists and X (n_with_text, factors) the playlists' vectors.
    """

    kind = "fields-als"
    title = mark("ALS (songs + tags + title)")
    reads = frozenset({"songs", "tags", "title"})
    Config = FieldsAlsConfig
    config: FieldsAlsConfig
    text: PlaylistText
    word_factors: np.ndarray
    """(n_with_text, factors) float32: (K + lambda I)^-1 X."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        config = self.config
        vectors = self.fit_ratings(dataset.interactions, rng, lambda part: progress(0.8 * part))
        self.text = PlaylistText.build(
            dataset,
            np.arange(dataset.n_playlists),
            ngrams=config.ngrams,
            tags_are_words=config.tags_are_words,
            stems=config.stems,
        )
        targets = vectors[self.text.with_text]
        self.word_factors = solve(self.text.gram(), config.words_regularization, targets)
        progress(1.0)

    def fold_in(self, seed: Seed) -> np.ndarray:
        if seed.songs:
            return super().fold_in(seed)
        similarities = self.text.similarities(seed)
        if similarities is None:
            return np.zeros(self.item_factors.shape[1])
        return similarities.astype(np.float64) @ self.word_factors

    def explain(self, seed: Seed, item: int) -> Explanation:
        if seed.songs:
            return super().explain(seed, item)
        score = float(self.score([seed])[0, item])
        score = score if np.isfinite(score) else 0.0
        return exact(item, seed, np.zeros(0), score, baseline=score)

    def state(self) -> State:
        return {**super().state(), **self.text.state(), "word_factors": self.word_factors}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = super().from_state(config, state)
        model.text, model.word_factors = PlaylistText.from_state(state), state["word_factors"]
        return model
