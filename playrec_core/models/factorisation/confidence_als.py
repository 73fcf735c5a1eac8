"""ALS with interactions weighted by confidence (docs/sources/movie-rec-report.md)."""

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.common.confidence import Confidence, ConfidenceWeighted, ConfidenceWeightedConfig
from playrec_core.models.references import IMPLICIT_ALS, MOVIE_REC
from playrec_core.numerics.sparse import with_data
from playrec_core.schema import Progress, Seed

from .als import Als, AlsConfig


class ConfidenceAlsConfig(ConfidenceWeightedConfig, AlsConfig):
    """Hyperparameters of `AlsConfig` and `ConfidenceWeightedConfig`."""


class ConfidenceAls(ConfidenceWeighted, Als):
    """`Als` with every rating times its confidence, in training and in seeds, so explanations stay exact."""

    kind = "confidence-als"
    title = mark("Confidence-weighted ALS")
    card = ModelCard(
        summary=mark(
            "ALS whose interactions are weighted by rules: how popular a song is, how well it fits the genres of the "
            "playlist, or how recent it is. The rules are added and scaled to a mean of 1."
        ),
        equation=r"c_{ui} = \alpha\, r_{ui}\, \kappa_{ui}, \qquad s_i = x \cdot y_i",
        symbols=mark(
            r"$c_{ui}$: the confidence of an interaction in ALS; $r_{ui}$: its weight in the data; $\kappa_{ui}$: the "
            r"sum of the rules; $x$, $y_i$: vectors as in ALS."
        ),
        references=(
            IMPLICIT_ALS,
            MOVIE_REC,
        ),
        page="confidence",
        published=(
            PublishedSettings(mark("Movie Rec report"), {"factors": 64, "confidence.rules": ["popularity", "genre"]}),
        ),
    )
    Config = ConfidenceAlsConfig
    config: ConfidenceAlsConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.confidence, weights = Confidence.learn(self.config.confidence, dataset)
        interactions = dataset.interactions
        self.fit_ratings(with_data(interactions, interactions.data * weights), rng, progress)

    def ratings(self, seed: Seed) -> np.ndarray:
        return seed.song_weights * self.confidence.of(seed)
