"""ALS with interactions weighted by confidence (docs/sources/movie-rec-report.md)."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.common.confidence import Confidence, ConfidenceConfig, lacking
from playrec_core.schema import Progress, Seed

from .als import Als, AlsConfig


class ConfidenceAlsConfig(AlsConfig):
    """Hyperparameters in addition to `AlsConfig`.

    Args:
        confidence: the rules that weight interactions; their mean is 1, so ``alpha`` means the same as in ALS.
    """

    confidence: ConfidenceConfig


class ConfidenceAls(Als):
    """`Als` with every rating times its confidence, in training and in seeds, so explanations stay exact."""

    kind = "confidence-als"
    title = mark("Confidence-weighted ALS")
    reads = frozenset({"songs", "genres"})
    Config = ConfidenceAlsConfig
    config: ConfidenceAlsConfig
    confidence: Confidence

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        if problem := self.missing(dataset):
            raise MissingDataError(problem)
        interactions = dataset.interactions
        self.confidence, weights = Confidence.learn(self.config.confidence, dataset)
        weighted = csr_array(
            (interactions.data * weights, interactions.indices, interactions.indptr), shape=interactions.shape
        )
        self.fit_ratings(weighted, rng, progress)

    def ratings(self, seed: Seed) -> np.ndarray:
        return seed.song_weights * self.confidence.of(seed)

    def state(self) -> State:
        return super().state() | self.confidence.state()

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = super().from_state(config, state)
        model.confidence = Confidence.from_state(model.config.confidence, state)
        return model
