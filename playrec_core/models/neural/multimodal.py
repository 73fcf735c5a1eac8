"""An autoencoder over rows of several dense modalities, any of which a row may lack.

The rows are short (about a hundred numbers), so sparse batches and sampled losses would save nothing; the layers and
optimisers are those of the sparse autoencoder. A missing modality has zero columns, an indicator column per modality
marks which are present, and the loss covers only those. Training hides whole modalities at random and reconstructs
them from the others, so that the code of a row is similar with and without a modality.
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


class MultimodalConfig(Schedule):
    """Hyperparameters, beside `Schedule`.

    Args:
        hidden: widths of the hidden layers; the middle one is the code.
        activation: of every hidden layer; outputs are linear.
        hide_part: probability that training hides a modality of a row that has several.
    """

    hidden: Annotated[tuple[Positive, ...], Field(min_length=1)]
    activation: Activation
    hide_part: Share
    optimiser: Adam

    @property
    def shape(self) -> NetworkConfig:
        """The shape as a `NetworkConfig`."""
        return NetworkConfig(
            hidden=self.hidden,
            activation=self.activation,
            tied=False,
            normalise=False,
            input_dropout=0.0,
            code_dropout=0.0,
        )


class Modality(NamedTuple):
    """One modality of the rows.

    Args:
        values: (n_rows, width) float32.
        known: (n_rows,) bool: which rows have this modality.
    """

    values: np.ndarray
    known: np.ndarray

    def standardised(self) -> np.ndarray:
        """(n_rows, width) float32: centred columns, all divided by one scale so that they keep their proportions and
        have mean square 1 over the known rows; zeros in the other rows.
        """
        values = np.zeros(self.values.shape, np.float32)
        if self.known.any() and values.size:
            rows = self.values[self.known]
            centred = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
            size = np.sqrt(np.square(centred).mean(dtype=np.float64))
            values[self.known] = centred / (size if size > 0 else 1.0)
        return values


def codes(
    config: MultimodalConfig,
    modalities: Sequence[Modality],
    *,
    rng: np.random.Generator,
    device: str,
    progress: Progress,
) -> np.ndarray:
    """Train on all rows that have a modality and return the code of every row.

    Args:
        config: hyperparameters.
        modalities: aligned by row.
        rng: the only source of randomness; on the CPU the same state gives the same bytes.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.

    Returns:
        (n_rows, code) float32; zeros for rows that have no modality.

    Raises:
        ConfigError: the loss is no longer finite.
    """
    values = [each.standardised() for each in modalities]
    table, widths = np.concatenate(values, axis=1), [each.shape[1] for each in values]
    known = np.column_stack([each.known for each in modalities])  # (n_rows, n_modalities)
    usable = np.flatnonzero(known.any(axis=1))
    trainer = MultimodalTrainer(config, table[usable], known[usable], widths, rng=rng, device=device)
    trained = trainer.run(progress=progress)
    found = np.zeros((len(table), config.hidden[config.shape.code]), np.float32)
    for start in range(0, len(usable), _BLOCK):
        rows = usable[start : start + _BLOCK]
        inputs = csr_array(_with_flags(table[rows], known[rows], widths))
        found[rows] = scoring.hidden_layers(config.shape, trained, inputs)[config.shape.code]
    return found


class MultimodalTrainer(Loop):
    """Trains the autoencoder.

    Args:
        config: hyperparameters.
        table: (n_rows, columns) float32: all modalities side by side, zeros where missing.
        known: (n_rows, n_modalities) bool.
        widths: number of columns of each modality.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
    """

    def __init__(
        self,
        config: MultimodalConfig,
        table: np.ndarray,
        known: np.ndarray,
        widths: Sequence[int],
        *,
        rng: np.random.Generator,
        device: str,
    ):
        self.config, self.table, self.known, self.widths = config, table, known, widths
        # Modalities have the same weight, whatever their number of columns.
        self._weight = np.repeat([1 / max(width, 1) for width in widths], widths).astype(np.float32)
        columns = table.shape[1]
        arrays = network.initial(config.shape, columns + len(widths), columns, variational=False, rng=rng)
        super().__init__(config, arrays, n_rows=len(table), data=[table, known], rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float:
        import torch

        shown = _hide_some(self.known[rows], self.config.hide_part, self.rng)
        inputs, targets = (
            self._tensor(_with_flags(self.table[rows], shown, self.widths)),
            self._tensor(self.table[rows]),
        )
        weights = self._tensor(np.repeat(self.known[rows], self.widths, axis=1) * self._weight)  # (n, columns)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        leaves = self._leaves(touched)
        hidden = network.forward_hidden(self.config.shape, leaves, inputs @ leaves[EMBEDDING], Noise()).hidden
        outputs = torch.addmm(leaves[OUTPUT_BIAS], hidden, leaves[OUTPUT].T)
        loss = ((outputs - targets) ** 2 * weights).sum() / len(rows)
        return self._apply_gradients(loss, leaves, touched)


def _hide_some(known: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """(n_rows, n_modalities) bool: the known ones, less a random one in ``share`` of the rows that have several."""
    shown = known.copy()
    # Hide the known modality with the largest random number; a row never loses its only one.
    drawn = np.where(known, rng.random(known.shape), -1)
    loses = (rng.random(len(known)) < share) & (known.sum(axis=1) > 1)
    shown[loses, drawn[loses].argmax(axis=1)] = False
    return shown


def _with_flags(rows: np.ndarray, shown: np.ndarray, widths: Sequence[int]) -> np.ndarray:
    """(n_rows, columns + n_modalities) float32: the modalities that are shown, and their indicators."""
    return np.concatenate([rows * np.repeat(shown, widths, axis=1), shown.astype(np.float32)], axis=1)
