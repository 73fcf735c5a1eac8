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
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.neural import scoring
from playrec_core.models.neural.network import EMBEDDING, OUTPUT
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Divergence, Trainer
from playrec_core.models.references import DEEP_AUTOENCODERS, MELON_SYSTEMS, VARIATIONAL

from .playlist_autoencoder import PlaylistAutoencoder, PlaylistAutoencoderConfig


class CollaborativeAutoencoderConfig(PlaylistAutoencoderConfig, NeuralConfig):
    """Hyperparameters of `NeuralConfig` and `PlaylistAutoencoderConfig`."""


class CollaborativeAutoencoder(PlaylistAutoencoder):
    """A `PlaylistAutoencoder` with the network of `neural.network`."""

    kind = "collaborative-autoencoder"
    title = mark("Collaborative autoencoder")
    shares_batches = True
    card = ModelCard(
        summary=mark(
            "A network reads a playlist as a row of songs, squeezes it through one narrow layer and gives every song "
            "a score. Songs that the squeezed playlist would also contain come out high."
        ),
        equation=r"s = W_2\, \phi(W_1 w + b_1) + b_2",
        symbols=mark(r"$w$: the seed as a row of songs; $W_1$, $W_2$: encoder and decoder; $\phi$: `activation`."),
        references=(
            MELON_SYSTEMS,
            DEEP_AUTOENCODERS,
            VARIATIONAL,
        ),
        page="collaborative-autoencoder",
        published=(
            PublishedSettings(
                mark("Melon systems"),
                {
                    "hidden": [1024],
                    "activation": "selu",
                    "tied": False,
                    "code_dropout": 0.8,
                    "loss.sum": 1.0,
                    "loss.mean": 50.0,
                    "optimiser.kind": "sgd",
                    "optimiser.learning_rate": 0.2,
                    "optimiser.momentum": 0.6,
                    "batch": 1024,
                    "epochs": 45,
                },
            ),
        ),
    )
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
