"""Autoencoders whose rows are songs: what a song is known by goes in and comes out, and the code is where it stands.

The autoencoders over playlists score songs directly. These two (`content_autoencoder`, `hybrid_song_autoencoder`) only
place songs in a space; a playlist is continued with the neighbours of its songs (`NeighbourContinuation`). The network
itself is not kept: all that answers depend on is the codes, and the table of who is next to whom. (At Melon's size the
hybrid's two outer layers alone are 1.5 GB.)
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
"""In the state: what `reconstructed` gives."""
_LOOKED_AT, _AT_ONCE = 1024, 128


class SongAutoencoderConfig(NeighbourConfig, NeuralConfig):
    """Hyperparameters, beside those of `NeighbourConfig` and of the trunk (`NeuralConfig`), whose rows are songs.

    Args:
        features: the columns, in and out.
    """

    features: FeatureConfig


class SongAutoencoder(NeighbourContinuation):
    """Every seed song brings the songs of the most similar code, the seeds taking turns."""

    shares_batches = True
    config: SongAutoencoderConfig

    @abstractmethod
    def missing(self, dataset: Dataset) -> str | None:
        """As in `Recommender`: which of the features it cannot be without."""

    def features(self, dataset: Dataset) -> csr_array:
        """(n_items, n_features) of ones, what the network sees."""
        return song_features(dataset, self.config.features).matrix

    @property
    def refeed(self) -> bool:
        """Whether outputs are fed again in training (`Trainer`)."""
        return False

    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        if problem := self.missing(dataset):
            raise MissingDataError(problem)
        features = self.features(dataset)
        arrays = train(self.config, features, rng=rng, device=device, progress=progress, refeed=self.refeed)
        vectors = scoring.codes(self.config, arrays, features)
        # Of a song without any feature the code is that of nothing: it is like no other, rather than like all such.
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
    """The network's parameters by name (`neural.network`).

    Args:
        config: hyperparameters; with ``held_out`` the loss on that share of the songs chooses the epoch.
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
    """How the document judged its networks: which share of the ones comes out as at least one half (about 60 % with
    SELU, mostly below 50 % with ReLU); and, because a network that says one everywhere would win that, of the zeros.

    Args:
        config: the shape.
        arrays: the network's parameters.
        features: (n_items, n_features); at most 1,024 of the songs are looked at, evenly by popularity.

    Returns:
        (2,) float64: of the ones, of the zeros.
    """
    looked_at = np.unique(np.linspace(0, features.shape[0] - 1, _LOOKED_AT).astype(np.int64))
    hits, counts = np.zeros(2), np.zeros(2)
    for start in range(0, len(looked_at), _AT_ONCE):
        rows = csr_array(features[looked_at[start : start + _AT_ONCE]])
        high, ones = scoring.outputs(config, arrays, rows) >= 0.5, rows.toarray() > 0
        hits += (high & ones).sum(), (high & ~ones).sum()
        counts += ones.sum(), (~ones).sum()
    return hits / np.maximum(counts, 1)
