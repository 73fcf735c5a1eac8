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
from playrec_core.models.card import ModelCard, PublishedSettings, Reference
from playrec_core.models.neural.settings import Share
from playrec_core.models.neural.training import Divergence
from playrec_core.models.references import MOVIE_REC, VARIATIONAL

from .collaborative_autoencoder import CollaborativeAutoencoder, CollaborativeAutoencoderConfig
from .playlist_autoencoder import ConfidenceLoss, ConfidenceLossConfig, VariationalConfig

NoNoise = Annotated[float, Field(ge=0, le=0)]
Noise = Annotated[float, Field(gt=0, lt=1)]

LIANG_VARIATIONAL = PublishedSettings(
    mark("Liang et al. 2018"),
    {
        "hidden": [600, 200, 600],
        "activation": "tanh",
        "normalise": True,
        "input_dropout": 0.5,
        "optimiser.kind": "adam",
        "optimiser.learning_rate": 0.001,
        "batch": 500,
        "beta": 0.2,
    },
)
"""Settings of Mult-VAE in Liang et al. 2018."""


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
    card = ModelCard(
        summary=mark(
            "An autoencoder over playlists that predicts each song on its own, as a yes or a no. Nothing is hidden in "
            "training, so a wide network may learn to copy its input."
        ),
        equation=r"\max_{\theta} \sum_i x_i \ln \sigma(s_i) + (1 - x_i) \ln (1 - \sigma(s_i))",
        symbols=mark(
            r"$x_i$: 1 if the playlist contains song $i$, else 0; $s_i$: the output of the network; $\sigma$: the "
            r"logistic function."
        ),
        references=(
            MOVIE_REC,
            Reference(
                "Sedhain, Menon, Sanner & Xie, “AutoRec: Autoencoders Meet Collaborative Filtering”, WWW 2015",
                "https://doi.org/10.1145/2740908.2742726",
            ),
        ),
        page="likelihood-autoencoders",
    )
    Config = AeConfig
    config: AeConfig


class Dae(Ae):
    """Denoising: reconstructs a whole row from a random part of it."""

    kind = "dae"
    title = mark("DAE")
    card = ModelCard(
        summary=mark(
            "An autoencoder that must restore a whole playlist from a random part of it. The missing songs are what "
            "it will have to predict later, so it cannot get by with copying."
        ),
        equation=(
            r"\max_{\theta} \sum_i x_i \ln \sigma(s_i) + (1 - x_i) \ln (1 - \sigma(s_i)), \qquad s = f(\tilde{x})"
        ),
        symbols=mark(
            r"$x$: a playlist as a row of ones and zeros; $\tilde{x}$: the same with a share `input_dropout` removed; "
            r"$f$: the network; $\sigma$: the logistic function."
        ),
        references=(
            MOVIE_REC,
            Reference(
                "Vincent, Larochelle, Bengio & Manzagol, “Extracting and Composing Robust Features with Denoising "
                "Autoencoders”, ICML 2008",
                "https://doi.org/10.1145/1390156.1390294",
            ),
            VARIATIONAL,
        ),
        page="likelihood-autoencoders",
        published=(
            PublishedSettings(
                mark("Liang et al. 2018"),
                {
                    "hidden": [200],
                    "activation": "tanh",
                    "normalise": True,
                    "input_dropout": 0.5,
                    "optimiser.kind": "adam",
                    "optimiser.learning_rate": 0.001,
                    "batch": 500,
                },
            ),
        ),
    )
    Config = DaeConfig


class MultiDae(Ae):
    """Denoising, multinomial."""

    kind = "multi-dae"
    title = mark("Multi-DAE")
    card = ModelCard(
        summary=mark(
            "A denoising autoencoder whose songs compete: they share one unit of probability, as in a list of fixed "
            "length. This fits ranking better than a yes or a no for each song."
        ),
        equation=r"\max_{\theta} \sum_i x_i \ln \frac{e^{s_i}}{\sum_j e^{s_j}}, \qquad s = f(\tilde{x})",
        symbols=mark(
            r"$x$: a playlist as a row of ones and zeros; $\tilde{x}$: the same with a share `input_dropout` removed; "
            r"$f$: the network."
        ),
        references=(
            VARIATIONAL,
            MOVIE_REC,
        ),
        page="likelihood-autoencoders",
        published=(
            PublishedSettings(
                mark("Liang et al. 2018"),
                {
                    "hidden": [200],
                    "activation": "tanh",
                    "normalise": True,
                    "input_dropout": 0.5,
                    "optimiser.kind": "adam",
                    "optimiser.learning_rate": 0.001,
                    "batch": 500,
                },
            ),
        ),
    )
    Config = MultiDaeConfig


class Vae(Ae):
    """Variational; scores use the mean of the code."""

    kind = "vae"
    title = mark("VAE")
    card = ModelCard(
        summary=mark(
            "An autoencoder whose code is a normal distribution. Training draws from it, and a penalty keeps the "
            "distributions close to the standard normal, so that similar playlists have similar codes."
        ),
        equation=(
            r"\max_{\theta} \sum_i x_i \ln \sigma(s_i) + (1 - x_i) \ln (1 - \sigma(s_i)) - \beta\, \mathrm{KL}(q(z "
            r"\mid x) \,\Vert\, \mathcal{N}(0, I))"
        ),
        symbols=mark(
            r"$x_i$: 1 if the playlist contains song $i$; $s_i$: the output for a code $z$ drawn from $q(z \mid x)$, "
            r"the encoder; $\beta$: `beta`."
        ),
        references=(
            MOVIE_REC,
            Reference(
                "Kingma & Welling, “Auto-Encoding Variational Bayes”, ICLR 2014", "https://arxiv.org/abs/1312.6114"
            ),
            VARIATIONAL,
        ),
        page="likelihood-autoencoders",
        published=(LIANG_VARIATIONAL,),
    )
    Config = VaeConfig
    config: VaeConfig

    def _divergence(self) -> Divergence:
        return self.config.divergence


class MultiVae(Vae):
    """Variational, multinomial."""

    kind = "multi-vae"
    title = mark("Multi-VAE")
    card = ModelCard(
        summary=mark(
            "Multi-DAE with a code that is a normal distribution. The penalty on the code is weighted by beta, which "
            "stays below 1 and may rise during training (annealing)."
        ),
        equation=(
            r"\max_{\theta} \sum_i x_i \ln \frac{e^{s_i}}{\sum_j e^{s_j}} - \beta\, \mathrm{KL}(q(z \mid x) \,\Vert\, "
            r"\mathcal{N}(0, I))"
        ),
        symbols=mark(
            r"$x_i$: 1 if the playlist contains song $i$; $s_i$: the output for a code $z$ drawn from $q(z \mid x)$, "
            r"the encoder; $\beta$: `beta`."
        ),
        references=(
            VARIATIONAL,
            MOVIE_REC,
        ),
        page="likelihood-autoencoders",
        published=(LIANG_VARIATIONAL,),
    )
    Config = MultiVaeConfig
