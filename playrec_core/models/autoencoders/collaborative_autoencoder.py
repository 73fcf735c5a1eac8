"""Collaborative autoencoder: reconstructs a playlist's songs through a bottleneck and scores every song.

Follows the collaborative autoencoder of the Melon playlist-continuation systems (docs/sources/melon-systems.md):
277,218 > 1,024 > 277,218 with SELU, dropout 0.8 and the loss MSE(sum) + 50 * MSE(mean). Alone it predicts songs well
and tags poorly. All of these settings are configurable. A multinomial likelihood does better on the same data: the
songs of a playlist share one unit of probability and compete, as in a ranked list, and the few ones are not
outweighed by hundreds of thousands of zeros (Liang et al., "Variational Autoencoders for Collaborative Filtering",
WWW 2018).

The source does not say where its dropout of 0.8 applies. The paper it follows applies it to the code, ``code_dropout``
(Kuchaiev & Ginsburg, "Training Deep AutoEncoders for Collaborative Filtering", arXiv:1708.01715). ``input_dropout``
makes a denoising autoencoder.
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.i18n import mark
from playrec_core.models.neural import scoring
from playrec_core.models.neural.network import EMBEDDING, OUTPUT
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Divergence, Trainer

from .playlist_autoencoder import PlaylistAutoencoder, PlaylistAutoencoderConfig


class CollaborativeAutoencoderConfig(PlaylistAutoencoderConfig, NeuralConfig):
    """Hyperparameters of `NeuralConfig` and `PlaylistAutoencoderConfig`."""


class CollaborativeAutoencoder(PlaylistAutoencoder):
    """A `PlaylistAutoencoder` with the network of `neural.network`."""

    kind = "collaborative-autoencoder"
    title = mark("Collaborative autoencoder")
    shares_batches = True
    Config = CollaborativeAutoencoderConfig
    config: CollaborativeAutoencoderConfig

    def _trainer(self, inputs: csr_array, targets: csr_array, rng: np.random.Generator, device: str) -> Trainer:
        return Trainer(self.config, inputs, targets, rng=rng, device=device, divergence=self._divergence())

    def _divergence(self) -> Divergence | None:
        return None

    def _outputs(self, inputs: csr_array) -> np.ndarray:
        return scoring.outputs(self.config, self.arrays, inputs)

    def _known_embeddings(self) -> np.ndarray:
        """The output layer's weights."""
        return self.arrays[EMBEDDING] if self.config.tied else self.arrays[OUTPUT]
