"""Autoencoders whose rows are songs: what the song is known by goes in and comes out, and the code says where it stands.

The autoencoders over playlists score songs directly. These two (`content_autoencoder`, `hybrid_song_autoencoder`) only
place songs in a space; a playlist is continued with the neighbours of its songs (`NeighbourContinuation`). The network
itself is not kept: all that answers depend on is the codes, and the table of who is next to whom.
"""

from abc import abstractmethod

import numpy as np
from scipy.sparse import csr_array

from ..data.dataset import Dataset
from ..data.features import FeatureConfig, song_features
from ..errors import MissingDataError
from ..schema import Progress
from .base import State
from .neighbour_continuation import NeighbourConfig, NeighbourContinuation
from .neural import scoring
from .neural.settings import NeuralConfig
from .neural.training import Trainer


class SongAutoencoderConfig(NeighbourConfig, NeuralConfig):
    """Hyperparameters, beside those of `NeighbourConfig` and of the trunk (`NeuralConfig`), whose rows are songs.

    Args:
        features: the columns, in and out.
    """

    features: FeatureConfig


class SongAutoencoder(NeighbourContinuation):
    """Every seed song brings the songs of the most similar code, the seeds taking turns."""

    config: SongAutoencoderConfig

    @abstractmethod
    def missing(self, dataset: Dataset) -> str | None:
        """As in `Recommender`: which of the features it cannot be without."""

    @property
    def refeed(self) -> bool:
        """Whether outputs are fed again in training (`Trainer`)."""
        return False

    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        if problem := self.missing(dataset):
            raise MissingDataError(problem)
        features = song_features(dataset, self.config.features).matrix
        arrays = train(self.config, features, rng=rng, device=device, progress=progress, refeed=self.refeed)
        vectors = scoring.codes(self.config, arrays, features)
        # Of a song without any feature the code is that of nothing: it is like no other, rather than like all such.
        vectors[np.diff(features.indptr) == 0] = 0
        return vectors, {}


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
    return trainer.run(progress=progress, validate=validate)
