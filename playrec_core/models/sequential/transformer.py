"""Self-attention over a sequence (Vaswani et al., NeurIPS 2017), looking backwards only or both ways.

A block is x + attention(norm(x)), then x + feed_forward(norm(x)): normalising before each part, not after it as in the
original, trains without a warm-up (Xiong et al., ICML 2020). Places count from the end of the sequence, so that the
last song, whatever the length, has the place on which an answer depends most.

Arrays: "place" (max_length, d), its last row for the last song; for each block i "block.i.attention" (3d, d) (query,
key and value one above the other), "block.i.joined" (d, d), "block.i.wide" (f, d), "block.i.narrow" (d, f), each with
its "..._bias"; normalisations "block.i.norm_1", "block.i.norm_2", "norm" with "..._shift".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from playrec_core.models.neural.dropout import Dropout
from playrec_core.models.neural.scoring import layer_norm

if TYPE_CHECKING:
    import torch

_EPSILON = 1e-5


@dataclass(frozen=True)
class Transformer:
    """Blocks of self-attention.

    Args:
        width: d, a multiple of ``heads``.
        layers: blocks.
        heads: parts of d that attend on their own.
        feed_forward: width f of the hidden layer in a block.
        max_length: longest sequence.
        causal: a place sees itself and what comes before it; otherwise it sees everything.
        activation: of the hidden layer.
    """

    width: int
    layers: int
    heads: int
    feed_forward: int
    max_length: int
    causal: bool
    activation: Literal["relu", "gelu"]

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Matrices normal with variance 1 / inputs, places small, everything else neutral."""
        d, f = self.width, self.feed_forward
        arrays = {"place": (0.02 * rng.standard_normal((self.max_length, d))).astype(np.float32)}
        shapes = {"attention": (3 * d, d), "joined": (d, d), "wide": (f, d), "narrow": (d, f)}
        for layer in range(self.layers):
            for part, (n_out, n_in) in shapes.items():
                weight = rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)
                arrays[f"block.{layer}.{part}"] = weight.astype(np.float32)
                arrays[f"block.{layer}.{part}_bias"] = np.zeros(n_out, dtype=np.float32)
        for name in (*(f"block.{layer}.norm_{part}" for layer in range(self.layers) for part in (1, 2)), "norm"):
            arrays[name], arrays[f"{name}_shift"] = np.ones(d, np.float32), np.zeros(d, np.float32)
        return arrays

    def forward(
        self, leaves: "Mapping[str, torch.Tensor]", inputs: "torch.Tensor", lengths: "torch.Tensor", drop: Dropout
    ) -> "torch.Tensor":
        """(n_rows, n, d) to the same shape; what stands at padding means nothing."""
        import torch
        import torch.nn.functional as F

        def linear(name: str, values: torch.Tensor) -> torch.Tensor:
            return F.linear(values, leaves[name], leaves[f"{name}_bias"])

        def norm(name: str, values: torch.Tensor) -> torch.Tensor:
            return F.layer_norm(values, (self.width,), leaves[name], leaves[f"{name}_shift"], _EPSILON)

        n_rows, n, d = inputs.shape
        places = torch.arange(n, device=inputs.device)
        from_end = (lengths[:, None] - 1 - places).clamp(min=0)  # (n_rows, n)
        values = drop(inputs + leaves["place"][self.max_length - 1 - from_end])
        backwards = (places[:, None] >= places)[None, None]  # (1, 1, n, n)
        inside = (places < lengths[:, None])[:, None, None]  # (n_rows, 1, 1, n)
        seen = backwards if self.causal else inside
        for layer in range(self.layers):
            block = f"block.{layer}."
            parts = linear(block + "attention", norm(block + "norm_1", values)).reshape(n_rows, n, 3, self.heads, -1)
            query, key, value = parts.permute(2, 0, 3, 1, 4)  # (n_rows, heads, n, d / heads) each
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
            values = values + drop(linear(block + "joined", mixed.transpose(1, 2).reshape(n_rows, n, d)))
            wide = linear(block + "wide", norm(block + "norm_2", values))
            wide = F.relu(wide) if self.activation == "relu" else F.gelu(wide)
            values = values + drop(linear(block + "narrow", drop(wide)))
        return norm("norm", values)

    def encode(self, arrays: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
        """`forward` of one sequence in numpy, without dropout: (n, d) to (n, d)."""
        n, d = inputs.shape

        def linear(name: str, values: np.ndarray) -> np.ndarray:
            return values @ arrays[name].T + arrays[f"{name}_bias"]

        def norm(name: str, values: np.ndarray) -> np.ndarray:
            return layer_norm(values, _EPSILON) * arrays[name] + arrays[f"{name}_shift"]

        values = inputs + arrays["place"][self.max_length - n :]
        for layer in range(self.layers):
            block = f"block.{layer}."
            parts = linear(block + "attention", norm(block + "norm_1", values)).reshape(n, 3, self.heads, -1)
            query, key, value = parts.transpose(1, 2, 0, 3)  # (heads, n, d / heads) each
            attention = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(d / self.heads))  # (heads, n, n)
            if self.causal:
                attention = np.where(np.tri(n, dtype=bool), attention, -np.inf)
            attention = np.exp(attention - attention.max(axis=2, keepdims=True))
            attention /= attention.sum(axis=2, keepdims=True)
            mixed = (attention @ value).transpose(1, 0, 2).reshape(n, d)
            values = values + linear(block + "joined", mixed)
            wide = linear(block + "wide", norm(block + "norm_2", values))
            wide = np.maximum(wide, 0) if self.activation == "relu" else _gelu(wide)
            values = values + linear(block + "narrow", wide)
        return norm("norm", values).astype(np.float32)


def _gelu(values: np.ndarray) -> np.ndarray:
    """x * the chance that a standard normal is below x (Hendrycks & Gimpel, 2016)."""
    from scipy.special import erf

    return 0.5 * values * (1 + erf(values / np.float32(np.sqrt(2))))
