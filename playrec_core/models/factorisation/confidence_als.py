"""ALS with interactions weighted by confidence (docs/sources/movie-rec-report.md)."""

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.common.confidence import Confidence, ConfidenceWeighted, ConfidenceWeightedConfig
from playrec_core.numerics.sparse import with_data
from playrec_core.schema import Progress, Seed

from .als import Als, AlsConfig


class ConfidenceAlsConfig(ConfidenceWeightedConfig, AlsConfig):
    """Hyperparameters of `AlsConfig` and `ConfidenceWeightedConfig`."""


class ConfidenceAls(ConfidenceWeighted, Als):
    """`Als` with every rating times its confidence, in training and in seeds, so explanations stay exact."""

    kind = "confidence-als"
    title = mark("Confidence-weighted ALS")
    Config = ConfidenceAlsConfig
    config: ConfidenceAlsConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.confidence, weights = Confidence.learn(self.config.confidence, dataset)
        interactions = dataset.interactions
        self.fit_ratings(with_data(interactions, interactions.data * weights), rng, progress)

    def ratings(self, seed: Seed) -> np.ndarray:
        return seed.song_weights * self.confidence.of(seed)
