"""AE, DAE, VAE, Multi-DAE and Multi-VAE (row R9): one network, and what document 004 varied about it.

| model     | likelihood  | noise on the input | code                |
|-----------|-------------|--------------------|---------------------|
| AE        | logistic    | none               | a point             |
| DAE       | logistic    | some entries hidden| a point             |
| VAE       | logistic    | none or some       | a normal distribution |
| Multi-DAE | multinomial | some entries hidden| a point             |
| Multi-VAE | multinomial | none or some       | a normal distribution |

Sedhain et al., "AutoRec", WWW 2015; Vincent et al., ICML 2008 (noise); Kingma & Welling, ICLR 2014; Liang et al.,
"Variational Autoencoders for Collaborative Filtering", WWW 2018 (multinomial).

A *logistic* likelihood asks of every movie by itself whether it was watched; a *multinomial* one lets the movies of a
user share one unit of probability, so that they compete for places as they do in a list of ten. The document found
that better for DAE and VAE alike. *Noise* keeps the network from learning to copy; a *distribution* for a code keeps
similar users near each other, which the document expected to help most and which helped least: its data is dense for
a recommender's (97 % zeros rather than 99 %).
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
    """Hyperparameters of `CollaborativeAutoencoderConfig`, of which the loss and the input's noise make the model's
    name, and:

    Args:
        confidence: by which rules a link counts in the loss.
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
        beta: final weight of the code's Kullback-Leibler divergence from a standard normal.
        annealing_epochs: epochs in which the weight rises from 0 to beta, in a straight line; 0 for a fixed beta. The
            document found annealing hard to set and quick to overfit, and fixed it, as RecVAE's authors did.
    """

    input_dropout: Share
    beta: NonNegative
    annealing_epochs: NonNegative

    @model_validator(mode="after")
    def _room_for_a_variance(self) -> "VaeConfig":
        if len(self.hidden) < 2:
            raise ValueError("a variational code needs a hidden layer before it: at least two widths")
        return self


class MultiVaeConfig(VaeConfig):
    """As `VaeConfig`."""

    loss: Literal["multinomial"]


class Ae(CollaborativeAutoencoder):
    """The base of the five. Confidences are no input, as in the document: what was watched is a one."""

    kind = "ae"
    title = mark("AE")
    family = "autoencoder"
    Config = AeConfig
    config: AeConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def _confidence(self, dataset: Dataset) -> csr_array:
        return weighted(self.config.confidence, dataset)

    def _shown(self, songs: csr_array) -> csr_array:
        return binary(songs)


class Dae(Ae):
    """Denoising: asked for all of a row, shown a part of it."""

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
    """Variational; answers use the code's mean."""

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
