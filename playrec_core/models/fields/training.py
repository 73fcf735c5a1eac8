"""The training loop: hidden songs against what the playlist lacks."""

import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from ...errors import ConfigError
from ...schema import Progress
from ..neural import checkpoint
from ..neural.batches import Bags, batches
from ..neural.loop import Progressed
from ..neural.network import embed
from ..neural.optimisers import Parameter
from .columns import ItemFields
from .negatives import NegativeSampler
from .network import BIAS, HISTORY, LINEAR, VECTORS, Network, normal
from .settings import FieldsConfig, Loss

if TYPE_CHECKING:
    import torch

_DEVIATION = 0.05
"""Of the first vectors: small, so that training starts from "all pairs alike"."""


def bag_weights(bags: Bags, power: float) -> Bags:
    """Each row's weights divided by (their sum) ** power; empty rows stay empty."""
    sums = np.bincount(bags.row_of, weights=bags.values, minlength=bags.n_rows)
    sums = np.where(sums > 0, sums, 1.0) ** power
    return Bags(bags.columns, (bags.values / sums[bags.row_of]).astype(np.float32), bags.offsets)


class PairTrainer:
    """Trains one network over fields.

    Args:
        config: hyperparameters.
        network: what is trained.
        fields: the items.
        traits: (n_items, n_traits) what the network is told of items and, as a mean, of playlists.
        interactions: (n_playlists, n_items) canonical CSR; values are the weights of the entries.
        rng: the only source of randomness; on the CPU the same state, on as many threads, gives the same bytes.
        device: "cpu" or "cuda".
    """

    def __init__(
        self,
        config: FieldsConfig,
        network: Network,
        fields: ItemFields,
        traits: csr_array,
        interactions: csr_array,
        *,
        rng: np.random.Generator,
        device: str,
    ):
        import torch

        self.config, self.network, self.fields, self.traits = config, network, fields, traits
        self.interactions, self.rng, self.device = interactions, rng, device
        self.key = _key(config, fields, interactions, rng)
        self.sampler = NegativeSampler(interactions, config.negative_power)
        self.playlists = np.flatnonzero(self.sampler.drawable() & (np.diff(interactions.indptr) > 0))
        d, n_columns = config.dimensions, fields.bags.shape[1]
        arrays = {
            HISTORY: normal(rng, fields.n_items, d, deviation=_DEVIATION),
            VECTORS: normal(rng, n_columns, d, deviation=_DEVIATION),
            LINEAR: np.zeros((n_columns, 1), np.float32),
            # A network that knows nothing should say how rare a yes is.
            BIAS: np.full(1, -math.log(config.negatives) if config.loss == "bce" else 0.0, np.float32),
            **network.initial(fields.n_fields, traits.shape[1], rng),
        }
        self.parameters = {
            name: Parameter(torch.from_numpy(array).to(device), config.optimiser) for name, array in arrays.items()
        }
        self.done = Progressed()

    def run(self, *, progress: Progress, folder: Path | None = None) -> dict[str, np.ndarray]:
        """Train, from a checkpoint where there is one.

        Args:
            progress: called with the finished fraction.
            folder: where a checkpoint is written after each epoch and looked for at the start; None for nowhere.

        Returns:
            The parameters by name.
        """
        if folder:
            checkpoint.load(folder, self)
        while self.done.epoch < self.config.epochs:
            for place, chosen in enumerate(batches(len(self.playlists), self.config.batch, self.rng)):
                self.step(self.playlists[chosen])
                progress((self.done.epoch + (place + 1) / self._steps) / self.config.epochs)
            for each in self.parameters.values():
                each.settle(self.done.step, self._learning_rate())
            self.done.epoch += 1
            if folder:
                checkpoint.save(folder, self, {})
        progress(1.0)
        return {name: each.value.cpu().numpy().copy() for name, each in self.parameters.items()}

    def step(self, playlists: np.ndarray) -> float | None:
        """One step of the optimiser on some playlists; the loss before it, None where no song happened to be hidden.

        Raises:
            ConfigError: the loss is no longer finite.
        """
        import torch

        songs = Bags.of(self.interactions, playlists)
        hidden = self.rng.random(len(songs.columns)) < self.config.hidden
        owners, positives = songs.row_of[hidden], songs.columns[hidden]
        if not len(positives):
            return None
        shown = np.concatenate([[0], np.cumsum(~hidden)])[songs.offsets].astype(np.int64)
        bags = bag_weights(Bags(songs.columns[~hidden], songs.values[~hidden], shown), self.config.history_power)
        negatives = self.sampler.draw(playlists[owners], self.config.negatives, self.rng)
        items, places = np.unique(np.concatenate([positives, negatives.ravel()]), return_inverse=True)
        values = Bags.of(self.fields.bags, self.fields.rows(items))

        rate = self._learning_rate()
        columns, heard = np.unique(values.columns), np.unique(bags.columns)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        touched |= {HISTORY: self._tensor(heard), VECTORS: self._tensor(columns), LINEAR: self._tensor(columns)}
        for name, rows in touched.items():
            if rows is not None:
                self.parameters[name].carry(rows, self.done.step, rate)
        leaves = {name: each.leaf(touched[name]) for name, each in self.parameters.items()}

        history = embed(leaves[HISTORY], self._tensor(np.searchsorted(heard, bags.columns)), bags)
        within = self._tensor(np.searchsorted(columns, values.columns))
        vectors = embed(leaves[VECTORS], within, values).reshape(len(items), self.fields.n_fields, -1)
        linear = embed(leaves[LINEAR], within, values).reshape(len(items), -1).sum(1) + leaves[BIAS]
        prepared = self.network.prepare(
            torch, leaves, vectors, linear, self._tensor(self.traits[items].toarray().astype(np.float32))
        )
        means = bag_weights(bags, 1.0)
        of_playlists = csr_array(
            (means.values, means.columns, means.offsets), shape=(len(playlists), self.fields.n_items)
        )
        told = self._tensor(np.asarray((of_playlists @ self.traits).toarray(), dtype=np.float32))
        first = self._tensor(np.concatenate([owners, np.repeat(owners, self.config.negatives)]))
        second = self._tensor(places)
        scores = self.network.pairs(leaves, history, told, prepared, first, second)  # (n_pairs,)
        loss = pair_loss(
            self.config.loss, scores[: len(positives)], scores[len(positives) :].reshape(len(positives), -1)
        )
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ConfigError(
                f"training went astray: the loss is {value} at step {self.done.step + 1}; lower learning_rate"
            )
        gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
        self.done.step += 1
        for (name, parameter), gradient in zip(self.parameters.items(), gradients, strict=True):
            if gradient is not None:
                parameter.update(gradient, touched[name], self.done.step, rate)
        return value

    @property
    def _steps(self) -> int:
        """Steps an epoch."""
        return max(1, -(-len(self.playlists) // self.config.batch))

    def _learning_rate(self) -> float:
        optimiser = self.config.optimiser
        passed = min(1.0, self.done.step / (self._steps * self.config.epochs))
        return optimiser.learning_rate * (1 - (1 - optimiser.final) * passed)

    def _tensor(self, array: np.ndarray) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)


def pair_loss(loss: Loss, positives: "torch.Tensor", negatives: "torch.Tensor") -> "torch.Tensor":
    """The loss of a step, mean over the positives; see `FieldsConfig`.

    Args:
        loss: which.
        positives: (n,) scores of hidden songs.
        negatives: (n, k) scores of what the same playlists lack.
    """
    import torch
    from torch.nn.functional import softplus

    if loss == "bce":
        return softplus(-positives).mean() + softplus(negatives).sum(1).mean()
    behind = negatives - positives[:, None]  # (n, k)
    if loss == "bpr":
        return softplus(behind).mean()
    return softplus(torch.logsumexp(behind, dim=1)).mean()


def _key(config: FieldsConfig, fields: ItemFields, interactions: csr_array, rng: np.random.Generator) -> str:
    """What must be equal for a checkpoint to be worth anything: settings, data, and the generator at the start."""
    digest = hashlib.sha256(json.dumps([config.model_dump(mode="json"), rng.bit_generator.state]).encode())
    for matrix in (fields.bags, interactions):
        for array in (matrix.indptr, matrix.indices, matrix.data):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
