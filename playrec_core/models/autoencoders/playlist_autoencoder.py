"""Bases of the autoencoders over playlists: songs in, songs out, early stopping on held-out playlists."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Self

import numpy as np
from pydantic import model_validator
from scipy.sparse import csr_array

from playrec_core.config import NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.common.confidence import ConfidenceConfig, lacking, weighted
from playrec_core.models.neural import playlists
from playrec_core.models.neural.network import EMBEDDING
from playrec_core.models.neural.recommender import NetworkRecommender
from playrec_core.models.neural.settings import NetworkConfig, TrainingConfig
from playrec_core.models.neural.training import Divergence
from playrec_core.schema import Progress, Seed


class PlaylistAutoencoderConfig(TrainingConfig):
    """Hyperparameters of `TrainingConfig`, and:

    Args:
        min_playlists: songs in fewer training playlists than this are inputs but are never recommended.
    """

    min_playlists: Positive


class PlaylistAutoencoder(NetworkRecommender):
    """score(i) = output i of the network for the seed's songs; rare songs cannot be scored.

    The network's inputs are the songs that occur in a training playlist, its outputs the most popular of them; both are
    in the order of item_idx.
    """

    family = "autoencoder"
    reads = frozenset({"songs"})
    config: PlaylistAutoencoderConfig
    history: Sequence[float] = ()
    """After `fit`: nDCG on the held-out playlists after each epoch."""

    @abstractmethod
    def _trainer(
        self, inputs: csr_array, targets: csr_array, rng: np.random.Generator, device: str
    ) -> playlists.AutoencoderLoop:
        """The training on (n_playlists, n_inputs) inputs and (n_playlists, n_outputs) targets, CSR float32."""

    @abstractmethod
    def _outputs(self, inputs: csr_array) -> np.ndarray:
        """(n_rows, n_outputs) float32 outputs of the trained network for (n_rows, n_inputs) CSR inputs."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items = dataset.n_items
        n_inputs = int((dataset.item_counts > 0).sum())
        n_outputs = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        self.arrays, self.history = playlists.train(
            self.config,
            lambda inputs, targets: self._trainer(inputs, targets, rng, device),
            self._network_input(csr_array(dataset.interactions[:, :n_inputs])),
            n_outputs,
            n_ranked=n_inputs,
            rng=rng,
            progress=progress,
            confidence=self._confidence(dataset),
            checkpoint=self.checkpoint,
        )

    def _network_input(self, songs: csr_array) -> csr_array:
        """(n_rows, n_inputs) CSR: the network's inputs for rows of song confidences; here unchanged."""
        return songs

    def _confidence(self, dataset: Dataset) -> csr_array | None:
        """(n_playlists, n_items) CSR float32: the weight of each interaction in the loss; None weights all equally."""
        return None

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        known = csr_array(seed_matrix(seeds, self.n_items)[:, : len(self.arrays[EMBEDDING])])
        rows = np.flatnonzero(np.diff(known.indptr))
        outputs = self._outputs(self._network_input(csr_array(known[rows])))
        scores[rows, : outputs.shape[1]] = outputs
        return scores


class ConfidenceLossConfig(PlaylistAutoencoderConfig):
    """Hyperparameters of `PlaylistAutoencoderConfig`, and:

    Args:
        confidence: the rules that weight each interaction in the loss.
    """

    confidence: ConfidenceConfig


class ConfidenceLoss(PlaylistAutoencoder):
    """Inputs are binary; confidences only weight the loss."""

    config: ConfidenceLossConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def _confidence(self, dataset: Dataset) -> csr_array:
        return weighted(self.config.confidence, dataset)

    def _network_input(self, songs: csr_array) -> csr_array:
        return binary(songs)


class VariationalConfig(NetworkConfig):
    """Hyperparameters of `NetworkConfig`, and:

    Args:
        beta: final weight of the Kullback-Leibler divergence between the code and a standard normal.
        annealing_epochs: epochs over which the weight rises linearly from 0 to beta; 0 for a fixed beta.
    """

    beta: NonNegative
    annealing_epochs: NonNegative

    @model_validator(mode="after")
    def _has_layer_before_code(self) -> Self:
        if len(self.hidden) < 2:
            raise ValueError("a variational code needs a hidden layer before it: at least two widths")
        return self

    @property
    def divergence(self) -> Divergence:
        """The divergence in the loss."""
        return Divergence(self.beta, self.annealing_epochs)
