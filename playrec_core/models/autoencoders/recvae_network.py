"""RecVAE in torch: its encoder, its composite prior, its alternating training. Shenbin et al., WSDM 2020.

Names of the arrays, for ``width`` = ``config.width`` and ``code`` = ``config.code``:

    embedding (n_inputs, width), bias.0 (width,)       the first dense layer, as an embedding bag
    weight.i (width, width), bias.i (width,)           for i = 1 ... layers - 1
    scale.i, shift.i (width,)                          of the layer normalisation after layer i
    mean.weight, log_variance.weight (code, width)     and mean.bias, log_variance.bias (code,)
    output (n_outputs, code), output_bias (n_outputs,) the decoder: one linear layer

All but the last line is the encoder.
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
from playrec_core.models.neural.loop import Loop
from playrec_core.models.neural.network import EMBEDDING, OUTPUT, OUTPUT_BIAS, normal
from playrec_core.models.neural.sampling import OutputSampler, Sample
from playrec_core.models.neural.settings import Share, TrainingConfig
from playrec_core.schema import Progress

if TYPE_CHECKING:
    import torch

EPSILON = 0.1
"""Added to the variance in every layer normalisation; the authors' code has this large one."""
_LOG_2_PI = math.log(2 * math.pi)
Weight = Annotated[float, Field(ge=0, le=1)]


class CompositePrior(Frozen):
    """What a code is compared with: a mixture of three normal distributions, with these weights.

    Args:
        standard: N(0, 1), which keeps codes near each other.
        old: where the encoder of the epoch before would have put the same row: it keeps what was learnt.
        wide: N(0, exp(wide_log_variance)), which lets some codes lie far out.
        wide_log_variance: the authors' code has 10.
    """

    standard: Weight
    old: Weight
    wide: Weight
    wide_log_variance: float

    @model_validator(mode="after")
    def _a_distribution(self) -> "CompositePrior":
        if not math.isclose(self.standard + self.old + self.wide, 1, abs_tol=1e-6):
            raise ValueError("standard, old and wide must add up to 1")
        return self


class RecVaeTraining(TrainingConfig):
    """Hyperparameters of the training, and:

    Args:
        width: of every hidden layer.
        layers: number of hidden layers, each of which reads the sum of all before it.
        code: length of the code.
        input_dropout: share of the input entries hidden while the encoder learns; the decoder sees whole rows.
        gamma: a row of n entries is charged gamma * n * KL(code || prior): the more is known of a row, the surer its
            code should be, and the likelihood it is weighed against has n terms.
        prior: the `CompositePrior`.
        encoder_passes: passes over the rows an epoch in which only the encoder learns.
        decoder_passes: passes after them in which only the decoder does.
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
    """Untrained parameters: Glorot & Bengio's normal weights (AISTATS 2010); the decoder's bias says how frequent each
    item is.

    Args:
        config: the shape.
        n_inputs: number of input columns.
        counts: (n_outputs,) how many rows hold each output.
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
    """Mean and log variance of each row's code, both (n_rows, code).

    h_i = norm(swish(W_i h_(i-1) + b_i + h_0 + ... + h_(i-1))).

    Args:
        config: the shape.
        weights: the parameters by name; the embedding is not read.
        first: (n_rows, width): the rows' sums of embeddings.
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
    """Log density of the mixture, element by element: as in the authors' code each number of the code has its own.

    Args:
        prior: the mixture.
        values: (n_rows, code) codes that were drawn.
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
    """(n_rows,) KL(N(mean, variance) || prior), estimated at one ``code`` drawn from the former: a mixture has no
    closed form.
    """
    drawn = log_normal(code, mean, log_variance)
    return (drawn - log_prior(prior, code, old_mean, old_log_variance)).sum(dim=1)


class RecVaeTrainer(Loop):
    """Trains a RecVAE on the rows of a sparse 0-1 matrix.

    An epoch: the encoder of the epoch before is kept as "old"; ``encoder_passes`` over noisy rows move the encoder
    alone; ``decoder_passes`` over whole rows move the decoder alone. Trained together, the decoder overfits first.

    Args:
        config: hyperparameters.
        inputs: (n_rows, n_inputs) CSR; values are the weights of the entries.
        targets: (n_rows, n_outputs) CSR; every stored entry is a one, and its value is its weight in the loss.
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
        data = checkpoint.content(inputs, targets)
        super().__init__(config, arrays, n_rows=inputs.shape[0], data=data, rng=rng, device=device)
        self.decoder = frozenset({OUTPUT, OUTPUT_BIAS})
        self.encoder = frozenset(self.parameters) - self.decoder
        self.old = self._kept()

    @property
    def steps(self) -> int:
        return self.batches * (self.config.encoder_passes + self.config.decoder_passes)

    def moves(self, name: str) -> int:
        return self.moved(self.decoder if name in self.decoder else self.encoder)

    def moved(self, names: frozenset[str]) -> int:
        """How many steps the encoder, or the decoder, has made; each has an optimiser of its own."""
        passes = self.config.encoder_passes, self.config.decoder_passes
        epochs, rest = divmod(self.done.step, self.steps)
        encoder = min(rest, passes[0] * self.batches)
        if names == self.decoder:
            return epochs * passes[1] * self.batches + rest - encoder
        return epochs * passes[0] * self.batches + encoder

    def _kept(self) -> "dict[str, torch.Tensor]":
        """A copy of the encoder as it is."""
        return {name: self.parameters[name].value.clone() for name in self.encoder}

    def epoch(self, progress: Progress) -> None:
        self.old = self._kept()
        start = self.done.step
        passes = [self.encoder] * self.config.encoder_passes + [self.decoder] * self.config.decoder_passes
        for names in passes:
            for rows in batches(self.inputs.shape[0], self.config.batch, self.rng):
                self.step(rows, names)
                progress((self.done.step - start) / self.steps)

    def step(self, rows: np.ndarray, names: frozenset[str] | None = None) -> float:
        """One step on some rows by which the parameters ``names`` move, by default the `encoder`; the loss before
        it.
        """
        names = names or self.encoder
        targets, whole = Bags.of(self.targets, rows), Bags.of(self.inputs, rows)
        shown = self.shown(whole, names)
        sample = self.sampler.draw(targets.columns, len(rows), self.rng)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(sorted(names))
        if names == self.encoder:
            touched[EMBEDDING] = self._tensor(np.unique(shown.columns))
        elif not self.sampler.everything:
            touched[OUTPUT] = touched[OUTPUT_BIAS] = self._tensor(sample.columns)
        leaves = self._leaves(touched)
        return self._descend(self._loss(leaves, touched, shown, whole, targets, sample), leaves, touched)

    def shown(self, whole: Bags, names: frozenset[str]) -> Bags:
        """Rows as a step shows them: noisy to the encoder that learns, whole to the decoder."""
        return whole.without(self.config.input_dropout, self.rng) if names == self.encoder else whole

    def _loss(
        self,
        leaves: "dict[str, torch.Tensor]",
        touched: "dict[str, torch.Tensor | None]",
        shown: Bags,
        whole: Bags,
        targets: Bags,
        sample: Sample,
    ) -> "torch.Tensor":
        """The multinomial loss and, while the encoder learns, the divergence."""
        import torch

        weights = {name: each.value for name, each in self.parameters.items()} | leaves
        needed = touched.get(EMBEDDING)
        places = np.searchsorted(needed.cpu().numpy(), shown.columns) if needed is not None else shown.columns
        first = network.embed(weights[EMBEDDING], self._tensor(places), shown.normalised())
        mean, log_variance = encode(self.config, weights, first)
        normal = self._tensor(self.rng.standard_normal(tuple(mean.shape), dtype=np.float32))
        code = mean + normal * torch.exp(0.5 * log_variance)
        chosen = self._tensor(sample.columns)
        # A layer of which only the sampled rows are leaves is cut already.
        cut = touched.get(OUTPUT) is not None
        last, bias = (weights[name] if cut else weights[name][chosen] for name in (OUTPUT, OUTPUT_BIAS))
        outputs = torch.addmm(bias, code, last.T)  # (n_rows, n_sampled)
        ones = self._tensor(targets.row_of), self._tensor(np.searchsorted(sample.columns, targets.columns))
        loss = losses.multinomial(outputs, *ones, self._tensor(sample.log_inclusion), self._tensor(targets.values))
        if EMBEDDING not in leaves:
            return loss
        old = encode(
            self.config, self.old, network.embed(self.old[EMBEDDING], self._tensor(whole.columns), whole.normalised())
        )
        charged = self._tensor(self.config.gamma * np.diff(whole.offsets).astype(np.float32))  # (n_rows,)
        return loss + (charged * divergence(self.config.prior, code, mean, log_variance, *old)).mean()

    def outputs(self, inputs: csr_array) -> "torch.Tensor":
        """(n_rows, n_outputs) of the network as it is now, without noise."""
        import torch

        bags = Bags.of(inputs, np.arange(inputs.shape[0])).normalised()
        with torch.no_grad():
            weights = {name: each.value for name, each in self.parameters.items()}
            mean, _ = encode(self.config, weights, network.embed(weights[EMBEDDING], self._tensor(bags.columns), bags))
            return torch.addmm(weights[OUTPUT_BIAS], mean, weights[OUTPUT].T)
