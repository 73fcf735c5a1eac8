"""A Transformer encoder over a sequence (Vaswani et al., "Attention Is All You Need", NIPS 2017), causal or
bidirectional.

A block is x + attention(norm(x)), then x + feed_forward(norm(x)). This pre-norm order is SASRec's, and it trains
without warm-up (Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020); BERT4Rec normalises
after each sum. Positions are counted from the end of the sequence, so that the last song, on which a recommendation
depends most, always has the same position embedding.

Arrays, float32: "place" (max_length, d) position embeddings, the last row for the last song; for each block i
"block.i.attention" (3d, d) (query, key and value stacked), "block.i.joined" (d, d), "block.i.wide" (f, d),
"block.i.narrow" (d, f), each with its "..._bias"; layer norms "block.i.norm_1", "block.i.norm_2", "norm" with
"..._shift". With an output projection also "projection" (d, d) and "projection_bias"; arrays without them, as stored by
earlier versions, are evaluated without the projection.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import model_validator

from playrec_core.config import Positive
from playrec_core.models.neural.dropout import Dropout
from playrec_core.models.neural.scoring import layer_norm

from .sequence_training import SequenceConfig

if TYPE_CHECKING:
    import torch

_EPSILON = 1e-5
_PROJECTION = "projection"


class TransformerConfig(SequenceConfig):
    """Hyperparameters of `SequenceConfig`, and:

    Args:
        heads: attention heads; ``width`` must be a multiple.
        feed_forward: width of the hidden layer in a block.
    """

    heads: Positive
    feed_forward: Positive

    @model_validator(mode="after")
    def _heads_divide_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of heads {self.heads}")
        return self


@dataclass(frozen=True)
class Transformer:
    """A stack of self-attention blocks.

    Args:
        width: dimension d, a multiple of ``heads``.
        layers: number of blocks.
        heads: attention heads.
        feed_forward: width f of the hidden layer in a block.
        max_length: maximum sequence length.
        causal: whether a position attends only to itself and earlier ones, instead of to all.
        activation: of the hidden layer.
        projected: whether states are GELU(state W^T + b) of the last block's (BERT4Rec, equation 7).
    """

    width: int
    layers: int
    heads: int
    feed_forward: int
    max_length: int
    causal: bool
    activation: Literal["relu", "gelu"]
    projected: bool = False

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Initial parameters: normal matrices of variance 1 / inputs, small position embeddings, zero biases, unit
        scales.
        """
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
        if self.projected:
            arrays[_PROJECTION] = (rng.standard_normal((d, d)) / np.sqrt(d)).astype(np.float32)
            arrays[f"{_PROJECTION}_bias"] = np.zeros(d, dtype=np.float32)
        return arrays

    def forward(
        self, leaves: "Mapping[str, torch.Tensor]", inputs: "torch.Tensor", lengths: "torch.Tensor", drop: Dropout
    ) -> "torch.Tensor":
        """(n_rows, n, d) inputs to states of the same shape, undefined at padding; ``lengths`` are (n_rows,) int64."""
        import torch
        import torch.nn.functional as F

        def linear(name: str, values: torch.Tensor) -> torch.Tensor:
            return F.linear(values, leaves[name], leaves[f"{name}_bias"])

        def norm(name: str, values: torch.Tensor) -> torch.Tensor:
            return F.layer_norm(values, (self.width,), leaves[name], leaves[f"{name}_shift"], _EPSILON)

        n_rows, n, d = inputs.shape
        positions = torch.arange(n, device=inputs.device)
        from_end = (lengths[:, None] - 1 - positions).clamp(min=0)  # (n_rows, n)
        values = drop(inputs + leaves["place"][self.max_length - 1 - from_end])
        causal_mask = (positions[:, None] >= positions)[None, None]  # (1, 1, n, n)
        padding_mask = (positions < lengths[:, None])[:, None, None]  # (n_rows, 1, 1, n)
        mask = causal_mask if self.causal else padding_mask
        for layer in range(self.layers):
            block = f"block.{layer}."
            parts = linear(block + "attention", norm(block + "norm_1", values)).reshape(n_rows, n, 3, self.heads, -1)
            query, key, value = parts.permute(2, 0, 3, 1, 4)  # (n_rows, heads, n, d / heads) each
            heads = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
            values = values + drop(linear(block + "joined", heads.transpose(1, 2).reshape(n_rows, n, d)))
            wide = linear(block + "wide", norm(block + "norm_2", values))
            wide = F.relu(wide) if self.activation == "relu" else F.gelu(wide)
            values = values + drop(linear(block + "narrow", drop(wide)))
        states = norm("norm", values)
        return F.gelu(linear(_PROJECTION, states)) if _PROJECTION in leaves else states

    def encode(self, arrays: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
        """`forward` of one sequence in numpy, without dropout: (n, d) float32 to (n, d) float32."""
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
            heads = (attention @ value).transpose(1, 0, 2).reshape(n, d)
            values = values + linear(block + "joined", heads)
            wide = linear(block + "wide", norm(block + "norm_2", values))
            wide = np.maximum(wide, 0) if self.activation == "relu" else _gelu(wide)
            values = values + linear(block + "narrow", wide)
        states = norm("norm", values)
        return (_gelu(linear(_PROJECTION, states)) if _PROJECTION in arrays else states).astype(np.float32)


def _gelu(values: np.ndarray) -> np.ndarray:
    """x * Phi(x), with Phi the standard normal distribution function (Hendrycks & Gimpel, arXiv:1606.08415)."""
    from scipy.special import erf

    return 0.5 * values * (1 + erf(values / np.float32(np.sqrt(2))))
