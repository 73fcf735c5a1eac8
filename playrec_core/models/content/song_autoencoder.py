"""Autoencoders whose rows are songs: they reconstruct song features, and the code is the song embedding.

The autoencoders over playlists score songs directly. These two (`content_autoencoder`, `hybrid_song_autoencoder`) only
embed songs; a playlist is continued with the neighbours of its songs (`NeighbourContinuation`). The network itself is
not stored: recommendations depend only on the codes and the table of neighbours. (At Melon's size the outer two layers
of the hybrid alone are 1.5 GB.)
"""

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.data.features import FeatureConfig, song_features
from playrec_core.errors import MissingDataError
from playrec_core.models.base import State
from playrec_core.models.neighbours.neighbour_continuation import NeighbourConfig, NeighbourContinuation
from playrec_core.models.neural import scoring
from playrec_core.models.neural.settings import NetworkConfig, NeuralConfig
from playrec_core.models.neural.training import Trainer
from playrec_core.schema import Progress

RECONSTRUCTED = "reconstructed"
"""Name in the state of the result of `reconstructed`."""
_SAMPLE_SIZE, _BATCH_SIZE = 1024, 128


class SongAutoencoderConfig(NeighbourConfig, NeuralConfig):
    """Hyperparameters of `NeighbourConfig` and `NeuralConfig`, whose rows are songs, and:

    Args:
        features: the input and output columns.
    """

    features: FeatureConfig


class SongAutoencoder(NeighbourContinuation):
    """Recommends the songs with the most similar codes for each seed song, the seeds taking turns."""

    shares_batches = True
    config: SongAutoencoderConfig

    @abstractmethod
    def missing(self, dataset: Dataset) -> str | None:
        """As in `Recommender`: the required features that the data set lacks."""

    def features(self, dataset: Dataset) -> csr_array:
        """(n_items, n_features) CSR of ones: the network's input."""
        return song_features(dataset, self.config.features).matrix

    @property
    def refeed(self) -> bool:
        """Whether training uses dense re-feeding (`Trainer`)."""
        return False

    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        if problem := self.missing(dataset):
            raise MissingDataError(problem)
        features = self.features(dataset)
        arrays = train(self.config, features, rng=rng, device=device, progress=progress, refeed=self.refeed)
        vectors = scoring.codes(self.config, arrays, features)
        # All songs without features have the same code; zero makes them similar to no song instead of to each other.
        vectors[np.diff(features.indptr) == 0] = 0
        return vectors, {RECONSTRUCTED: reconstructed(self.config, arrays, features)}


def train(
    config: NeuralConfig,
    features: csr_array,
    *,
    rng: np.random.Generator,
    device: str,
    progress: Progress,
    refeed: bool = False,
) -> dict[str, np.ndarray]:
    """Train the network; its parameters by name, float32 (`neural.network`).

    Args:
        config: hyperparameters; with ``held_out`` the loss on that share of the songs selects the epoch.
        features: (n_items, n_features) CSR of ones.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.
        refeed: dense re-feeding, see `Trainer`.
    """
    order = rng.permutation(features.shape[0])
    n_held = int(config.held_out * features.shape[0])
    held, kept = csr_array(features[np.sort(order[:n_held])]), csr_array(features[np.sort(order[n_held:])])
    trainer = Trainer(config, kept, kept, rng=rng, device=device, refeed=refeed)
    validate = (lambda network: -network.loss_on(held, held)) if n_held else None
    return trainer.run(progress=progress, validate=validate, patience=config.patience)


def reconstructed(config: NetworkConfig, arrays: Mapping[str, np.ndarray], features: csr_array) -> np.ndarray:
    """Share of the ones, and of the zeros, that are reconstructed as at least 0.5.

    The Melon systems' author evaluated networks by the share of the ones (about 60 % with SELU, mostly below 50 % with
    ReLU; docs/sources/melon-systems.md). The share of the zeros exposes a network that predicts one everywhere.

    Args:
        config: the shape.
        arrays: the network's parameters.
        features: (n_items, n_features) CSR of ones; up to 1,024 of the songs are used, evenly by popularity rank.

    Returns:
        (2,) float64: share of the ones, share of the zeros.
    """
    sampled = np.unique(np.linspace(0, features.shape[0] - 1, _SAMPLE_SIZE).astype(np.int64))
    hits, counts = np.zeros(2), np.zeros(2)
    for start in range(0, len(sampled), _BATCH_SIZE):
        rows = csr_array(features[sampled[start : start + _BATCH_SIZE]])
        high, ones = scoring.outputs(config, arrays, rows) >= 0.5, rows.toarray() > 0
        hits += (high & ones).sum(), (high & ~ones).sum()
        counts += ones.sum(), (~ones).sum()
    return hits / np.maximum(counts, 1)
