"""How the fields of a pair become a number, in torch for training and in numpy for the app: one text for both.

The two libraries spell the arithmetic alike, so a forward pass takes the library as an argument, ``xp``, and uses only
what is the same word in both (`einsum`, `tanh`, `amax`, `@`, indexing, `sum` over an axis given by position). What the
app computes cannot drift from what was trained.

What depends on the item alone is computed once for each item (`Network.prepare`), what depends on the pair afterwards
(`Network.pair`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from playrec_core.models.neural.network import normal

Array = Any
"""A numpy array or a torch tensor, float32."""
Weights = Mapping[str, Array]
HISTORY, VECTORS, LINEAR, BIAS = "history", "vectors", "linear", "bias"
"""Parameters of every network: (n_items, d) of a song as part of a playlist; (n_columns, d) and (n_columns, 1) of a
value of the candidate; (1,).
"""


class Network(Protocol):
    """The part that models over fields differ in."""

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Untrained parameters beyond those of every network.

        Args:
            n_fields: fields of a candidate.
            n_traits: of a playlist and of a candidate.
            rng: the only source of randomness.
        """
        ...

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        """Whatever is the item's own, arrays of n rows each.

        Args:
            xp: numpy or torch.
            weights: the parameters by name.
            vectors: (n, n_fields, d) one for each field of each candidate.
            linear: (n,) the sum of its values' linear weights, and the bias.
            traits: (n, n_traits) the candidate's traits.
        """
        ...

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        """(n,) the score of each pair.

        Args:
            xp: numpy or torch.
            weights: the parameters by name.
            history: (n, d) or (1, d) the vector of the playlist's songs.
            traits: (n, n_traits) or (1, n_traits) the mean traits of the playlist's songs.
            items: from `prepare`, the rows of the candidates.
        """
        ...

    def pairs(
        self,
        weights: Weights,
        history: Array,
        traits: Array,
        items: Sequence[Array],
        first: Array,
        second: Array,
    ) -> Array:
        """(n_pairs,) the same for pairs given by number, in torch, for training.

        Args:
            weights: the parameters by name.
            history: (n_playlists, d).
            traits: (n_playlists, n_traits).
            items: from `prepare`.
            first: (n_pairs,) the playlist of each pair.
            second: (n_pairs,) its candidate, a row of ``items``.
        """
        ...


def field_pairs(vectors: Array) -> Array:
    """(n,) the sum of <e_f, e_g> over all pairs of different fields, in one pass over the fields.

    Rendle, "Factorization Machines", ICDM 2010, lemma 3.1: half of |sum e|^2 - sum |e|^2.

    Args:
        vectors: (n, n_fields, d).
    """
    total = vectors.sum(1)
    return 0.5 * ((total * total).sum(1) - (vectors * vectors).sum(2).sum(1))


class Perceptron:
    """Layers of rectified units over all fields side by side, and one linear output.

    The first layer is linear in the fields, so the candidate's share of it is the candidate's own, computed once.

    Args:
        widths: of the hidden layers.
        dimensions: length of a field's vector.
    """

    def __init__(self, widths: Sequence[int], dimensions: int):
        self._widths, self._dimensions = widths, dimensions

    def initial(self, n_fields: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Parameters: ``deep.history``, ``deep.items`` (first layer), ``deep.i`` and ``deep.i.bias``, ``deep.out``."""
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
        """(n, widths[0]) the candidate's share of the first layer."""
        return vectors.reshape(len(vectors), -1) @ weights["deep.items"].T + weights["deep.0.bias"]

    def pair(self, weights: Weights, history: Array, prepared: Array) -> Array:
        """(n,) the output."""
        values = (prepared + history @ weights["deep.history"].T).clip(min=0)
        for layer in range(1, len(self._widths)):
            values = (values @ weights[f"deep.{layer}"].T + weights[f"deep.{layer}.bias"]).clip(min=0)
        return values @ weights["deep.out"]
