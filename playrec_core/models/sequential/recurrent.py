"""Gated recurrent units (Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP 2014).

For an input x and the previous state h, with * elementwise:

    reset r = sigmoid(W_r x + b_r + U_r h + c_r),  update z = sigmoid(W_z x + b_z + U_z h + c_z)
    candidate n = tanh(W_n x + b_n + r * (U_n h + c_n)),  new state = (1 - z) * n + z * h

Arrays of layer i, float32: "gru.i.input" (3d, d), "gru.i.state" (3d, d), "gru.i.input_bias", "gru.i.state_bias" (3d,),
with r, z and n stacked as in torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playrec_core.models.neural.dropout import Dropout

if TYPE_CHECKING:
    import torch

_PARTS = "input", "state", "input_bias", "state_bias"


@dataclass(frozen=True)
class Recurrent:
    """Layers of gated recurrent units of equal width."""

    width: int
    layers: int

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Initial parameters, uniform within 1 / sqrt(width) as in torch."""
        bound, d = self.width**-0.5, self.width
        shapes = {"input": (3 * d, d), "state": (3 * d, d), "input_bias": (3 * d,), "state_bias": (3 * d,)}
        return {
            f"gru.{layer}.{part}": rng.uniform(-bound, bound, shapes[part]).astype(np.float32)
            for layer in range(self.layers)
            for part in _PARTS
        }

    def forward(
        self, leaves: "Mapping[str, torch.Tensor]", inputs: "torch.Tensor", lengths: "torch.Tensor", drop: Dropout
    ) -> "torch.Tensor":
        """(n_rows, n, d) inputs to the states after each position, of the same shape; ``lengths`` is not used."""
        import torch

        values = inputs
        for layer in range(self.layers):
            weights = [leaves[f"gru.{layer}.{part}"] for part in _PARTS]
            start = torch.zeros(1, len(inputs), self.width, device=inputs.device)
            values, _ = torch.gru(drop(values), start, weights, True, 1, 0.0, True, False, True)
        return values

    def encode(self, arrays: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
        """`forward` of one sequence in numpy, without dropout: (n, d) float32 to (n, d) float32."""
        values, d = inputs, self.width
        for layer in range(self.layers):
            w, u, input_bias, state_bias = (arrays[f"gru.{layer}.{part}"] for part in _PARTS)
            gates = values @ w.T + input_bias  # (n, 3d)
            values, state = np.empty_like(values), np.zeros(d, dtype=np.float32)
            for position, gate in enumerate(gates):
                recurrent = u @ state + state_bias
                reset = _sigmoid(gate[:d] + recurrent[:d])
                update = _sigmoid(gate[d : 2 * d] + recurrent[d : 2 * d])
                candidate = np.tanh(gate[2 * d :] + reset * recurrent[2 * d :])
                state = (1 - update) * candidate + update * state
                values[position] = state
        return values


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * values))  # never overflows
