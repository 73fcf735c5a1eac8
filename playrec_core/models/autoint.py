"""AutoInt (tried in row R5's document): fields look at one another through self-attention.

Song et al., "AutoInt: Automatic Feature Interaction Learning via Self-Attentive Neural Networks", CIKM 2019. Each layer
lets every field, the seed's among them, gather from the others what an inner product of learned projections finds
fitting; after l layers up to 2^l fields have met. The document's author ran it once and could not make it learn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..config import Positive
from .fields.network import Array, Weights
from .fields.recommender import FieldsRecommender
from .fields.settings import FieldsConfig
from .neural.network import normal


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

    Every pair goes through every layer: a seed costs about n_items * fields * layers * (heads * width)^2 * 4
    multiplications, blocks of items at a time.
    """

    kind = "autoint"
    title = "AutoInt"
    Config = AutoIntConfig
    config: AutoIntConfig

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        arrays, inner = {}, self.config.heads * self.config.width
        for layer in range(self.config.layers):
            width = inner if layer else self.config.dimensions
            arrays |= {f"attention.{layer}.{part}": normal(rng, width, inner) for part in ("q", "k", "v", "residual")}
        return arrays | {"attention.out": normal(rng, (1 + n_fields) * inner, 1)[:, 0]}

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        return vectors, linear

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        vectors, linear = items
        # (n, 1 + n_fields, d); a single history is every pair's.
        values = xp.concatenate([(history + 0 * vectors[:, 0])[:, None], vectors], 1)
        for layer in range(self.config.layers):
            values = self._attend(xp, weights, f"attention.{layer}", values)
        return values.reshape(len(values), -1) @ weights["attention.out"] + linear

    def _attend(self, xp: Any, weights: Weights, name: str, values: Array) -> Array:
        """(n, fields, width) to (n, fields, heads * width)."""
        shape = (*values.shape[:2], self.config.heads, self.config.width)
        q, k, v = ((values @ weights[f"{name}.{part}"]).reshape(shape) for part in ("q", "k", "v"))
        fits = xp.einsum("nfhw,nghw->nhfg", q, k) / self.config.width**0.5
        chances = xp.exp(fits - xp.amax(fits, -1)[..., None])
        chances = chances / chances.sum(-1)[..., None]
        gathered = xp.einsum("nhfg,nghw->nfhw", chances, v).reshape(*shape[:2], -1)
        return (gathered + values @ weights[f"{name}.residual"]).clip(min=0)
