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

from pydantic import Field, model_validator
from scipy.sparse import csr_array

from playrec_core.config import NonNegative
from playrec_core.data.dataset import Dataset, binary
from playrec_core.i18n import mark
from playrec_core.models.common.confidence import ConfidenceConfig, lacking, weighted
from playrec_core.models.neural.settings import Share
from playrec_core.models.neural.training import Divergence

from .collaborative_autoencoder import CollaborativeAutoencoder, CollaborativeAutoencoderConfig

NoNoise = Annotated[float, Field(ge=0, le=0)]
Noise = Annotated[float, Field(gt=0, lt=1)]


class AeConfig(CollaborativeAutoencoderConfig):
    """Hyperparameters of `CollaborativeAutoencoderConfig`, whose loss and input dropout depend on the model, and:

    Args:
        confidence: the rules that weight each interaction in the loss.
    """

    loss: Literal["logistic"]
    input_dropout: NoNoise
    confidence: ConfidenceConfig


class DaeConfig(AeConfig):
    """As `AeConfig`."""

    input_dropout: Noise


class MultiDaeConfig(DaeConfig):
    """As `AeConfig`."""

    loss: Literal["multinomial"]


class VaeConfig(AeConfig):
    """As `AeConfig`, and:

    Args:
        beta: final weight of the Kullback-Leibler divergence between the code and a standard normal.
        annealing_epochs: epochs over which the weight rises linearly from 0 to beta; 0 for a fixed beta. The report
            found annealing hard to tune and prone to overfitting, and fixed beta, as the authors of RecVAE did.
    """

    input_dropout: Share
    beta: NonNegative
    annealing_epochs: NonNegative

    @model_validator(mode="after")
    def _has_layer_before_code(self) -> "VaeConfig":
        if len(self.hidden) < 2:
            raise ValueError("a variational code needs a hidden layer before it: at least two widths")
        return self


class MultiVaeConfig(VaeConfig):
    """As `VaeConfig`."""

    loss: Literal["multinomial"]


class Ae(CollaborativeAutoencoder):
    """The base class of the five. Inputs are binary, as in the report: confidences only weight the loss."""

    kind = "ae"
    title = mark("AE")
    family = "autoencoder"
    Config = AeConfig
    config: AeConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def _confidence(self, dataset: Dataset) -> csr_array:
        return weighted(self.config.confidence, dataset)

    def _network_input(self, songs: csr_array) -> csr_array:
        return binary(songs)


class Dae(Ae):
    """Denoising: reconstructs a whole row from a random part of it."""

    kind = "dae"
    title = mark("DAE")
    family = "autoencoder"
    Config = DaeConfig
    config: DaeConfig


class MultiDae(Ae):
    """Denoising, multinomial."""

    kind = "multi-dae"
    title = mark("Multi-DAE")
    family = "autoencoder"
    Config = MultiDaeConfig
    config: MultiDaeConfig


class Vae(Ae):
    """Variational; scores use the mean of the code."""

    kind = "vae"
    title = mark("VAE")
    family = "autoencoder"
    Config = VaeConfig
    config: VaeConfig

    def _divergence(self) -> Divergence:
        return Divergence(self.config.beta, self.config.annealing_epochs)


class MultiVae(Vae):
    """Variational, multinomial."""

    kind = "multi-vae"
    title = mark("Multi-VAE")
    family = "autoencoder"
    Config = MultiVaeConfig
    config: MultiVaeConfig
