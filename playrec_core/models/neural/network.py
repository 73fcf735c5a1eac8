"""The autoencoder in torch: its parameters and its forward pass.

Layers: inputs > hidden[0] > ... > hidden[-1] > outputs. The first is an embedding bag, the sum over a row's entries of
value * embedding[column], which equals a dense layer on a one-hot row. Parameter arrays, float32:

    embedding (n_inputs, hidden[0]), bias.0
    weight.i (hidden[i], hidden[i - 1]), bias.i        for i = 1 ... ; the decoder's only when weights are not tied
    log_variance.weight, log_variance.bias             of the code, when variational
    output (n_outputs, hidden[-1])                     only when not tied; else the first rows of the embedding
    output_bias (n_outputs,)
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .batches import Bags
from .settings import NetworkConfig

if TYPE_CHECKING:
    import torch

EMBEDDING, OUTPUT, OUTPUT_BIAS = "embedding", "output", "output_bias"
LOG_VARIANCE = "log_variance.weight", "log_variance.bias"


class Noise(NamedTuple):
    """The noise of the code in training.

    Args:
        mask: (n_rows, code) float32, 0 or 1 / (1 - dropout); None for no dropout.
        normal: (n_rows, code) float32 standard normal; None to use the mean of the code.
    """

    mask: "torch.Tensor | None" = None
    normal: "torch.Tensor | None" = None


class ForwardPass(NamedTuple):
    """The last hidden layer, (n_rows, hidden[-1]), and in variational networks the code's mean and log variance,
    (n_rows, code) each.
    """

    hidden: "torch.Tensor"
    mean: "torch.Tensor | None"
    log_variance: "torch.Tensor | None"


def normal(rng: np.random.Generator, *shape: int, deviation: float | None = None) -> np.ndarray:
    """Normal float32 weights; by default with the standard deviation of Glorot & Bengio (AISTATS 2010)."""
    if deviation is None:
        deviation = float(np.sqrt(2.0 / (shape[0] + shape[-1])))
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(deviation)


def initial(
    config: NetworkConfig, n_inputs: int, n_outputs: int, *, variational: bool, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Initial parameters: `normal` weights, zero biases.

    Args:
        config: the shape.
        n_inputs: number of input columns.
        n_outputs: number of output columns.
        variational: whether the code is a normal distribution.
        rng: the only source of randomness.
    """
    widths = config.hidden
    arrays = {EMBEDDING: normal(rng, n_inputs, widths[0])}
    for layer, width in enumerate(widths):
        arrays[f"bias.{layer}"] = np.zeros(width, np.float32)
        if layer and not (config.tied and layer > config.code):
            arrays[f"weight.{layer}"] = normal(rng, width, widths[layer - 1])
    if variational:
        arrays[LOG_VARIANCE[0]] = normal(rng, widths[config.code], widths[config.code - 1])
        arrays[LOG_VARIANCE[1]] = np.zeros(widths[config.code], np.float32)
    if not config.tied:
        arrays[OUTPUT] = normal(rng, n_outputs, widths[-1])
    arrays[OUTPUT_BIAS] = np.zeros(n_outputs, np.float32)
    return arrays


def log_shares(counts: np.ndarray) -> np.ndarray:
    """(n_outputs,) float32: softmax logits that give each output its share of all occurrences, smoothed."""
    return np.log((counts + 1.0) / (counts.sum() + len(counts))).astype(np.float32)


def log_odds(counts: np.ndarray, n_rows: int) -> np.ndarray:
    """(n_outputs,) float32: sigmoid logits that give each output the share of rows that contain it, smoothed."""
    return np.log((counts + 0.5) / (n_rows - counts + 0.5)).astype(np.float32)


def embed(embedding: "torch.Tensor", columns: "torch.Tensor", bags: Bags) -> "torch.Tensor":
    """(n_rows, hidden[0]) float32: each row's sum of value * embedding[column].

    Args:
        embedding: (n, hidden[0]) float32: all rows of the embedding, or some.
        columns: (nnz,) int64: the row of ``embedding`` for each entry of ``bags``.
        bags: the rows and their values.
    """
    import torch
    from torch.nn.functional import embedding_bag

    values = torch.from_numpy(bags.values).to(embedding.device)
    offsets = torch.from_numpy(bags.offsets).to(embedding.device)
    return embedding_bag(columns, embedding, offsets, mode="sum", per_sample_weights=values, include_last_offset=True)


def activate(config: NetworkConfig, values: "torch.Tensor") -> "torch.Tensor":
    """The configured activation."""
    import torch

    functions = {"selu": torch.selu, "relu": torch.relu, "tanh": torch.tanh}
    return functions[config.activation](values) if config.activation in functions else values


def forward_hidden(
    config: NetworkConfig, weights: "Mapping[str, torch.Tensor]", first: "torch.Tensor", noise: Noise
) -> ForwardPass:
    """The forward pass from the embedded rows to the last hidden layer.

    Args:
        config: the shape.
        weights: the parameters by name; the embedding and the output layer are not used.
        first: (n_rows, hidden[0]) from `embed`.
        noise: `Noise()` outside of training.
    """
    import torch

    mean = log_variance = None
    values = first + weights["bias.0"]
    for layer in range(len(config.hidden)):
        if layer:
            mirrored = config.tied and layer > config.code
            weight = weights[f"weight.{len(config.hidden) - layer}"].T if mirrored else weights[f"weight.{layer}"]
            if layer == config.code and LOG_VARIANCE[0] in weights:
                log_variance = values @ weights[LOG_VARIANCE[0]].T + weights[LOG_VARIANCE[1]]
            values = values @ weight.T + weights[f"bias.{layer}"]
        if log_variance is not None and layer == config.code:
            # The mean of a distribution is unbounded: no activation on a variational code.
            mean = values
            if noise.normal is not None:
                values = mean + noise.normal * torch.exp(0.5 * log_variance)
        else:
            values = activate(config, values)
        if layer == config.code and noise.mask is not None:
            values = values * noise.mask
    return ForwardPass(values, mean, log_variance)
