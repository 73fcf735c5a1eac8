"""Variational songs + tags autoencoder (row K1): the next step that document 002 names.

The code is a normal distribution; training draws from it and is charged beta * KL(code || N(0, 1)), so that codes near
each other mean similar playlists. Liang et al., WWW 2018 ("Mult-VAE"): multinomial likelihood, beta well below 1 and
reached slowly (annealing), because at beta = 1 the code of a short row would say nothing. Answers use the code's mean.
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
        annealing_epochs: epochs in which the weight rises from 0 to beta.
    """

    beta: NonNegative
    annealing_epochs: NonNegative

    @model_validator(mode="after")
    def _room_for_a_variance(self) -> Self:
        if len(self.hidden) < 2:
            raise ValueError("a variational code needs a hidden layer before it: at least two widths")
        return self


class SongsTagsVae(SongsTagsAutoencoder):
    """As `SongsTagsAutoencoder`, with a distribution for a code."""

    kind = "songs-tags-vae"
    title = mark("Songs + tags VAE")
    family = "autoencoder"
    Config = SongsTagsVaeConfig
    config: SongsTagsVaeConfig

    def _divergence(self) -> Divergence:
        return Divergence(self.config.beta, self.config.annealing_epochs)
