"""Variational songs + tags autoencoder: the next step that a later review of the Melon contest proposes
(docs/sources/melon-next-steps.md).

The code is a normal distribution. Training samples from it and adds beta * KL(code || N(0, 1)) to the loss, so that
nearby codes mean similar playlists. As in Liang et al., "Variational Autoencoders for Collaborative Filtering", WWW
2018, beta stays well below 1 and is annealed: at beta = 1 the code of a short row would carry no information. Scores
use the mean of the code.
"""

from typing import Self

from pydantic import model_validator

from playrec_core.config import NonNegative
from playrec_core.i18n import mark
from playrec_core.models.neural.training import Divergence

from .songs_tags_autoencoder import SongsTagsAutoencoder, SongsTagsAutoencoderConfig


class SongsTagsVaeConfig(SongsTagsAutoencoderConfig):
    """Hyperparameters of `SongsTagsAutoencoderConfig`, and:

    Args:
        beta: final weight of the divergence.
        annealing_epochs: epochs over which the weight rises linearly from 0 to beta; 0 for a fixed beta.
    """

    beta: NonNegative
    annealing_epochs: NonNegative

    @model_validator(mode="after")
    def _has_layer_before_code(self) -> Self:
        if len(self.hidden) < 2:
            raise ValueError("a variational code needs a hidden layer before it: at least two widths")
        return self


class SongsTagsVae(SongsTagsAutoencoder):
    """`SongsTagsAutoencoder` with a variational code."""

    kind = "songs-tags-vae"
    title = mark("Songs + tags VAE")
    family = "autoencoder"
    Config = SongsTagsVaeConfig
    config: SongsTagsVaeConfig

    def _divergence(self) -> Divergence:
        return Divergence(self.config.beta, self.config.annealing_epochs)
