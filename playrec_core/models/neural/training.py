"""The training step of the sparse autoencoder on one batch; `loop` repeats it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from . import checkpoint, losses, network
from .batches import Bags
from .network import EMBEDDING, OUTPUT, OUTPUT_BIAS, Noise
from .playlists import AutoencoderLoop
from .sampling import OutputSampler, Sample
from .settings import NeuralConfig, SquaredError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Divergence:
    """The Kullback-Leibler term of a variational autoencoder.

    Args:
        beta: its final weight.
        annealing_epochs: epochs over which the weight rises linearly from 0 to beta; 0 for a fixed beta.
    """

    beta: float
    annealing_epochs: float


class Trainer(AutoencoderLoop):
    """Trains one autoencoder on the rows of a sparse 0-1 matrix.

    Args:
        config: hyperparameters.
        inputs: (n_rows, n_inputs) CSR float32; values are the weights of the entries.
        targets: (n_rows, n_outputs) CSR float32; each stored entry is a positive, its value the weight in the loss.
        rng: the only source of randomness; on the CPU the same state and number of threads give the same bytes.
        device: "cpu" or "cuda".
        divergence: makes the autoencoder variational.
        refeed: dense re-feeding (Kuchaiev & Ginsburg, "Training Deep AutoEncoders for Collaborative Filtering",
            arXiv:1708.01715): each step is followed by one on its outputs, as inputs and as targets. They are dense,
            so all outputs must be computed.
    """

    config: NeuralConfig
    data_parallel = True
    tables = frozenset({EMBEDDING, OUTPUT, OUTPUT_BIAS})

    def __init__(
        self,
        config: NeuralConfig,
        inputs: csr_array,
        targets: csr_array,
        *,
        rng: np.random.Generator,
        device: str,
        divergence: Divergence | None = None,
        refeed: bool = False,
    ):
        if config.tied and targets.shape[1] > inputs.shape[1]:
            raise ValueError(f"tied weights: more outputs ({targets.shape[1]}) than inputs ({inputs.shape[1]})")
        self.config, self.inputs, self.targets = config, inputs, targets
        self.divergence, self.refeed = divergence, refeed
        counts = np.bincount(targets.indices, minlength=targets.shape[1])
        self.sampler = OutputSampler(counts, targets.shape[0], config.samples, config.sample_power)
        dense = self.sampler.all_outputs and inputs.shape[1] == targets.shape[1]
        if refeed and not (dense and isinstance(config.loss, SquaredError)):
            raise ValueError("re-feeding needs a squared error, as many outputs as inputs, and no output sampling")
        arrays = network.initial(config, inputs.shape[1], len(counts), variational=divergence is not None, rng=rng)
        # Start from the items' frequencies: the best outputs that do not depend on the row.
        if config.loss == "multinomial":
            arrays[OUTPUT_BIAS] = network.log_shares(counts)
        elif config.loss == "logistic":
            arrays[OUTPUT_BIAS] = network.log_odds(counts, targets.shape[0])
        data = checkpoint.csr_arrays(inputs, targets)
        super().__init__(config, arrays, n_rows=inputs.shape[0], data=data, rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float:
        """As in `Loop`, and with re-feeding a second optimiser step."""
        import torch

        config = self.config
        targets = Bags.of(self.targets, rows)
        inputs = self.corrupted(Bags.of(self.inputs, rows))
        sample = self.sampler.draw(targets.columns, len(rows), self.rng)
        # Only these rows of the embedding have a gradient.
        needed = np.unique(np.concatenate([inputs.columns, sample.columns]) if config.tied else inputs.columns)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        touched[EMBEDDING] = self._tensor(needed)
        if not self.sampler.all_outputs:
            touched[OUTPUT_BIAS] = self._tensor(sample.columns)
            if not config.tied:
                touched[OUTPUT] = touched[OUTPUT_BIAS]
        leaves = self._leaves(touched)

        local = self.local_rows(len(rows))
        targets, inputs = targets.row_slice(local), inputs.row_slice(local)
        first = network.embed(leaves[EMBEDDING], self._tensor(np.searchsorted(needed, inputs.columns)), inputs)
        if config.tied:
            last = leaves[EMBEDDING].index_select(0, self._tensor(np.searchsorted(needed, sample.columns)))
        else:
            last = leaves[OUTPUT]
        with self._autocast():
            result = network.forward_hidden(config, leaves, first, self._noise(len(rows), local))
            outputs = torch.addmm(leaves[OUTPUT_BIAS], result.hidden, last.T)  # (n_local, n_sampled)

        outputs = outputs.float()
        loss = self._loss(outputs, targets, sample)
        if self.divergence and result.mean is not None and result.log_variance is not None:
            loss = loss + self.beta() * losses.divergence(result.mean.float(), result.log_variance.float())
        value = self._apply_gradients(loss, leaves, touched)
        if self.refeed:
            self._refeed(outputs.detach(), len(rows), local)
        return value

    def _loss(self, outputs: "torch.Tensor", targets: Bags, sample: Sample) -> "torch.Tensor":
        """The configured loss of the (n_rows, n_sampled) outputs for the columns of ``sample``."""
        ones = self._tensor(targets.row_of), self._tensor(np.searchsorted(sample.columns, targets.columns))
        log_inclusion, weights = self._tensor(sample.log_inclusion), self._tensor(targets.values)
        if self.config.loss == "multinomial":
            return losses.multinomial(outputs, *ones, log_inclusion, weights)
        if self.config.loss == "logistic":
            return losses.logistic(outputs, *ones, log_inclusion, weights)
        # Processes weight their losses by the share of local rows; for a sum over rows the weight must cancel.
        terms = self.config.loss
        if self.group and self.share:
            terms = terms.model_copy(update={"sum": terms.sum / self.share})
        return losses.squared(outputs, *ones, log_inclusion, terms, self.targets.shape[1], weights)

    def _refeed(self, outputs: "torch.Tensor", n_rows: int, local: slice) -> None:
        """One step towards f(f(x)) = f(x).

        Args:
            outputs: (n_local, n_outputs) float32 outputs of the local rows.
            n_rows: rows of the whole batch.
            local: which of them are local.
        """
        import torch

        assert isinstance(self.config.loss, SquaredError)
        self.catch_up()
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        leaves = self._leaves(touched)
        shown = torch.nn.functional.normalize(outputs) if self.config.normalise else outputs
        last = leaves[EMBEDDING] if self.config.tied else leaves[OUTPUT]
        with self._autocast():
            result = network.forward_hidden(self.config, leaves, shown @ leaves[EMBEDDING], self._noise(n_rows, local))
            again = torch.addmm(leaves[OUTPUT_BIAS], result.hidden, last.T)
        self._apply_gradients(losses.squared_dense(again.float(), outputs, self.config.loss), leaves, touched)

    def _autocast(self) -> "torch.autocast":
        """A context in which matrix products have the configured precision."""
        import torch

        return torch.autocast(self.device, torch.bfloat16, enabled=self.config.precision == "bfloat16")

    def corrupted(self, bags: Bags) -> Bags:
        """The training inputs: input dropout, then normalisation or rescaling."""
        kept = bags.dropout(self.config.input_dropout, self.rng)
        if self.config.normalise:
            return kept.normalised()
        # Inverted dropout: the expected sum of a row is the same as without dropout.
        return kept.scaled(1 / (1 - self.config.input_dropout)) if self.config.input_dropout else kept

    def outputs(self, inputs: csr_array) -> "torch.Tensor":
        """(n_rows, n_outputs) float32 outputs of the current network, without dropout or noise."""
        import torch

        bags = Bags.of(inputs, np.arange(inputs.shape[0]))
        bags = bags.normalised() if self.config.normalise else bags
        with torch.no_grad():
            needed = np.unique(bags.columns)
            table = self.parameters[EMBEDDING].leaf(self._tensor(needed))
            first = network.embed(table, self._tensor(np.searchsorted(needed, bags.columns)), bags)
            inner = {name: each.value for name, each in self.parameters.items() if name not in self.tables}
            hidden = network.forward_hidden(self.config, inner, first, Noise()).hidden
            last, n_outputs = self.parameters[EMBEDDING if self.config.tied else OUTPUT], self.targets.shape[1]
            return torch.addmm(self.parameters[OUTPUT_BIAS].head(n_outputs), hidden, last.head(n_outputs).T)

    def loss_on(self, inputs: csr_array, targets: csr_array) -> float:
        """The configured loss over some rows, in batches, without dropout, noise or sampling.

        Args:
            inputs: (n_rows, n_inputs) CSR float32.
            targets: (n_rows, n_outputs) CSR float32.
        """
        whole = Sample(np.arange(targets.shape[1]), np.zeros(targets.shape[1], np.float32))
        total = 0.0
        for start in range(0, inputs.shape[0], self.config.batch):
            rows = np.arange(start, min(start + self.config.batch, inputs.shape[0]))
            outputs = self.outputs(csr_array(inputs[rows]))
            total += len(rows) * float(self._loss(outputs, Bags.of(targets, rows), whole))
        return total / max(inputs.shape[0], 1)

    @property
    def steps(self) -> int:
        return self.batches * (2 if self.refeed else 1)

    def beta(self) -> float:
        """The weight of the divergence in the next step."""
        assert self.divergence
        steps = self.divergence.annealing_epochs * self.steps
        return self.divergence.beta * (min(1.0, self.done.step / steps) if steps else 1.0)

    def _noise(self, n_rows: int, local: slice) -> Noise:
        """Noise for the local rows of a batch of ``n_rows``, from the one generator that a checkpoint stores."""
        shape, dropout = (n_rows, self.config.hidden[self.config.code]), self.config.code_dropout
        mask = (self.rng.random(shape, dtype=np.float32) >= dropout) / np.float32(1 - dropout) if dropout else None
        normal = self.rng.standard_normal(shape, dtype=np.float32) if self.divergence else None
        return Noise(
            self._tensor(mask[local]) if mask is not None else None,
            self._tensor(normal[local]) if normal is not None else None,
        )
