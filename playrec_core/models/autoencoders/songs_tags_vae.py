"""Variational songs + tags autoencoder: the next step that a later review of the Melon contest proposes
(docs/sources/melon-next-steps.md).

The code is a normal distribution. Training samples from it and adds beta * KL(code || N(0, 1)) to the loss, so that
nearby codes mean similar playlists. As in Liang et al., "Variational Autoencoders for Collaborative Filtering", WWW
2018, beta stays well below 1 and is annealed: at beta = 1 the code of a short row would carry no information. Scores
use the mean of the code.
"""

from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard
from playrec_core.models.neural.training import Divergence
from playrec_core.models.references import MELON_REVIEW, VARIATIONAL

from .playlist_autoencoder import VariationalConfig
from .songs_tags_autoencoder import SongsTagsAutoencoder, SongsTagsAutoencoderConfig


class SongsTagsVaeConfig(VariationalConfig, SongsTagsAutoencoderConfig):
    """Hyperparameters of `SongsTagsAutoencoderConfig` and `VariationalConfig`."""


class SongsTagsVae(SongsTagsAutoencoder):
    """`SongsTagsAutoencoder` with a variational code."""

    kind = "songs-tags-vae"
    title = mark("Songs + tags VAE")
    card = ModelCard(
        summary=mark(
            "The variational form of the songs + tags autoencoder: the code is a normal distribution, and training "
            "draws from it. Codes that lie close together then mean similar playlists."
        ),
        equation=(
            r"\max_{\theta} \; \mathbb{E}_{z \sim q(z \mid x)} \ln p(x \mid z) - \beta\, \mathrm{KL}(q(z \mid x) "
            r"\,\Vert\, \mathcal{N}(0, I))"
        ),
        symbols=mark(
            r"$x$: songs and tags of a playlist; $z$: the code; $q$, $p$: encoder and decoder; $\beta$: `beta`, "
            r"raised from 0 during training."
        ),
        references=(
            MELON_REVIEW,
            VARIATIONAL,
        ),
        page="songs-tags-autoencoder",
    )
    Config = SongsTagsVaeConfig
    config: SongsTagsVaeConfig

    def _divergence(self) -> Divergence:
        return self.config.divergence
