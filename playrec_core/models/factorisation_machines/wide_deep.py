"""Wide & deep: a linear model over crossed features plus a perceptron over embeddings.

Cheng et al., "Wide & Deep Learning for Recommender Systems", DLRS 2016. The wide part memorises: it is linear in the
candidate's features and in crosses ("has watched war films and this one is from the fifties"). The deep part
generalises through embeddings. In the Movie Rec team report (docs/sources/movie-rec-report.md) side features raised
Recall@10 from 0.0382 to 0.0588 and more layers overfitted within a few epochs; it concluded that a factorisation
machine already captured the interactions.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playrec_core.data.features import CatalogueKind, Kind
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.references import MOVIE_REC

from .network import Array, Perceptron, PerceptronConfig, Weights
from .recommender import FieldsRecommender


class WideDeepConfig(PerceptronConfig):
    """Hyperparameters of `PerceptronConfig`, and:

    Args:
        crosses: side features, out of ``features``, whose values in the seed are crossed with the candidate's. The
            number of weights is the square of the number of values: too many for directors.
    """

    crosses: tuple[CatalogueKind, ...]


class WideDeep(FieldsRecommender):
    """score = linear weights + t_s C t_i + perceptron over [s, e_1, ..., e_m], with t the traits of seed and candidate.

    Scoring a seed takes one (n_items, widths[i - 1]) x (widths[i - 1], widths[i]) product per layer after the first.
    """

    kind = "wide-deep"
    title = mark("Wide & deep")
    card = ModelCard(
        summary=mark(
            "The wide part remembers which features of a seed go with which features of a song, one weight for each "
            "cross. The deep part, a perceptron over vectors, generalises to crosses it has not met."
        ),
        equation=r"s_i = b + \sum_f w_f + t_S^{\top} C\, t_i + \mathrm{MLP}([\,s, e_1, \dots, e_m\,])",
        symbols=mark(
            "$t_S$, $t_i$: crossed features of seed and candidate; $C$: a weight per cross; $s$: the mean vector of "
            "the seed's songs; $e_f$: vectors of the candidate's fields; $w_f$: linear weights."
        ),
        references=(
            Reference(
                "Cheng et al., “Wide & Deep Learning for Recommender Systems”, DLRS 2016",
                "https://arxiv.org/abs/1606.07792",
            ),
            MOVIE_REC,
        ),
        page="wide-deep",
    )
    Config = WideDeepConfig
    config: WideDeepConfig

    @property
    def _deep(self) -> Perceptron:
        return Perceptron(self.config)

    def trait_kinds(self) -> tuple[Kind, ...]:
        return self.config.crosses

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"crosses": np.zeros((n_traits, n_traits), np.float32), **self._deep.initial(n_fields, rng)}

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        return linear, traits @ weights["crosses"].T, self._deep.prepare(weights, vectors)

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        linear, crossed, first = items
        return linear + (traits * crossed).sum(1) + self._deep.pair(weights, history, first)
