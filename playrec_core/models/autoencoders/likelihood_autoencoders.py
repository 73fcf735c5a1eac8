"""AE, DAE, VAE, Multi-DAE and Multi-VAE: the variations of one network that the Movie Rec team report compares
(docs/sources/movie-rec-report.md).

| model     | likelihood  | noise on the input | code                |
|-----------|-------------|--------------------|---------------------|
| AE        | logistic    | none               | deterministic       |
| DAE       | logistic    | input dropout      | deterministic       |
| VAE       | logistic    | none or dropout    | normal distribution |
| Multi-DAE | multinomial | input dropout      | deterministic       |
| Multi-VAE | multinomial | none or dropout    | normal distribution |

Sedhain et al., "AutoRec: Autoencoders Meet Collaborative Filtering", WWW 2015 (AE); Vincent et al., "Extracting and
Composing Robust Features with Denoising Autoencoders", ICML 2008 (DAE); Kingma & Welling, "Auto-Encoding Variational
Bayes", ICLR 2014 (VAE); Liang et al., "Variational Autoencoders for Collaborative Filtering", WWW 2018 (multinomial).

A *logistic* likelihood predicts each item independently. A *multinomial* one lets the items of a user share one unit
of probability, so that they compete, as in a top-10 list; the report found it better for both DAE and VAE. *Noise*
keeps the network from learning to copy. A *distribution* for the code keeps similar users close; the report expected
it to help most, and it helped least: its data are dense for a recommender (97 % zeros rather than 99 %).
"""

from typing import Annotated, Literal

from pydantic import Field

from playrec_core.i18n import mark
from playrec_core.models.neural.settings import Share
from playrec_core.models.neural.training import Divergence

from .collaborative_autoencoder import CollaborativeAutoencoder, CollaborativeAutoencoderConfig
from .playlist_autoencoder import ConfidenceLoss, ConfidenceLossConfig, VariationalConfig

NoNoise = Annotated[float, Field(ge=0, le=0)]
Noise = Annotated[float, Field(gt=0, lt=1)]


class AeConfig(ConfidenceLossConfig, CollaborativeAutoencoderConfig):
    """Hyperparameters of its bases; loss and input dropout depend on the model."""

    loss: Literal["logistic"]
    input_dropout: NoNoise


class DaeConfig(AeConfig):
    """As `AeConfig`."""

    input_dropout: Noise


class MultiDaeConfig(DaeConfig):
    """As `AeConfig`."""

    loss: Literal["multinomial"]


class VaeConfig(VariationalConfig, AeConfig):
    """As `AeConfig` and `VariationalConfig`. The report found annealing hard to tune and prone to overfitting, and
    fixed beta, as the authors of RecVAE did.
    """

    input_dropout: Share


class MultiVaeConfig(VaeConfig):
    """As `VaeConfig`."""

    loss: Literal["multinomial"]


class Ae(ConfidenceLoss, CollaborativeAutoencoder):
    """The base class of the five. Inputs are binary, as in the report: confidences only weight the loss."""

    kind = "ae"
    title = mark("AE")
    Config = AeConfig
    config: AeConfig


class Dae(Ae):
    """Denoising: reconstructs a whole row from a random part of it."""

    kind = "dae"
    title = mark("DAE")
    Config = DaeConfig


class MultiDae(Ae):
    """Denoising, multinomial."""

    kind = "multi-dae"
    title = mark("Multi-DAE")
    Config = MultiDaeConfig


class Vae(Ae):
    """Variational; scores use the mean of the code."""

    kind = "vae"
    title = mark("VAE")
    Config = VaeConfig
    config: VaeConfig

    def _divergence(self) -> Divergence:
        return self.config.divergence


class MultiVae(Vae):
    """Variational, multinomial."""

    kind = "multi-vae"
    title = mark("Multi-VAE")
    Config = MultiVaeConfig
