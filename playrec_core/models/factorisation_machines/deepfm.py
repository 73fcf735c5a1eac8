"""DeepFM: the sum of a factorisation machine and a perceptron over the same embeddings.

Guo et al., "DeepFM: A Factorization-Machine based Neural Network for CTR Prediction", IJCAI 2017. The factorisation
machine models pairs of fields, the perceptron interactions of higher order, without hand-made crosses. The Movie Rec
team report compares it with wide & deep (docs/sources/movie-rec-report.md).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.references import MOVIE_REC

from .network import Array, Perceptron, PerceptronConfig, Weights, field_pairs
from .recommender import FieldsRecommender


class DeepFM(FieldsRecommender):
    """score = factorisation machine + perceptron over [s, e_1, ..., e_m].

    Scoring a seed takes one (n_items, widths[i - 1]) x (widths[i - 1], widths[i]) product per layer after the first.
    """

    kind = "deepfm"
    title = mark("DeepFM")
    card = ModelCard(
        summary=mark(
            "A factorisation machine and a perceptron over the same vectors, added. The first models pairs of fields, "
            "the second interactions of more of them, without crosses chosen by hand."
        ),
        equation=r"s_i = \mathrm{FM}(s, e_1, \dots, e_m) + \mathrm{MLP}([\,s, e_1, \dots, e_m\,])",
        symbols=mark(
            "$s$: the mean vector of the seed's songs; $e_f$: vectors of the candidate's fields; FM: the score of the "
            "factorisation machine."
        ),
        references=(
            Reference(
                "Guo, Tang, Ye, Li & He, “DeepFM: A Factorization-Machine based Neural Network for CTR "
                "Prediction”, IJCAI 2017",
                "https://arxiv.org/abs/1703.04247",
            ),
            MOVIE_REC,
        ),
        page="deepfm",
    )
    Config = PerceptronConfig
    config: PerceptronConfig

    @property
    def _deep(self) -> Perceptron:
        return Perceptron(self.config)

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return self._deep.initial(n_fields, rng)

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        return vectors.sum(1), linear + field_pairs(vectors), self._deep.prepare(weights, vectors)

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        total, own, first = items
        return (history * total).sum(1) + own + self._deep.pair(weights, history, first)
