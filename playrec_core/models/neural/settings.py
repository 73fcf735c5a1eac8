"""The hyperparameters of the trunk, as every configuration file writes them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from playrec_core.config import Frozen, NonNegative, Positive

Share = Annotated[float, Field(ge=0, lt=1)]
FinalShare = Annotated[float, Field(gt=0, le=1)]
"""The learning rate falls in a straight line, step by step, to this share of itself; 1 keeps it."""
Activation = Literal["selu", "relu", "tanh", "identity"]


class SquaredError(Frozen):
    """loss = sum * SE + mean * SE / (rows * outputs) + masked * (SE over the ones) / (number of ones).

    SE is the squared error summed over a batch. The documents' losses are sum = 1, mean = 3 (row M5) or 50 (M6), and
    mean = 200, masked = 15 (M8). "sum" and "mean" are one term but for a constant: on 277,218 songs and 1,024
    playlists, the document's 50 * MSE(mean) adds less than a millionth to its MSE(sum).
    """

    sum: NonNegative
    mean: NonNegative
    masked: NonNegative


class Adam(Frozen):
    """Kingma & Ba, ICLR 2015, with torch's defaults beta = (0.9, 0.999), epsilon = 1e-8.

    Args:
        lazy: a row of the embedding or the output layer rests while no step touches it. Otherwise the way that its
            momentum would have carried it is made up when it is next read, as if every step had moved every row.
    """

    kind: Literal["adam"]
    lazy: bool
    learning_rate: Annotated[float, Field(gt=0)]
    final: FinalShare
    weight_decay: NonNegative


class Sgd(Frozen):
    """Gradient descent with momentum, as ``torch.optim.SGD`` has it."""

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
        tied: the decoder's weights are the encoder's, transposed; ``hidden`` must then read the same backwards.
        normalise: divide each input row by its Euclidean length, so that long and short playlists look alike.
        input_dropout: share of the input entries hidden in training (a denoising autoencoder).
        code_dropout: share of the code's units hidden in training.
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
        """Which hidden layer is the code."""
        return len(self.hidden) // 2


class Schedule(Frozen):
    """What every training loop is told.

    Args:
        optimiser: an `Adam` or `Sgd`.
        batch: rows a step.
        epochs: passes over the training rows, at the most.
    """

    optimiser: Annotated[Adam | Sgd, Field(discriminator="kind")]
    batch: Positive
    epochs: Positive


class TrainingConfig(Schedule):
    """How a network is trained, whatever its shape and its loss; beside `Schedule`:

    Args:
        samples: expected number of outputs drawn a step beside those that hold a target; 0 computes all outputs.
        sample_power: outputs are drawn in proportion to frequency ** sample_power.
        held_out: share of the training rows set aside to choose the epoch by; 0 trains all epochs on all rows.
        patience: epochs without a better figure on the held-out rows before training stops.
    """

    samples: Annotated[int, Field(ge=0)]
    sample_power: NonNegative
    held_out: Share
    patience: Positive


class NeuralConfig(NetworkConfig, TrainingConfig):
    """An autoencoder and how it is trained.

    Args:
        loss: which distribution the outputs are parameters of. "multinomial" (Liang et al., WWW 2018): one unit of
            probability, for which a row's items compete; "logistic": each item a yes or no of its own; a
            `SquaredError`: a normal distribution of fixed variance.
        precision: of the products within a step. "bfloat16" is mixed precision (Micikevicius et al., ICLR 2018; with
            the exponent of a float32 it needs no scaling of the loss): parameters, gradients and the loss stay
            float32. Meant for cards with units for it; a processor without them is slower so.
    """

    loss: Literal["multinomial", "logistic"] | SquaredError
    precision: Literal["float32", "bfloat16"] = "float32"
