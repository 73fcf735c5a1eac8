"""The hyperparameters of the neural models, as configuration files write them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from playrec_core.config import Frozen, NonNegative, Positive

Share = Annotated[float, Field(ge=0, lt=1)]
FinalShare = Annotated[float, Field(gt=0, le=1)]
"""The learning rate decays linearly to this share of itself; 1 keeps it constant."""
Activation = Literal["selu", "relu", "tanh", "identity"]


class SquaredError(Frozen):
    """loss = sum * SE + mean * SE / (rows * outputs) + masked * (SE over the ones) / (number of ones).

    SE is the squared error summed over a batch. The Melon playlist-continuation systems (docs/sources/melon-systems.md)
    use sum = 1 with mean = 3 (content autoencoder) or 50 (collaborative autoencoder), and mean = 200 with masked = 15
    (hybrid song autoencoder). "sum" and "mean" differ only by a constant factor: with 277,218 songs and a batch of
    1,024 playlists, 50 * MSE(mean) adds less than a millionth to MSE(sum).
    """

    sum: NonNegative
    mean: NonNegative
    masked: NonNegative


class Adam(Frozen):
    """Adam (Kingma & Ba, ICLR 2015) with torch's defaults beta = (0.9, 0.999), epsilon = 1e-8.

    Args:
        lazy: whether rows of the embedding and output layers stay unchanged in steps that do not touch them. If not,
            the momentum updates that a row missed are applied when it is next read, as if every step updated it.
        learning_rate: of the first step.
        final: share of the learning rate that is left at the last step; see `FinalShare`.
        weight_decay: L2 penalty added to the gradient, as in torch.
    """

    kind: Literal["adam"]
    lazy: bool
    learning_rate: Annotated[float, Field(gt=0)]
    final: FinalShare
    weight_decay: NonNegative


class Sgd(Frozen):
    """Gradient descent with momentum as in ``torch.optim.SGD``; other arguments as in `Adam`."""

    kind: Literal["sgd"]
    learning_rate: Annotated[float, Field(gt=0)]
    final: FinalShare
    momentum: Share
    weight_decay: NonNegative


class NetworkConfig(Frozen):
    """The shape of an autoencoder.

    Args:
        hidden: widths of the hidden layers; the middle one is the code.
        activation: of every hidden layer; outputs are linear.
        tied: the decoder's weights are the encoder's, transposed; ``hidden`` must then be symmetric.
        normalise: divide each input row by its Euclidean norm, so that playlist length does not matter.
        input_dropout: share of the input entries dropped in training (a denoising autoencoder).
        code_dropout: share of the code's units dropped in training.
    """

    hidden: Annotated[tuple[Positive, ...], Field(min_length=1)]
    activation: Activation
    tied: bool
    normalise: bool
    input_dropout: Share
    code_dropout: Share

    @model_validator(mode="after")
    def _mirrored(self) -> Self:
        if self.tied and (self.hidden != self.hidden[::-1] or len(self.hidden) % 2 == 0):
            raise ValueError("tied weights need an odd number of hidden widths that read the same backwards")
        return self

    @property
    def code(self) -> int:
        """Index of the hidden layer that is the code."""
        return len(self.hidden) // 2


class Schedule(Frozen):
    """Hyperparameters of every training loop.

    Args:
        optimiser: an `Adam` or `Sgd`.
        batch: rows per step.
        epochs: maximum number of passes over the training rows.
    """

    optimiser: Annotated[Adam | Sgd, Field(discriminator="kind")]
    batch: Positive
    epochs: Positive


class TrainingConfig(Schedule):
    """Hyperparameters of `Schedule`, and:

    Args:
        samples: expected number of outputs drawn per step in addition to the targets; 0 computes all outputs.
        sample_power: outputs are drawn in proportion to frequency ** sample_power.
        held_out: share of the training rows held out to select the epoch; 0 trains all epochs on all rows.
        patience: epochs without improvement on the held-out rows before training stops.
    """

    samples: Annotated[int, Field(ge=0)]
    sample_power: NonNegative
    held_out: Share
    patience: Positive


class NeuralConfig(NetworkConfig, TrainingConfig):
    """An autoencoder and its training.

    Args:
        loss: the likelihood of the outputs. "multinomial" (Liang et al., "Variational Autoencoders for Collaborative
            Filtering", WWW 2018): a row's items share one unit of probability; "logistic": each item is a Bernoulli
            variable; a `SquaredError`: a normal distribution of fixed variance.
        precision: of the matrix products in a step. "bfloat16" is mixed precision (Micikevicius et al., ICLR 2018)
            without loss scaling, because bfloat16 has the exponent of float32: parameters, gradients and the loss stay
            float32. Meant for GPUs that support it; on other hardware it is slower.
    """

    loss: Literal["multinomial", "logistic"] | SquaredError
    precision: Literal["float32", "bfloat16"] = "float32"
