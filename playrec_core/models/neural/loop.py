"""The training loop of all models trained by gradient descent: epochs, steps, early stopping, checkpoints."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from playrec_core.errors import ConfigError
from playrec_core.schema import Progress

from . import checkpoint
from .batches import batches
from .checkpoint import TrainingProgress
from .data_parallel import process_group
from .optimisers import Parameter
from .settings import Schedule
from .shard import Shard

if TYPE_CHECKING:
    import torch

Arrays = dict[str, np.ndarray]


@contextmanager
def _deterministic_on_cpu(device: str) -> Iterator[None]:
    """On the CPU, sum over repeated indices in a fixed order: in torch's faster kernels it depends on the threads."""
    import torch

    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(before or device == "cpu")
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)


class Loop(ABC):
    """Parameters in training. A subclass defines the training step on a batch of rows.

    Args:
        config: optimiser, batch size, epochs.
        arrays: the initial parameters by name, float32.
        n_rows: training rows per epoch.
        data: the training data; a checkpoint is used only if the data, the configuration and ``rng`` are the same.
        rng: the only source of randomness; on the CPU the same state and number of threads give the same bytes.
        device: "cpu" or "cuda".
    """

    data_parallel: ClassVar[bool] = False
    """Whether `step` computes only the `local_rows` of a batch where several processes train. Otherwise every process
    runs the whole training, with the same result.
    """
    tables: ClassVar[frozenset[str]] = frozenset()
    """The parameters with a row per item, which grow with the catalogue and can be sharded over processes."""

    def __init__(
        self,
        config: Schedule,
        arrays: Arrays,
        *,
        n_rows: int,
        data: Sequence[np.ndarray],
        rng: np.random.Generator,
        device: str,
    ):
        import torch

        self._schedule, self._n_rows = config, n_rows
        self.rng, self.device = rng, device
        self.key = checkpoint.key(config, data, rng)
        self.share = 1.0
        self.group = process_group() if self.data_parallel else None
        self.parameters = {
            name: Shard(array, config.optimiser, device, self.group)
            if self.group and self.group.sharded and name in self.tables
            else Parameter(torch.from_numpy(array).to(device), config.optimiser)
            for name, array in arrays.items()
        }
        self.done = TrainingProgress()

    @abstractmethod
    def step(self, rows: np.ndarray) -> float | None:
        """One optimiser step on a batch of rows, (n,) int64; the loss before it, None if the batch has no target.

        In a data-parallel training every process gets the whole batch, draws random numbers for all of it, and
        computes its `local_rows`.

        Raises:
            ConfigError: the loss is no longer finite.
        """

    def local_rows(self, n_rows: int) -> slice:
        """The rows of a batch that this process computes: all of them without a process group."""
        if not self.group:
            return slice(0, n_rows)
        part, self.share = self.group.local_rows(n_rows)
        return part

    def epoch(self, progress: Progress) -> None:
        """Every row once, in a new order; ``progress`` is called with the finished fraction."""
        for number, rows in enumerate(batches(self._n_rows, self._schedule.batch, self.rng), start=1):
            self.step(rows)
            progress(number / self.batches)

    @property
    def batches(self) -> int:
        """Batches per pass over the rows."""
        return max(1, -(-self._n_rows // self._schedule.batch))

    @property
    def steps(self) -> int:
        """Optimiser steps per epoch."""
        return self.batches

    @property
    def epochs(self) -> int:
        """Maximum number of epochs."""
        return self._schedule.epochs

    def optimiser_steps(self, name: str) -> int:
        """Steps that the optimiser of a parameter has made."""
        return self.done.step

    def learning_rate(self) -> float:
        """Learning rate of the next step; it decays linearly."""
        optimiser = self._schedule.optimiser
        finished = min(1.0, self.done.step / (self.steps * self.epochs))
        return optimiser.learning_rate * (1 - (1 - optimiser.final) * finished)

    def run(
        self,
        *,
        progress: Progress,
        validate: Callable[[Self], float] | None = None,
        patience: int = 1,
        folder: Path | None = None,
    ) -> Arrays:
        """Train, resuming from a checkpoint if there is one.

        Args:
            progress: called with the finished fraction.
            validate: validation metric of the current parameters, higher is better, computed after each epoch; it
                selects the epoch and stops training early. None trains every epoch.
            patience: epochs without improvement before training stops.
            folder: where to look for a checkpoint, and to write one after an epoch if the last is older than
                `checkpoint.SPACING`; None for no checkpoints.

        Returns:
            The parameters by name, float32; those of the best epoch if ``validate`` is given.
        """
        best: Arrays = checkpoint.load(folder, self) if folder else {}
        saved = time.monotonic()
        while self.done.epoch < self.epochs and not self._stops_early(patience):
            with _deterministic_on_cpu(self.device):
                self.epoch(lambda part: progress((self.done.epoch + part) / self.epochs))
            self.catch_up()
            self.done.epoch += 1
            if validate:
                metric = validate(self)
                self.done.history.append(metric)
                if metric > self.done.best:
                    self.done.best, self.done.best_epoch = metric, self.done.epoch
                    best = self.arrays()
            if folder and time.monotonic() - saved >= checkpoint.SPACING:
                checkpoint.save(folder, self, best)
                saved = time.monotonic()
        progress(1.0)
        return best or self.arrays()

    def _stops_early(self, patience: int) -> bool:
        return bool(self.done.history) and self.done.epoch - self.done.best_epoch >= patience

    def arrays(self) -> Arrays:
        """Copies of the parameters by name."""
        return {name: each.array() for name, each in self.parameters.items()}

    def catch_up(self) -> None:
        """Apply all pending lazy updates; called before the network is evaluated after an epoch."""
        for name, each in self.parameters.items():
            each.catch_up_all(self.optimiser_steps(name), self.learning_rate())

    def _leaves(self, touched: "Mapping[str, torch.Tensor | None]") -> "dict[str, torch.Tensor]":
        """The leaf tensors of a step, by parameter.

        Args:
            touched: by parameter the distinct rows that the step reads, (n,) int64; None for all of them.
        """
        for name, rows in touched.items():
            if rows is not None:
                self.parameters[name].catch_up(rows, self.optimiser_steps(name), self.learning_rate())
        return {name: self.parameters[name].leaf(rows) for name, rows in touched.items()}

    def _apply_gradients(
        self, loss: "torch.Tensor", leaves: "dict[str, torch.Tensor]", touched: "Mapping[str, torch.Tensor | None]"
    ) -> float:
        """One optimiser step on the gradient of ``loss``; its value as a float, which keeps no graph alive.

        Raises:
            ConfigError: the loss is no longer finite.
        """
        import torch

        value = float(self.group.all_reduce(loss * self.share) if self.group else loss.detach())
        if not math.isfinite(value):
            raise ConfigError(
                f"training diverged: the loss is {value} at step {self.done.step + 1}; lower learning_rate"
            )
        gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
        if self.group:
            gradients = [each if each is None else self.group.all_reduce(each * self.share) for each in gradients]
        rate, steps = self.learning_rate(), {name: self.optimiser_steps(name) + 1 for name in leaves}
        self.done.step += 1
        for name, gradient in zip(leaves, gradients, strict=True):
            if gradient is not None:
                self.parameters[name].update(gradient, touched[name], steps[name], rate)
        return value

    def _tensor(self, array: np.ndarray) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)
