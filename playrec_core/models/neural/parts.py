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

from playrec_core.config import Positive
from playrec_core.schema import Progress

from . import network, scoring
from .loop import Loop
from .network import EMBEDDING, OUTPUT, OUTPUT_BIAS, Noise
from .settings import Activation, Adam, NetworkConfig, Schedule, Share

_BLOCK = 4_096


class PartsConfig(Schedule):
    """Hyperparameters, beside `Schedule`.

    Args:
        hidden: widths of the hidden layers; the middle one is the code.
        activation: of every hidden layer; outputs are linear.
        hide_part: how often a part is hidden in training from a row that has several.
    """

    hidden: Annotated[tuple[Positive, ...], Field(min_length=1)]
    activation: Activation
    hide_part: Share
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
    values = [part.standardised() for part in parts]
    table, widths = np.concatenate(values, axis=1), [part.shape[1] for part in values]
    known = np.column_stack([part.known for part in parts])  # (n_rows, n_parts)
    usable = np.flatnonzero(known.any(axis=1))
    trainer = PartsTrainer(config, table[usable], known[usable], widths, rng=rng, device=device)
    trained = trainer.run(progress=progress)
    found = np.zeros((len(table), config.hidden[config.shape.code]), np.float32)
    for start in range(0, len(usable), _BLOCK):
        rows = usable[start : start + _BLOCK]
        inputs = csr_array(_with_flags(table[rows], known[rows], widths))
        found[rows] = scoring.hidden_layers(config.shape, trained, inputs)[config.shape.code]
    return found


class PartsTrainer(Loop):
    """Trains the autoencoder.

    Args:
        config: hyperparameters.
        table: (n_rows, columns) float32: all parts side by side, zeros where not known.
        known: (n_rows, n_parts) bool.
        widths: columns of each part.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
    """

    def __init__(
        self,
        config: PartsConfig,
        table: np.ndarray,
        known: np.ndarray,
        widths: Sequence[int],
        *,
        rng: np.random.Generator,
        device: str,
    ):
        self.config, self.table, self.known, self.widths = config, table, known, widths
        # A part counts the same whether it has many columns or few.
        self._weight = np.repeat([1 / max(width, 1) for width in widths], widths).astype(np.float32)
        columns = table.shape[1]
        arrays = network.initial(config.shape, columns + len(widths), columns, variational=False, rng=rng)
        super().__init__(config, arrays, n_rows=len(table), data=[table, known], rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float:
        import torch

        shown = _some_hidden(self.known[rows], self.config.hide_part, self.rng)
        inputs, targets = (
            self._tensor(_with_flags(self.table[rows], shown, self.widths)),
            self._tensor(self.table[rows]),
        )
        weights = self._tensor(np.repeat(self.known[rows], self.widths, axis=1) * self._weight)  # (n, columns)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        leaves = self._leaves(touched)
        hidden = network.pass_on(self.config.shape, leaves, inputs @ leaves[EMBEDDING], Noise()).hidden
        outputs = torch.addmm(leaves[OUTPUT_BIAS], hidden, leaves[OUTPUT].T)
        loss = ((outputs - targets) ** 2 * weights).sum() / len(rows)
        return self._descend(loss, leaves, touched)


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
