"""RecVAE in torch: encoder, composite prior and alternating training (Shenbin et al., "RecVAE", WSDM 2020).

Parameter arrays, float32, for ``width`` = ``config.width`` and ``code`` = ``config.code``:

    embedding (n_inputs, width), bias.0 (width,)       the first dense layer, as an embedding bag
    weight.i (width, width), bias.i (width,)           for i = 1 ... layers - 1
    scale.i, shift.i (width,)                          of the layer norm after layer i
    mean.weight, log_variance.weight (code, width)     and mean.bias, log_variance.bias (code,)
    output (n_outputs, code), output_bias (n_outputs,) the decoder: one linear layer

The encoder is all but the last line.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, model_validator
from scipy.sparse import csr_array

from playrec_core.config import Frozen, Positive
from playrec_core.models.neural import checkpoint, losses, network
from playrec_core.models.neural.batches import Bags, batches
from playrec_core.models.neural.network import EMBEDDING, OUTPUT, OUTPUT_BIAS, normal
from playrec_core.models.neural.playlists import AutoencoderLoop
from playrec_core.models.neural.sampling import OutputSampler, Sample
from playrec_core.models.neural.settings import Share, TrainingConfig
from playrec_core.schema import Progress

if TYPE_CHECKING:
    import torch

EPSILON = 0.1
"""Added to the variance in every layer norm; this large value is that of the authors' code."""
_LOG_2_PI = math.log(2 * math.pi)
Weight = Annotated[float, Field(ge=0, le=1)]


class CompositePrior(Frozen):
    """The prior of the code: a mixture of three normal distributions. ``standard``, ``old`` and ``wide`` sum to 1.

    Args:
        standard: weight of N(0, 1).
        old: weight of the posterior that the previous epoch's encoder gives the same row.
        wide: weight of N(0, exp(wide_log_variance)), which allows outlying codes.
        wide_log_variance: 10 in the authors' code.
    """

    standard: Weight
    old: Weight
    wide: Weight
    wide_log_variance: float

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> "CompositePrior":
        if not math.isclose(self.standard + self.old + self.wide, 1, abs_tol=1e-6):
            raise ValueError("standard, old and wide must add up to 1")
        return self


class RecVaeTraining(TrainingConfig):
    """Hyperparameters of `TrainingConfig`, and:

    Args:
        width: units of every hidden layer.
        layers: number of hidden layers, densely connected.
        code: length of the code.
        input_dropout: share of the input entries dropped in encoder passes; decoder passes see whole rows.
        gamma: the divergence of a row with n entries has the weight gamma * n, because its likelihood has n terms.
        prior: the `CompositePrior`.
        encoder_passes: passes over the rows per epoch that update only the encoder.
        decoder_passes: passes after them that update only the decoder.
    """

    width: Positive
    layers: Positive
    code: Positive
    input_dropout: Share
    gamma: Annotated[float, Field(ge=0)]
    prior: CompositePrior
    encoder_passes: Positive
    decoder_passes: Positive


def initial(
    config: RecVaeTraining, n_inputs: int, counts: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Initial parameters: normal weights (Glorot & Bengio, AISTATS 2010); the decoder's biases are log frequencies.

    Args:
        config: the shape.
        n_inputs: number of input columns.
        counts: (n_outputs,) int64 number of rows that contain each output.
        rng: the only source of randomness.
    """
    width = config.width
    arrays = {EMBEDDING: normal(rng, n_inputs, width)}
    for layer in range(config.layers):
        if layer:
            arrays[f"weight.{layer}"] = normal(rng, width, width)
        arrays[f"bias.{layer}"] = np.zeros(width, np.float32)
        arrays[f"scale.{layer}"] = np.ones(width, np.float32)
        arrays[f"shift.{layer}"] = np.zeros(width, np.float32)
    for name in ("mean", "log_variance"):
        arrays[f"{name}.weight"] = normal(rng, config.code, width)
        arrays[f"{name}.bias"] = np.zeros(config.code, np.float32)
    return arrays | {OUTPUT: normal(rng, len(counts), config.code), OUTPUT_BIAS: network.log_shares(counts)}


def encode(
    config: RecVaeTraining, weights: "Mapping[str, torch.Tensor]", first: "torch.Tensor"
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Mean and log variance of each row's code, both (n_rows, code) float32.

    h_i = norm(swish(W_i h_(i-1) + b_i + h_0 + ... + h_(i-1))).

    Args:
        config: the shape.
        weights: the parameters by name; the embedding is not used.
        first: (n_rows, width) float32 sums of the rows' embeddings.
    """
    from torch.nn.functional import layer_norm, silu

    before = values = None
    for layer in range(config.layers):
        inner = first if values is None else values @ weights[f"weight.{layer}"].T
        inner = inner + weights[f"bias.{layer}"]
        inner = inner if before is None else inner + before
        scale, shift = weights[f"scale.{layer}"], weights[f"shift.{layer}"]
        values = layer_norm(silu(inner), (config.width,), scale, shift, EPSILON)
        before = values if before is None else before + values
    assert values is not None
    mean, log_variance = (
        values @ weights[f"{name}.weight"].T + weights[f"{name}.bias"] for name in ("mean", "log_variance")
    )
    return mean, log_variance


def log_normal(values: "torch.Tensor", mean: "torch.Tensor | float", log_variance: "torch.Tensor") -> "torch.Tensor":
    """Log density of independent normal distributions, element by element."""
    import torch

    return -0.5 * (log_variance + _LOG_2_PI + (values - mean) ** 2 / torch.exp(log_variance))


def log_prior(
    prior: CompositePrior, values: "torch.Tensor", old_mean: "torch.Tensor", old_log_variance: "torch.Tensor"
) -> "torch.Tensor":
    """(n_rows, code) log density of the mixture, one mixture per coordinate as in the authors' code.

    Args:
        prior: the mixture.
        values: (n_rows, code) sampled codes.
        old_mean: (n_rows, code) of the old encoder.
        old_log_variance: (n_rows, code) of the old encoder.
    """
    import torch

    parts = [
        (prior.standard, 0.0, torch.zeros_like(values)),
        (prior.old, old_mean, old_log_variance),
        (prior.wide, 0.0, torch.full_like(values, prior.wide_log_variance)),
    ]
    logs = [math.log(weight) + log_normal(values, mean, variance) for weight, mean, variance in parts if weight]
    return torch.logsumexp(torch.stack(logs), dim=0)


def divergence(
    prior: CompositePrior,
    code: "torch.Tensor",
    mean: "torch.Tensor",
    log_variance: "torch.Tensor",
    old_mean: "torch.Tensor",
    old_log_variance: "torch.Tensor",
) -> "torch.Tensor":
    """(n_rows,) KL(N(mean, variance) || prior), a one-sample estimate at a ``code`` drawn from the former: there is no
    closed form for a mixture. All tensors are (n_rows, code).
    """
    posterior = log_normal(code, mean, log_variance)
    return (posterior - log_prior(prior, code, old_mean, old_log_variance)).sum(dim=1)


class RecVaeTrainer(AutoencoderLoop):
    """Trains a RecVAE on the rows of a sparse 0-1 matrix.

    An epoch copies the encoder as "old", then updates only the encoder for ``encoder_passes`` over rows with input
    dropout and only the decoder for ``decoder_passes`` over whole rows. Trained jointly, the decoder overfits first.

    Args:
        config: hyperparameters.
        inputs: (n_rows, n_inputs) CSR float32; values are the weights of the entries.
        targets: (n_rows, n_outputs) CSR float32; each stored entry is a positive, its value the weight in the loss.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
    """

    config: RecVaeTraining

    def __init__(
        self, config: RecVaeTraining, inputs: csr_array, targets: csr_array, *, rng: np.random.Generator, device: str
    ):
        self.config, self.inputs, self.targets = config, inputs, targets
        counts = np.bincount(targets.indices, minlength=targets.shape[1])
        self.sampler = OutputSampler(counts, targets.shape[0], config.samples, config.sample_power)
        arrays = initial(config, inputs.shape[1], counts, rng)
        data = checkpoint.csr_arrays(inputs, targets)
        super().__init__(config, arrays, n_rows=inputs.shape[0], data=data, rng=rng, device=device)
        self.decoder = frozenset({OUTPUT, OUTPUT_BIAS})
        self.encoder = frozenset(self.parameters) - self.decoder
        self.old = self._encoder_copy()

    @property
    def steps(self) -> int:
        return self.batches * (self.config.encoder_passes + self.config.decoder_passes)

    def optimiser_steps(self, name: str) -> int:
        return self.steps_of(self.decoder if name in self.decoder else self.encoder)

    def steps_of(self, names: frozenset[str]) -> int:
        """Optimiser steps of the encoder or the decoder so far; each has its own optimiser."""
        passes = self.config.encoder_passes, self.config.decoder_passes
        epochs, rest = divmod(self.done.step, self.steps)
        encoder = min(rest, passes[0] * self.batches)
        if names == self.decoder:
            return epochs * passes[1] * self.batches + rest - encoder
        return epochs * passes[0] * self.batches + encoder

    def _encoder_copy(self) -> "dict[str, torch.Tensor]":
        """A copy of the encoder's current parameters."""
        return {name: self.parameters[name].value.clone() for name in self.encoder}

    def epoch(self, progress: Progress) -> None:
        self.old = self._encoder_copy()
        start = self.done.step
        passes = [self.encoder] * self.config.encoder_passes + [self.decoder] * self.config.decoder_passes
        for names in passes:
            for rows in batches(self.inputs.shape[0], self.config.batch, self.rng):
                self.step(rows, names)
                progress((self.done.step - start) / self.steps)

    def step(self, rows: np.ndarray, names: frozenset[str] | None = None) -> float:
        """One optimiser step on some rows for the parameters ``names``, by default the `encoder`; the loss before
        it.
        """
        names = names or self.encoder
        targets, whole = Bags.of(self.targets, rows), Bags.of(self.inputs, rows)
        shown = self.corrupted(whole, names)
        sample = self.sampler.draw(targets.columns, len(rows), self.rng)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(sorted(names))
        if names == self.encoder:
            touched[EMBEDDING] = self._tensor(np.unique(shown.columns))
        elif not self.sampler.all_outputs:
            touched[OUTPUT] = touched[OUTPUT_BIAS] = self._tensor(sample.columns)
        leaves = self._leaves(touched)
        return self._apply_gradients(self._loss(leaves, touched, shown, whole, targets, sample), leaves, touched)

    def corrupted(self, whole: Bags, names: frozenset[str]) -> Bags:
        """Rows with input dropout in an encoder step; whole rows in a decoder step."""
        return whole.dropout(self.config.input_dropout, self.rng) if names == self.encoder else whole

    def _loss(
        self,
        leaves: "dict[str, torch.Tensor]",
        touched: "dict[str, torch.Tensor | None]",
        shown: Bags,
        whole: Bags,
        targets: Bags,
        sample: Sample,
    ) -> "torch.Tensor":
        """The multinomial loss, plus the divergence in an encoder step."""
        import torch

        weights = {name: each.value for name, each in self.parameters.items()} | leaves
        needed = touched.get(EMBEDDING)
        columns = np.searchsorted(needed.cpu().numpy(), shown.columns) if needed is not None else shown.columns
        first = network.embed(weights[EMBEDDING], self._tensor(columns), shown.normalised())
        mean, log_variance = encode(self.config, weights, first)
        normal = self._tensor(self.rng.standard_normal(tuple(mean.shape), dtype=np.float32))
        code = mean + normal * torch.exp(0.5 * log_variance)
        chosen = self._tensor(sample.columns)
        # In a decoder step with sampling the leaves are the sampled rows already.
        sampled = touched.get(OUTPUT) is not None
        last, bias = (weights[name] if sampled else weights[name][chosen] for name in (OUTPUT, OUTPUT_BIAS))
        outputs = torch.addmm(bias, code, last.T)  # (n_rows, n_sampled)
        ones = self._tensor(targets.row_of), self._tensor(np.searchsorted(sample.columns, targets.columns))
        loss = losses.multinomial(outputs, *ones, self._tensor(sample.log_inclusion), self._tensor(targets.values))
        if EMBEDDING not in leaves:
            return loss
        old = encode(
            self.config, self.old, network.embed(self.old[EMBEDDING], self._tensor(whole.columns), whole.normalised())
        )
        beta = self._tensor(self.config.gamma * np.diff(whole.offsets).astype(np.float32))  # (n_rows,)
        return loss + (beta * divergence(self.config.prior, code, mean, log_variance, *old)).mean()

    def outputs(self, inputs: csr_array) -> "torch.Tensor":
        """(n_rows, n_outputs) float32 outputs of the current network, without dropout or sampling."""
        import torch

        bags = Bags.of(inputs, np.arange(inputs.shape[0])).normalised()
        with torch.no_grad():
            weights = {name: each.value for name, each in self.parameters.items()}
            mean, _ = encode(self.config, weights, network.embed(weights[EMBEDDING], self._tensor(bags.columns), bags))
            return torch.addmm(weights[OUTPUT_BIAS], mean, weights[OUTPUT].T)
