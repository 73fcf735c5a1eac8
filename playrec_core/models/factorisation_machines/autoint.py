"""AutoInt (tried in row R5's document): fields look at one another through self-attention.

Song et al., "AutoInt: Automatic Feature Interaction Learning via Self-Attentive Neural Networks", CIKM 2019. Each layer
lets every field, the seed's among them, gather from the others what an inner product of learned projections finds
fitting; after l layers up to 2^l fields have met. The document's author ran it once and could not make it learn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playrec_core.config import Positive
from playrec_core.i18n import mark
from playrec_core.models.neural.network import normal

from .network import HISTORY, Array, Weights
from .recommender import FieldsRecommender
from .settings import FieldsConfig

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
    # Every pair of fields of every head lies between the layers; fresh memory for more of it costs what it saves.
    block = 256
    Config = AutoIntConfig
    config: AutoIntConfig

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        arrays, inner = {}, self.config.heads * self.config.width
        for layer in range(self.config.layers):
            width = inner if layer else self.config.dimensions
            arrays |= {f"attention.{layer}.{part}": normal(rng, width, inner) for part in _PARTS}
        return arrays | {"attention.out": normal(rng, (1 + n_fields) * inner, 1)[:, 0]}

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        projected = self._projected(weights, 0, xp.moveaxis(vectors, 0, -1))
        return linear, *(xp.moveaxis(part, -1, 0) for part in projected)

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        linear, *own = items
        return weights["attention.out"] @ self._outputs(xp, weights, history, own) + linear

    def _outputs(self, xp: Any, weights: Weights, history: Array, own: Sequence[Array]) -> Array:
        """((1 + n_fields) * heads * width, n) what the score is linear in."""
        n = len(own[0])
        # Pairs come last from here on: a field, a head has few numbers, and arithmetic is quick on long rows alone.
        seed = (  # a single history is every pair's
            xp.broadcast_to(part, (*part.shape[:-1], n)) for part in self._projected(weights, 0, history.T[None])
        )
        both = (xp.concatenate((one, xp.moveaxis(other, 0, -1))) for one, other in zip(seed, own, strict=True))
        values = self._attend(xp, *both)
        for layer in range(1, self.config.layers):
            values = self._attend(xp, *self._projected(weights, layer, values))
        return values.reshape(-1, n)

    def item_embeddings(self) -> np.ndarray:
        """What the score is linear in, for a candidate beside the mean of all songs: the sum of its fields, which a
        factorisation machine multiplies with the seed's, means nothing here.
        """
        mean = self.arrays[HISTORY][self.heard].mean(0, keepdims=True)
        return np.concatenate([self._outputs(np, self.arrays, mean, own).T for _, *own in self.prepared])

    def _projected(self, weights: Weights, layer: int, values: Array) -> tuple[Array, ...]:
        """Queries, keys, values and residuals of a layer for (fields, d, n), (fields, heads, width, n) each."""
        shape = (len(values), self.config.heads, self.config.width, values.shape[-1])
        return tuple((weights[f"attention.{layer}.{part}"].T @ values).reshape(shape) for part in _PARTS)

    def _attend(self, xp: Any, q: Array, k: Array, v: Array, residual: Array) -> Array:
        """From `_projected` to the layer's outputs, (fields, heads * width, n)."""
        fits = (q[:, None] * k).sum(3) / self.config.width**0.5  # (fields, fields, heads, n)
        chances = xp.exp(fits - xp.amax(fits, 1)[:, None])
        chances = chances / chances.sum(1)[:, None]
        values = ((chances[:, :, :, None] * v).sum(1) + residual).clip(min=0)
        return values.reshape(len(values), -1, values.shape[-1])
