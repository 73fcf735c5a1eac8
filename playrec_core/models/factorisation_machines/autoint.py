"""AutoInt: fields interact through multi-head self-attention.

Song et al., "AutoInt: Automatic Feature Interaction Learning via Self-Attentive Neural Networks", CIKM 2019. In each
layer every field, including the seed's, attends to all fields; after l layers interactions are of order up to 2^l. The
Movie Rec team report (docs/sources/movie-rec-report.md) tried it once and could not make it learn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playrec_core.config import Positive
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.neural.network import normal
from playrec_core.models.references import MOVIE_REC

from .network import HISTORY, Array, Weights
from .recommender import FieldsRecommender
from .settings import FieldsConfig

_PARTS = "q", "k", "v", "residual"


class AutoIntConfig(FieldsConfig):
    """Hyperparameters of `FieldsConfig`, and:

    Args:
        layers: number of attention layers.
        heads: attention heads per layer.
        width: dimensions per head.
    """

    layers: Positive
    heads: Positive
    width: Positive


class AutoInt(FieldsRecommender):
    """score = linear weights + w . [h_0, ..., h_m], with h_f the fields after the attention layers.

    The first layer's projections of a candidate's fields do not depend on the seed and are computed once; the rest is
    computed for every pair, a block of items at a time.
    """

    kind = "autoint"
    title = mark("AutoInt")
    # Intermediate arrays have an entry for every pair of fields and head; allocating larger blocks is no faster.
    block = 256
    card = ModelCard(
        summary=mark(
            "Fields attend to one another: in each layer every field, the seed's included, becomes a weighted mean of "
            "all fields. The weights depend on the fields themselves."
        ),
        equation=(
            r"e_f' = \mathrm{ReLU}\Big(\sum_g \mathrm{softmax}_g(q_f \cdot k_g)\, v_g + W e_f\Big), \qquad s_i = a "
            r"\cdot [\,e_0', \dots, e_m'\,]"
        ),
        symbols=mark(
            r"$e_0$: the seed's field; $e_1, \dots, e_m$: the candidate's; $q$, $k$, $v$: linear maps of a field, one "
            r"set per head; $W$, $a$: weights."
        ),
        references=(
            Reference(
                "Song et al., “AutoInt: Automatic Feature Interaction Learning via Self-Attentive Neural "
                "Networks”, CIKM 2019",
                "https://arxiv.org/abs/1810.11921",
            ),
            MOVIE_REC,
        ),
        page="autoint",
    )
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
        """((1 + n_fields) * heads * width, n) float32: the features of the output layer."""
        n = len(own[0])
        # Pairs are the last axis from here on: the other axes are short, and arithmetic is fast on long rows only.
        seed = (  # a single history is shared by all pairs
            xp.broadcast_to(part, (*part.shape[:-1], n)) for part in self._projected(weights, 0, history.T[None])
        )
        both = (xp.concatenate((one, xp.moveaxis(other, 0, -1))) for one, other in zip(seed, own, strict=True))
        values = self._attend(xp, *both)
        for layer in range(1, self.config.layers):
            values = self._attend(xp, *self._projected(weights, layer, values))
        return values.reshape(-1, n)

    def item_embeddings(self) -> np.ndarray:
        """(n_items, (1 + n_fields) * heads * width) float32: the features of the output layer for each item with the
        mean history of all songs. A sum of field vectors, as in a factorisation machine, has no meaning here.
        """
        mean = self.arrays[HISTORY][self.heard].mean(0, keepdims=True)
        return np.concatenate([self._outputs(np, self.arrays, mean, own).T for _, *own in self.prepared])

    def _projected(self, weights: Weights, layer: int, values: Array) -> tuple[Array, ...]:
        """Queries, keys, values and residuals of a layer for (fields, d, n) values, (fields, heads, width, n) each."""
        shape = (len(values), self.config.heads, self.config.width, values.shape[-1])
        return tuple((weights[f"attention.{layer}.{part}"].T @ values).reshape(shape) for part in _PARTS)

    def _attend(self, xp: Any, q: Array, k: Array, v: Array, residual: Array) -> Array:
        """The layer's outputs, (fields, heads * width, n), for the arrays of `_projected`."""
        logits = (q[:, None] * k).sum(3) / self.config.width**0.5  # (fields, fields, heads, n)
        attention = xp.exp(logits - xp.amax(logits, 1)[:, None])
        attention = attention / attention.sum(1)[:, None]
        values = ((attention[:, :, :, None] * v).sum(1) + residual).clip(min=0)
        return values.reshape(len(values), -1, values.shape[-1])
