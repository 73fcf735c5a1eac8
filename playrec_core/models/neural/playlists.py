"""What autoencoders over playlists share: early stopping by the contest's own measure on held-out playlists."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import binary
from playrec_core.schema import Progress

from .loop import Arrays
from .settings import NeuralConfig, TrainingConfig
from .training import Divergence, Trainer

if TYPE_CHECKING:
    import torch

_CHUNK, _DEPTH = 256, 100


class Scores(Protocol):
    """What can be judged: a network in training, or anything else that gives scores."""

    def outputs(self, inputs: csr_array) -> "torch.Tensor":
        """(n_rows, n_outputs) scores for the rows of ``inputs``."""
        ...


@dataclass(frozen=True)
class Apart:
    """Playlists to train on, and a figure of others.

    Args:
        inputs: (n_kept, n_inputs) CSR.
        targets: (n_kept, n_outputs) CSR; the values are the weights of the ones in the loss.
        validate: chooses the epoch by the held-out playlists; None when none are held out.
    """

    inputs: csr_array
    targets: csr_array
    validate: Callable[[Scores], float] | None


def hold_apart(
    config: TrainingConfig,
    inputs: csr_array,
    n_outputs: int,
    *,
    n_judged: int,
    rng: np.random.Generator,
    confidence: csr_array | None = None,
) -> Apart:
    """Set aside the share ``config.held_out`` of the playlists; arguments as in `train`.

    A held-out playlist enters neither the network nor the loss, and is judged by the songs it did not show.
    """
    targets = csr_array((binary(inputs) if confidence is None else confidence)[:, :n_outputs])
    order = rng.permutation(inputs.shape[0])
    n_held = int(config.held_out * inputs.shape[0])
    held, kept = np.sort(order[:n_held]), np.sort(order[n_held:])
    validate = ndcg_of_hidden_halves(csr_array(inputs[held]), n_judged, rng) if n_held else None
    return Apart(csr_array(inputs[kept]), csr_array(targets[kept]), validate)


def train(
    config: NeuralConfig,
    inputs: csr_array,
    n_outputs: int,
    *,
    n_judged: int,
    rng: np.random.Generator,
    device: str,
    progress: Progress,
    divergence: Divergence | None = None,
    confidence: csr_array | None = None,
    checkpoint: Path | None = None,
) -> tuple[Arrays, list[float]]:
    """An autoencoder over playlists, as arrays.

    Args:
        config: hyperparameters; with ``held_out`` that share of the playlists chooses the epoch.
        inputs: (n_playlists, n_inputs) CSR.
        n_outputs: the first so many columns are outputs, too.
        n_judged: the first so many outputs are ranked for early stopping.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.
        divergence: for a variational autoencoder.
        confidence: (n_playlists, at least n_outputs) CSR of the pattern of ``inputs``: how much each entry counts in
            the loss; None for 1.
        checkpoint: folder for checkpoints; None for none.

    Returns:
        The parameters by name, and the held-out figure after each epoch (empty without ``held_out``).
    """
    apart = hold_apart(config, inputs, n_outputs, n_judged=n_judged, rng=rng, confidence=confidence)
    trainer = Trainer(config, apart.inputs, apart.targets, rng=rng, device=device, divergence=divergence)
    arrays = trainer.run(progress=progress, validate=apart.validate, patience=config.patience, folder=checkpoint)
    return arrays, trainer.done.history


def ndcg_of_hidden_halves(playlists: csr_array, n_judged: int, rng: np.random.Generator) -> Callable[[Scores], float]:
    """A figure for early stopping: mean nDCG (the contest's) of 100 answers to one half of each playlist.

    Args:
        playlists: (n_playlists, n_inputs) CSR.
        n_judged: songs are the first so many columns.
        rng: draws the halves, once.
    """
    halves = rng.random(playlists.nnz) < 0.5
    songs = playlists.indices < n_judged
    rows = np.repeat(np.arange(playlists.shape[0]), np.diff(playlists.indptr))
    visible = csr_array((playlists.data[halves], (rows[halves], playlists.indices[halves])), shape=playlists.shape)
    asked = ~halves & songs
    hidden = csr_array(
        (np.ones(asked.sum(), np.float32), (rows[asked], playlists.indices[asked])), shape=playlists.shape
    )
    usable = np.flatnonzero((np.diff(hidden.indptr) > 0) & (np.diff(visible.indptr) > 0))
    visible, hidden = csr_array(visible[usable]), csr_array(hidden[usable])
    discount = 1 / np.log(np.arange(2, 2 + max(_DEPTH, int(np.diff(hidden.indptr).max(initial=0)))))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.diff(hidden.indptr)]

    def measure(model: Scores) -> float:
        total = 0.0
        for start in range(0, len(usable), _CHUNK):
            shown, wanted = visible[start : start + _CHUNK], hidden[start : start + _CHUNK]
            scores = model.outputs(csr_array(shown))[:, :n_judged]
            places = csr_array(shown).tocoo()
            inside = places.col < scores.shape[1]
            scores[places.row[inside], places.col[inside]] = -np.inf
            best = scores.topk(min(_DEPTH, scores.shape[1]), dim=1).indices.cpu().numpy()
            hits = np.take_along_axis(csr_array(wanted).toarray(), best, axis=1)
            total += float(((hits @ discount[: best.shape[1]]) / ideal[start : start + _CHUNK]).sum())
        return total / max(len(usable), 1)

    return measure
