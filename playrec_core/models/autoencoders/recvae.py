"""RecVAE: a variational autoencoder whose prior includes the posterior of the previous epoch's encoder.

Shenbin, Alekseev, Tutubalina, Malykh & Nikolenko, "RecVAE: A New Variational Autoencoder for Top-N Recommendations
with Implicit Feedback", WSDM 2020. The best single model of the Movie Rec team report (Recall@10 0.1502;
docs/sources/movie-rec-report.md). It differs from Multi-VAE in:

* an encoder of densely connected layers (each adds the outputs of all earlier ones) with swish and layer norm;
* a composite prior: a mixture of a standard normal, the old encoder's posterior for the same row, and a wide normal.
  The old posterior keeps training from forgetting;
* beta' = gamma * |x_u|: the divergence weighs more for users with more items; there is no annealing to tune;
* alternating updates: encoder passes over rows with input dropout, then decoder passes over whole rows.

`recvae_network` trains it; scores are computed here, in numpy.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.common.confidence import ConfidenceConfig, lacking, weighted
from playrec_core.models.common.products import each_with
from playrec_core.models.neural import playlists, scoring
from playrec_core.models.neural.batches import Bags
from playrec_core.models.neural.network import EMBEDDING, OUTPUT, OUTPUT_BIAS
from playrec_core.models.neural.recommender import NetworkRecommender
from playrec_core.schema import Progress, Seed

from .recvae_network import EPSILON, RecVaeTrainer, RecVaeTraining


class RecVaeConfig(RecVaeTraining):
    """Hyperparameters of `RecVaeTraining`, and:

    Args:
        min_playlists: songs in fewer training playlists than this are inputs but are never recommended.
        confidence: the rules that weight each interaction in the loss.
    """

    min_playlists: Positive
    confidence: ConfidenceConfig


class RecVae(NetworkRecommender):
    """score(i) = output_i . mean of the seed's code + bias_i; rare songs cannot be scored."""

    kind = "recvae"
    title = mark("RecVAE")
    family = "autoencoder"
    reads = frozenset({"songs"})
    Config = RecVaeConfig
    config: RecVaeConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name, float32; see `recvae_network`."""
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
        split = playlists.split_held_out(
            self.config, inputs, n_outputs, n_ranked=n_inputs, rng=rng, confidence=confidence
        )
        trainer = RecVaeTrainer(self.config, split.inputs, split.targets, rng=rng, device=device)
        self.arrays = trainer.run(
            progress=progress, validate=split.validate, patience=self.config.patience, folder=self.checkpoint
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
        """(n_rows, code) float32 means of the rows' codes: `recvae_network.encode` in numpy.

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

    def _known_embeddings(self) -> np.ndarray:
        return self.arrays[OUTPUT]
