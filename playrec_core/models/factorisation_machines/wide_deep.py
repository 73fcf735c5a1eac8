"""Wide & deep (row R3): remembered crosses of plain features beside a perceptron over vectors.

Cheng et al., "Wide & Deep Learning for Recommender Systems", DLRS 2016. The wide part is linear in what the candidate
is and in crosses, "has seen war films and this is one of the fifties", each with a weight of its own; the deep part
generalises through vectors. The document hoped that the deep part would find what takes more than two features, saw
side features help (0.0382 to 0.0588) and more layers overfit within a few epochs, and concluded that a factorisation
machine already caught what there was.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from playrec_core.config import Positive
from playrec_core.data.features import CatalogueKind, Kind
from playrec_core.i18n import mark

from .network import Array, Perceptron, Weights
from .recommender import FieldsRecommender
from .settings import FieldsConfig


class WideDeepConfig(FieldsConfig):
    """Hyperparameters of every model over fields, and:

    Args:
        crosses: side features, among ``features``, that are crossed: each value a seed's songs have with each value a
            candidate has. As many weights as the square of their values, so not for directors.
        hidden_widths: of the perceptron's layers.
    """

    crosses: tuple[CatalogueKind, ...]
    hidden_widths: Annotated[tuple[Positive, ...], Field(min_length=1)]


class WideDeep(FieldsRecommender):
    """score = linear weights + t_s C t_i + perceptron over [s, e_1, ..., e_m]; t are the traits of seed and candidate.

    A seed costs one product of (n_items, widths[i - 1]) and (widths[i - 1], widths[i]) for each layer after the first.
    """

    kind = "wide-deep"
    title = mark("Wide & deep")
    Config = WideDeepConfig
    config: WideDeepConfig

    @property
    def _deep(self) -> Perceptron:
        return Perceptron(self.config.hidden_widths, self.config.dimensions)

    def trait_kinds(self) -> tuple[Kind, ...]:
        return self.config.crosses

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"crosses": np.zeros((n_traits, n_traits), np.float32), **self._deep.initial(n_fields, rng)}

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        return linear, traits @ weights["crosses"].T, self._deep.prepare(weights, vectors)

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        linear, crossed, first = items
        return linear + (traits * crossed).sum(1) + self._deep.pair(weights, history, first)
