"""The forward pass of a trained network in numpy, for the app, which never imports torch.

Every row is computed by itself, one matrix-vector product per layer: BLAS sums matrix products in a different order
than matrix-vector products, and a batch must equal its rows.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

import numpy as np
from scipy.sparse import csr_array

from playrec_core.models.common.products import each_with

from .batches import Bags
from .network import EMBEDDING, OUTPUT, OUTPUT_BIAS
from .settings import NetworkConfig

_BLOCK = 8192
_SELU_SCALE, _SELU_ALPHA = np.float32(1.0507009873554805), np.float32(1.6732632423543772)


def hidden_layers(config: NetworkConfig, arrays: Mapping[str, np.ndarray], inputs: csr_array) -> list[np.ndarray]:
    """Each hidden layer's values, (n_rows, width) float32; ``[config.code]`` is the code (its mean if variational).

    Args:
        config: the shape.
        arrays: parameters by name, as `Trainer.run` returns them.
        inputs: (n_rows, n_inputs) CSR float32.
    """
    return list(_layers(config, arrays, inputs, each_with))


def codes(config: NetworkConfig, arrays: Mapping[str, np.ndarray], inputs: csr_array) -> np.ndarray:
    """(n_rows, code) float32: the codes of many rows by matrix products, a block of rows at a time. The last bits may
    depend on the other rows of a block; other arguments as in `hidden_layers`.
    """
    result = np.empty((inputs.shape[0], config.hidden[config.code]), dtype=np.float32)
    for start in range(0, len(result), _BLOCK):
        rows = csr_array(inputs[start : start + _BLOCK])
        layers = _layers(config, arrays, rows, lambda weight, values: values @ weight.T)
        result[start : start + _BLOCK] = next(islice(layers, config.code, None))
    return result


def _layers(
    config: NetworkConfig,
    arrays: Mapping[str, np.ndarray],
    inputs: csr_array,
    product: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Iterator[np.ndarray]:
    """The hidden layers in order; ``product`` multiplies a weight (n_out, n_in) and rows (n_rows, n_in)."""
    bags = Bags.of(inputs, np.arange(inputs.shape[0]))
    bags = bags.normalised() if config.normalise else bags
    rows = csr_array((bags.values, bags.columns, bags.offsets), shape=inputs.shape)
    values = np.asarray(rows @ arrays[EMBEDDING], dtype=np.float32) + arrays["bias.0"]
    variational = "log_variance.weight" in arrays
    for layer in range(len(config.hidden)):
        if layer:
            mirrored = config.tied and layer > config.code
            weight = arrays[f"weight.{len(config.hidden) - layer}"].T if mirrored else arrays[f"weight.{layer}"]
            values = product(weight, values) + arrays[f"bias.{layer}"]
        if not (variational and layer == config.code):
            values = _activate(config, values)
        yield values


def outputs(config: NetworkConfig, arrays: Mapping[str, np.ndarray], inputs: csr_array) -> np.ndarray:
    """(n_rows, n_outputs) float32 outputs; arguments as in `hidden_layers`."""
    bias = arrays[OUTPUT_BIAS]
    weight = arrays[EMBEDDING][: len(bias)] if config.tied else arrays[OUTPUT]
    result = each_with(weight, hidden_layers(config, arrays, inputs)[-1])
    result += bias
    return result


def layer_norm(values: np.ndarray, epsilon: float) -> np.ndarray:
    """(n_rows, d) float32: layer normalisation of each row, without scale and shift."""
    centred = values - values.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + np.float32(epsilon))


def _activate(config: NetworkConfig, values: np.ndarray) -> np.ndarray:
    if config.activation == "tanh":
        return np.tanh(values)
    if config.activation == "relu":
        return np.maximum(values, 0)
    if config.activation == "selu":
        negative = _SELU_ALPHA * np.expm1(np.minimum(values, 0))
        return (_SELU_SCALE * np.where(values > 0, values, negative)).astype(np.float32)
    return values
