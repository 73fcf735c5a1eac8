"""RecVAE (row R9): a variational autoencoder whose code is compared with what the model knew an epoch ago.

Shenbin, Alekseev, Tutubalina, Malykh & Nikolenko, "RecVAE: A New Variational Autoencoder for Top-N Recommendations
with Implicit Feedback", WSDM 2020. The best single model of document 004 (0.1502). Beside Multi-VAE it has:

* an encoder of dense layers, each of which reads the sum of all before it, with swish and layer normalisation;
* a composite prior: a standard normal, the old encoder's answer for the same row, and a very wide normal, mixed. The
  old encoder keeps training from forgetting;
* beta' = gamma * |x_u|: a user with more movies is charged more for an odd code; no annealing to tune;
* alternating updates: three passes for the encoder over noisy rows, then one for the decoder over whole rows.

`neural.recvae` trains it; answers are computed here, in numpy.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.common.confidence import ConfidenceConfig, lacking, weighted
from playrec_core.models.common.products import each_with
from playrec_core.models.neural import playlists, scoring
from playrec_core.models.neural.batches import Bags
from playrec_core.models.neural.network import EMBEDDING, OUTPUT, OUTPUT_BIAS
from playrec_core.schema import Progress, Seed

from .recvae_network import EPSILON, RecVaeTrainer, RecVaeTraining


class RecVaeConfig(RecVaeTraining):
    """Hyperparameters of `RecVaeTraining`, and:

    Args:
        min_playlists: songs in fewer training playlists than this are read but never answered.
        confidence: by which rules a link counts in the loss.
    """

    min_playlists: Positive
    confidence: ConfidenceConfig


class RecVae(Recommender):
    """score(i) = output_i . mean of the seed's code + bias_i; rare songs cannot be scored."""

    kind = "recvae"
    title = mark("RecVAE")
    family = "autoencoder"
    reads = frozenset({"songs"})
    Config = RecVaeConfig
    config: RecVaeConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name; see `neural.recvae`."""
    n_items: int
    history: Sequence[float] = ()
    """After `fit`: nDCG on the held-out playlists after each epoch."""

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items = dataset.n_items
        n_inputs = int((dataset.item_counts > 0).sum())
        n_outputs = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        inputs = binary(csr_array(dataset.interactions[:, :n_inputs]))
        confidence = weighted(self.config.confidence, dataset)
        apart = playlists.hold_apart(self.config, inputs, n_outputs, n_judged=n_inputs, rng=rng, confidence=confidence)
        trainer = RecVaeTrainer(self.config, apart.inputs, apart.targets, rng=rng, device=device)
        self.arrays = trainer.run(
            progress=progress, validate=apart.validate, patience=self.config.patience, folder=self.checkpoint
        )
        self.history = trainer.done.history

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        known = binary(csr_array(seed_matrix(seeds, self.n_items)[:, : len(self.arrays[EMBEDDING])]))
        rows = np.flatnonzero(np.diff(known.indptr))
        codes = self.codes(csr_array(known[rows]))
        scores[rows, : len(self.arrays[OUTPUT])] = each_with(self.arrays[OUTPUT], codes) + self.arrays[OUTPUT_BIAS]
        return scores

    def codes(self, songs: csr_array) -> np.ndarray:
        """(n_rows, code) float32: the means of the rows' codes; the forward pass of `neural.recvae.encode`.

        Args:
            songs: (n_rows, n_inputs) CSR of ones.
        """
        bags = Bags.of(songs, np.arange(songs.shape[0])).normalised()
        rows = csr_array((bags.values, bags.columns, bags.offsets), shape=songs.shape)
        arrays = self.arrays
        inner = np.asarray(rows @ arrays[EMBEDDING], dtype=np.float32)
        before = np.zeros_like(inner)
        for layer in range(self.config.layers):
            inner = inner + arrays[f"bias.{layer}"] + before
            values = (
                scoring.layer_norm(inner / (1 + np.exp(-inner)), EPSILON) * arrays[f"scale.{layer}"]
                + arrays[f"shift.{layer}"]
            )
            before = before + values
            following = f"weight.{layer + 1}" if layer + 1 < self.config.layers else "mean.weight"
            inner = each_with(arrays[following], values)
        return inner + arrays["mean.bias"]

    def item_embeddings(self) -> np.ndarray:
        vectors = self.arrays[OUTPUT]
        return np.concatenate([vectors, np.zeros((self.n_items - len(vectors), vectors.shape[1]), np.float32)])

    def state(self) -> State:
        return {**self.arrays, "n_items": np.array([self.n_items])}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.arrays = {name: array for name, array in state.items() if name != "n_items"}
        model.n_items = int(state["n_items"][0])
        return model
