"""Training of autoencoders over playlists, with early stopping by the contest's nDCG on held-out playlists."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import binary
from playrec_core.schema import Progress

from .loop import Arrays, Loop
from .settings import TrainingConfig

if TYPE_CHECKING:
    import torch

_CHUNK, _TOP_K = 256, 100


class Scorer(Protocol):
    """Anything that scores: a network in training, or another model."""

    def outputs(self, inputs: csr_array) -> "torch.Tensor":
        """(n_rows, n_outputs) float32 scores for the rows of ``inputs``; the caller may change them."""
        ...


class AutoencoderLoop(Loop, Scorer):
    """The training of an autoencoder."""


def train(
    config: TrainingConfig,
    trainer_of: Callable[[csr_array, csr_array], AutoencoderLoop],
    inputs: csr_array,
    n_outputs: int,
    *,
    n_ranked: int,
    rng: np.random.Generator,
    progress: Progress,
    confidence: csr_array | None = None,
    checkpoint: Path | None = None,
) -> tuple[Arrays, list[float]]:
    """Train an autoencoder over playlists.

    Args:
        config: with ``held_out`` that share of the playlists selects the epoch: they enter neither inputs nor loss and
            are evaluated on hidden songs.
        trainer_of: makes the trainer of (n_kept, n_inputs) inputs and (n_kept, n_outputs) targets, whose values are the
            positives' weights in the loss.
        inputs: (n_playlists, n_inputs) CSR float32.
        n_outputs: number of leading input columns that are outputs too.
        n_ranked: number of leading outputs that are ranked for early stopping.
        rng: the only source of randomness.
        progress: called with the finished fraction.
        confidence: (n_playlists, at least n_outputs) CSR float32 with the sparsity of ``inputs``: each entry's weight
            in the loss; None for 1.
        checkpoint: folder for checkpoints; None for none.

    Returns:
        The parameters by name, and the held-out metric after each epoch (empty without ``held_out``).
    """
    targets = csr_array((binary(inputs) if confidence is None else confidence)[:, :n_outputs])
    order = rng.permutation(inputs.shape[0])
    n_held = int(config.held_out * inputs.shape[0])
    held, kept = np.sort(order[:n_held]), np.sort(order[n_held:])
    validate = ndcg_of_hidden_halves(csr_array(inputs[held]), n_ranked, rng) if n_held else None
    trainer = trainer_of(csr_array(inputs[kept]), csr_array(targets[kept]))
    arrays = trainer.run(progress=progress, validate=validate, patience=config.patience, folder=checkpoint)
    return arrays, trainer.done.history


def ndcg_of_hidden_halves(playlists: csr_array, n_ranked: int, rng: np.random.Generator) -> Callable[[Scorer], float]:
    """A metric for early stopping: mean nDCG@100, as the contest defines it, given a random half of each playlist.

    Args:
        playlists: (n_playlists, n_inputs) CSR.
        n_ranked: number of leading columns that are songs.
        rng: draws the halves, once.
    """
    halves = rng.random(playlists.nnz) < 0.5
    songs = playlists.indices < n_ranked
    rows = np.repeat(np.arange(playlists.shape[0]), np.diff(playlists.indptr))
    visible = csr_array((playlists.data[halves], (rows[halves], playlists.indices[halves])), shape=playlists.shape)
    targets = ~halves & songs
    hidden = csr_array(
        (np.ones(targets.sum(), np.float32), (rows[targets], playlists.indices[targets])), shape=playlists.shape
    )
    usable = np.flatnonzero((np.diff(hidden.indptr) > 0) & (np.diff(visible.indptr) > 0))
    visible, hidden = csr_array(visible[usable]), csr_array(hidden[usable])
    discount = 1 / np.log(np.arange(2, 2 + max(_TOP_K, int(np.diff(hidden.indptr).max(initial=0)))))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.diff(hidden.indptr)]

    def measure(model: Scorer) -> float:
        total = 0.0
        for start in range(0, len(usable), _CHUNK):
            seeds, relevant = visible[start : start + _CHUNK], hidden[start : start + _CHUNK]
            scores = model.outputs(csr_array(seeds))[:, :n_ranked]
            entries = csr_array(seeds).tocoo()
            inside = entries.col < scores.shape[1]
            scores[entries.row[inside], entries.col[inside]] = -np.inf
            best = scores.topk(min(_TOP_K, scores.shape[1]), dim=1).indices.cpu().numpy()
            hits = np.take_along_axis(csr_array(relevant).toarray(), best, axis=1)
            total += float(((hits @ discount[: best.shape[1]]) / ideal[start : start + _CHUNK]).sum())
        return total / max(len(usable), 1)

    return measure
