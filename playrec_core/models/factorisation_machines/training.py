"""The training of models over fields: hidden songs of a playlist against negative samples."""

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from playrec_core.models.neural import checkpoint
from playrec_core.models.neural.batches import Bags
from playrec_core.models.neural.loop import Loop
from playrec_core.models.neural.network import embed, normal

from .columns import ItemFields
from .negatives import NegativeSampler
from .network import BIAS, HISTORY, LINEAR, VECTORS, Network
from .settings import FieldsConfig, Loss

if TYPE_CHECKING:
    import torch

_DEVIATION = 0.05
"""Standard deviation of the initial embeddings: small, so that all pairs start with nearly equal scores."""


def bag_weights(bags: Bags, power: float) -> Bags:
    """Each row's weights divided by (sum of the weights) ** power; empty rows stay empty."""
    sums = np.bincount(bags.row_of, weights=bags.values, minlength=bags.n_rows)
    sums = np.where(sums > 0, sums, 1.0) ** power
    return Bags(bags.columns, (bags.values / sums[bags.row_of]).astype(np.float32), bags.offsets)


class PairTrainer(Loop):
    """Trains one network over fields.

    Args:
        config: hyperparameters.
        network: the network to train.
        fields: the items' fields.
        traits: (n_items, n_traits) CSR float32: traits of items; those of a playlist are the mean over its songs.
        interactions: (n_playlists, n_items) canonical CSR float32; values are the weights of the entries.
        rng: the only source of randomness; on the CPU the same state and number of threads give the same bytes.
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
        self.config, self.network, self.fields, self.traits = config, network, fields, traits
        self.interactions = interactions
        self.sampler = NegativeSampler(interactions, config.negative_power)
        self.playlists = np.flatnonzero(self.sampler.drawable() & (np.diff(interactions.indptr) > 0))
        d, n_columns = config.dimensions, fields.bags.shape[1]
        arrays = {
            HISTORY: normal(rng, fields.n_items, d, deviation=_DEVIATION),
            VECTORS: normal(rng, n_columns, d, deviation=_DEVIATION),
            LINEAR: np.zeros((n_columns, 1), np.float32),
            # Start from the log odds of a positive.
            BIAS: np.full(1, -math.log(config.negatives) if config.loss == "bce" else 0.0, np.float32),
            **network.initial(fields.n_fields, traits.shape[1], rng),
        }
        data = checkpoint.csr_arrays(fields.bags, interactions)
        super().__init__(config, arrays, n_rows=len(self.playlists), data=data, rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float | None:
        import torch

        playlists = self.playlists[rows]
        songs = Bags.of(self.interactions, playlists)
        hidden = self.rng.random(len(songs.columns)) < self.config.hidden
        owners, positives = songs.row_of[hidden], songs.columns[hidden]
        if not len(positives):  # by chance no song is hidden
            return None
        offsets = np.concatenate([[0], np.cumsum(~hidden)])[songs.offsets].astype(np.int64)
        bags = bag_weights(Bags(songs.columns[~hidden], songs.values[~hidden], offsets), self.config.history_power)
        negatives = self.sampler.draw(playlists[owners], self.config.negatives, self.rng)
        items, item_index = np.unique(np.concatenate([positives, negatives.ravel()]), return_inverse=True)
        values = Bags.of(self.fields.bags, self.fields.rows(items))

        columns, heard = np.unique(values.columns), np.unique(bags.columns)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        touched |= {HISTORY: self._tensor(heard), VECTORS: self._tensor(columns), LINEAR: self._tensor(columns)}
        leaves = self._leaves(touched)

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
        seed_traits = self._tensor(np.asarray((of_playlists @ self.traits).toarray(), dtype=np.float32))
        first = self._tensor(np.concatenate([owners, np.repeat(owners, self.config.negatives)]))
        second = self._tensor(item_index)
        scores = self.network.pairs(leaves, history, seed_traits, prepared, first, second)  # (n_pairs,)
        loss = pair_loss(
            self.config.loss, scores[: len(positives)], scores[len(positives) :].reshape(len(positives), -1)
        )
        return self._apply_gradients(loss, leaves, touched)


def pair_loss(loss: Loss, positives: "torch.Tensor", negatives: "torch.Tensor") -> "torch.Tensor":
    """The loss of a step, mean over the positives; see `FieldsConfig`.

    Args:
        loss: the loss's name.
        positives: (n,) float32 scores of hidden songs.
        negatives: (n, k) float32 scores of the negative samples of the same playlists.
    """
    import torch
    from torch.nn.functional import softplus

    if loss == "bce":
        return softplus(-positives).mean() + softplus(negatives).sum(1).mean()
    margins = negatives - positives[:, None]  # (n, k)
    if loss == "bpr":
        return softplus(margins).mean()
    return softplus(torch.logsumexp(margins, dim=1)).mean()
