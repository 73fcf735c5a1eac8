"""The forward pass from the fields of a pair to its score, written once for torch (training) and numpy (the app).

A forward pass takes the library as an argument, ``xp``, and uses only operations that are the same in both (`exp`,
`amax`, `@`, indexing, `sum` over a positional axis), so training and the app cannot diverge.

`Network.prepare` computes what depends only on the item, once per item; `Network.pair` the rest, for each pair.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from playrec_core.config import Positive
from playrec_core.models.neural.network import normal

from .settings import FieldsConfig

Array = Any
"""A numpy array or a torch tensor, float32."""
Weights = Mapping[str, Array]
HISTORY, VECTORS, LINEAR, BIAS = "history", "vectors", "linear", "bias"
"""Parameters of every network, float32: (n_items, d) embeddings of the playlist's songs; (n_columns, d) embeddings and
(n_columns, 1) linear weights of the candidate's values; (1,) bias.
"""


class Network(ABC):
    """The part in which the models over fields differ. Arrays are float32, indices int64."""

    @abstractmethod
    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Initial parameters in addition to those of every network.

        Args:
            n_fields: number of fields of a candidate.
            n_traits: number of traits of a playlist and of a candidate.
            rng: the only source of randomness.
        """

    @abstractmethod
    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        """Everything that depends only on the item, as arrays of n rows each.

        Args:
            xp: numpy or torch.
            weights: the parameters by name.
            vectors: (n, n_fields, d) embedding of each field of each candidate.
            linear: (n,) sum of the linear weights of the candidate's values, plus the bias.
            traits: (n, n_traits) the candidate's traits.
        """

    @abstractmethod
    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        """(n,) the score of each pair.

        Args:
            xp: numpy or torch.
            weights: the parameters by name.
            history: (n, d) or (1, d) embedding of the playlist's songs.
            traits: (n, n_traits) or (1, n_traits) mean traits of the playlist's songs.
            items: from `prepare`, the rows of the candidates.
        """

    def pairs(
        self, weights: Weights, history: Array, traits: Array, items: Sequence[Array], first: Array, second: Array
    ) -> Array:
        """(n_pairs,) `pair` in torch for pairs given by index, for training.

        Args:
            weights: the parameters by name.
            history: (n_playlists, d).
            traits: (n_playlists, n_traits).
            items: from `prepare`.
            first: (n_pairs,) playlist of each pair.
            second: (n_pairs,) candidate of each pair, a row of ``items``.
        """
        import torch

        chosen = [each.index_select(0, second) for each in items]
        return self.pair(torch, weights, history.index_select(0, first), traits.index_select(0, first), chosen)


def field_pairs(vectors: Array) -> Array:
    """(n,) the sum of <e_f, e_g> over all pairs of different fields, in one pass over the fields.

    Rendle, "Factorization Machines", ICDM 2010, lemma 3.1: half of |sum e|^2 - sum |e|^2.

    Args:
        vectors: (n, n_fields, d) float32.
    """
    total = vectors.sum(1)
    return 0.5 * ((total * total).sum(1) - (vectors * vectors).sum(2).sum(1))


class PerceptronConfig(FieldsConfig):
    """Hyperparameters of `FieldsConfig`, and:

    Args:
        hidden_widths: widths of the perceptron's layers.
    """

    hidden_widths: Annotated[tuple[Positive, ...], Field(min_length=1)]


class Perceptron:
    """ReLU layers over the concatenated fields, and one linear output.

    The first layer is linear in the fields, so the candidate's contribution to it is computed once per item.

    Args:
        config: the widths of the hidden layers and the length of a field's embedding.
    """

    def __init__(self, config: PerceptronConfig):
        self._widths, self._dimensions = config.hidden_widths, config.dimensions

    def initial(self, n_fields: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Initial ``deep.history`` and ``deep.items`` (first layer), ``deep.i``, ``deep.i.bias`` and ``deep.out``."""
        joint = normal(rng, self._widths[0], (1 + n_fields) * self._dimensions)
        arrays = {
            "deep.history": np.ascontiguousarray(joint[:, : self._dimensions]),
            "deep.items": np.ascontiguousarray(joint[:, self._dimensions :]),
            "deep.0.bias": np.zeros(self._widths[0], np.float32),
        }
        for layer in range(1, len(self._widths)):
            arrays[f"deep.{layer}"] = normal(rng, self._widths[layer], self._widths[layer - 1])
            arrays[f"deep.{layer}.bias"] = np.zeros(self._widths[layer], np.float32)
        return arrays | {"deep.out": normal(rng, self._widths[-1], 1)[:, 0]}

    def prepare(self, weights: Weights, vectors: Array) -> Array:
        """(n, widths[0]) the candidate's contribution to the first layer."""
        return vectors.reshape(len(vectors), -1) @ weights["deep.items"].T + weights["deep.0.bias"]

    def pair(self, weights: Weights, history: Array, prepared: Array) -> Array:
        """(n,) the output."""
        values = (prepared + history @ weights["deep.history"].T).clip(min=0)
        for layer in range(1, len(self._widths)):
            values = (values @ weights[f"deep.{layer}"].T + weights[f"deep.{layer}.bias"]).clip(min=0)
        return values @ weights["deep.out"]
