"""One autoencoder over rows made of several dense parts, any of which a row may lack.

The rows are short (a hundred numbers), so the sparse trunk's batches and losses have nothing to save here; the layers
and the optimisers are its own. What is added is that a part can be missing: its columns are zero, one column a part
says which are there, and the loss looks only at what is there. In training whole parts are hidden at random and have
to be told from the others: so the code of a row that lacks a part lies where it would lie with it.
"""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field
from scipy.sparse import csr_array

from ...config import Frozen, Positive
from ...errors import ConfigError
from ...schema import Progress
from . import network, scoring
from .batches import batches
from .network import EMBEDDING, OUTPUT, OUTPUT_BIAS, Noise
from .optimisers import Parameter
from .settings import Activation, Adam, NetworkConfig, Share

_BLOCK = 4_096


class PartsConfig(Frozen):
    """Hyperparameters.

    Args:
        hidden: widths of the hidden layers; the middle one is the code.
        activation: of every hidden layer; outputs are linear.
        hide_part: how often a part is hidden in training from a row that has several.
        batch: rows a step.
        epochs: passes over the rows.
        optimiser: an `Adam`.
    """

    hidden: Annotated[tuple[Positive, ...], Field(min_length=1)]
    activation: Activation
    hide_part: Share
    batch: Positive
    epochs: Positive
    optimiser: Adam

    @property
    def shape(self) -> NetworkConfig:
        """The trunk's network of this shape."""
        return NetworkConfig(
            hidden=self.hidden,
            activation=self.activation,
            tied=False,
            normalise=False,
            input_dropout=0.0,
            code_dropout=0.0,
        )


class Part(NamedTuple):
    """Some columns of the rows.

    Args:
        values: (n_rows, width) float32.
        known: (n_rows,) bool: which rows have this part.
    """

    values: np.ndarray
    known: np.ndarray

    def standardised(self) -> np.ndarray:
        """Mean 0 and mean square 1 over the known rows, by one number for all columns, so that they keep their
        proportions; zeros where not known.
        """
        values = np.zeros(self.values.shape, np.float32)
        if self.known.any() and values.size:
            rows = self.values[self.known]
            centred = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
            size = np.sqrt(np.square(centred).mean(dtype=np.float64))
            values[self.known] = centred / (size if size > 0 else 1.0)
        return values


def codes(
    config: PartsConfig, parts: Sequence[Part], *, rng: np.random.Generator, device: str, progress: Progress
) -> np.ndarray:
    """Train on all rows that have a part, and give every row's code.

    Args:
        config: hyperparameters.
        parts: aligned by row.
        rng: the only source of randomness; on the CPU the same state gives the same bytes.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.

    Returns:
        (n_rows, code) float32; zeros for rows that have no part.

    Raises:
        ConfigError: the loss is no longer finite.
    """
    import torch

    shape = config.shape
    values = [part.standardised() for part in parts]
    table, widths = np.concatenate(values, axis=1), [part.shape[1] for part in values]
    known = np.column_stack([part.known for part in parts])  # (n_rows, n_parts)
    usable = np.flatnonzero(known.any(axis=1))
    arrays = network.initial(shape, table.shape[1] + len(parts), table.shape[1], variational=False, rng=rng)
    parameters = {
        name: Parameter(torch.from_numpy(array).to(device), config.optimiser) for name, array in arrays.items()
    }
    # A part counts the same whether it has many columns or few.
    weight = np.repeat([1 / max(width, 1) for width in widths], widths).astype(np.float32)
    steps, step = -(-len(usable) // config.batch) * config.epochs, 0
    for _ in range(config.epochs):
        for chosen in batches(len(usable), config.batch, rng):
            rows = usable[chosen]
            shown = _some_hidden(known[rows], config.hide_part, rng)
            inputs = torch.from_numpy(_with_flags(table[rows], shown, widths)).to(device)
            targets = torch.from_numpy(table[rows]).to(device)
            weights = torch.from_numpy(np.repeat(known[rows], widths, axis=1) * weight).to(device)  # (n, columns)
            rate = config.optimiser.learning_rate * (1 - (1 - config.optimiser.final) * step / steps)
            step += 1
            leaves = {name: each.leaf() for name, each in parameters.items()}
            hidden = network.pass_on(shape, leaves, inputs @ leaves[EMBEDDING], Noise()).hidden
            outputs = torch.addmm(leaves[OUTPUT_BIAS], hidden, leaves[OUTPUT].T)
            loss = ((outputs - targets) ** 2 * weights).sum() / len(rows)
            if not torch.isfinite(loss):
                raise ConfigError(f"training went astray: the loss is {loss} at step {step}; lower learning_rate")
            gradients = torch.autograd.grad(loss, list(leaves.values()))
            for parameter, gradient in zip(parameters.values(), gradients, strict=True):
                parameter.update(gradient, None, step, rate)
            progress(step / steps)
    trained = {name: each.value.cpu().numpy() for name, each in parameters.items()}
    found = np.zeros((len(table), shape.hidden[shape.code]), np.float32)
    for start in range(0, len(usable), _BLOCK):
        rows = usable[start : start + _BLOCK]
        inputs = csr_array(_with_flags(table[rows], known[rows], widths))
        found[rows] = scoring.hidden_layers(shape, trained, inputs)[shape.code]
    return found


def _some_hidden(known: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """(n_rows, n_parts) bool: the known parts, less one drawn at random in ``share`` of the rows that have several."""
    shown = known.copy()
    # The known part with the largest draw goes; a row never loses its only one.
    drawn = np.where(known, rng.random(known.shape), -1)
    loses = (rng.random(len(known)) < share) & (known.sum(axis=1) > 1)
    shown[loses, drawn[loses].argmax(axis=1)] = False
    return shown


def _with_flags(rows: np.ndarray, shown: np.ndarray, widths: Sequence[int]) -> np.ndarray:
    """(n_rows, columns + n_parts) float32: the parts that are shown, and which they are."""
    return np.concatenate([rows * np.repeat(shown, widths, axis=1), shown.astype(np.float32)], axis=1)
