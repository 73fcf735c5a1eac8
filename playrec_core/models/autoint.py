"""AutoInt (tried in row R5's document): fields look at one another through self-attention.

Song et al., "AutoInt: Automatic Feature Interaction Learning via Self-Attentive Neural Networks", CIKM 2019. Each layer
lets every field, the seed's among them, gather from the others what an inner product of learned projections finds
fitting; after l layers up to 2^l fields have met. The document's author ran it once and could not make it learn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..config import Positive
from ..language import mark
from .fields.network import Array, Weights
from .fields.recommender import FieldsRecommender
from .fields.settings import FieldsConfig
from .neural.network import normal

_PARTS = "q", "k", "v", "residual"


class AutoIntConfig(FieldsConfig):
    """Hyperparameters of every model over fields, and:

    Args:
        layers: of attention.
        heads: in each layer.
        width: of each head.
    """

    layers: Positive
    heads: Positive
    width: Positive


class AutoInt(FieldsRecommender):
    """score = linear weights + w . [h_0, ..., h_m], h the fields after the layers of attention.

    The first layer's projections of a candidate's fields are the candidate's own, computed once; from there on every
    pair goes through every layer, blocks of items at a time.
    """

    kind = "autoint"
    title = mark("AutoInt")
    Config = AutoIntConfig
    config: AutoIntConfig

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        arrays, inner = {}, self.config.heads * self.config.width
        for layer in range(self.config.layers):
            width = inner if layer else self.config.dimensions
            arrays |= {f"attention.{layer}.{part}": normal(rng, width, inner) for part in _PARTS}
        return arrays | {"attention.out": normal(rng, (1 + n_fields) * inner, 1)[:, 0]}

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        return linear, *self._projected(weights, 0, vectors)

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        linear, *own = items
        # Each (n, heads, 1 + n_fields, width); a single history is every pair's.
        seed = (
            xp.broadcast_to(part, (len(linear), *part.shape[1:]))
            for part in self._projected(weights, 0, history[:, None])
        )
        values = self._attend(xp, *(xp.concatenate(both, 2) for both in zip(seed, own, strict=True)))
        for layer in range(1, self.config.layers):
            values = self._attend(xp, *self._projected(weights, layer, values))
        return values.reshape(len(values), -1) @ weights["attention.out"] + linear

    def _projected(self, weights: Weights, layer: int, values: Array) -> tuple[Array, ...]:
        """Queries, keys, values and residuals of a layer for (n, fields, d), (n, heads, fields, width) each."""
        shape = (*values.shape[:2], self.config.heads, self.config.width)
        return tuple((values @ weights[f"attention.{layer}.{part}"]).reshape(shape).swapaxes(1, 2) for part in _PARTS)

    def _attend(self, xp: Any, q: Array, k: Array, v: Array, residual: Array) -> Array:
        """From `_projected` to the layer's outputs, (n, fields, heads * width)."""
        fits = q @ k.swapaxes(2, 3) / self.config.width**0.5  # (n, heads, fields, fields)
        chances = xp.exp(fits - xp.amax(fits, -1)[..., None])
        chances = chances / chances.sum(-1)[..., None]
        values = (chances @ v + residual).clip(min=0).swapaxes(1, 2)
        return values.reshape(*values.shape[:2], -1)
