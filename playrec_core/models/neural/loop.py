"""The training loop, once for everything trained by gradient descent: epochs, steps, early stopping, checkpoints."""

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
from .checkpoint import Progressed
from .optimisers import Parameter
from .settings import Schedule
from .shard import Shard
from .sharing import together

if TYPE_CHECKING:
    import torch

Arrays = dict[str, np.ndarray]


@contextmanager
def _in_order(device: str) -> Iterator[None]:
    """On the CPU, sums over repeated indices in one order: torch's faster ones depend on which thread comes first."""
    import torch

    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(before or device == "cpu")
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)


class Loop(ABC):
    """Parameters in training. A subclass says what a step does with a batch of rows.

    Args:
        config: optimiser, batch, epochs.
        arrays: the parameters before training, by name.
        n_rows: rows an epoch passes over.
        data: what is trained on; a checkpoint is taken up only where they, the configuration and ``rng`` are the same.
        rng: the only source of randomness; on the CPU the same state, on as many threads, gives the same bytes.
        device: "cpu" or "cuda".
    """

    shares: ClassVar[bool] = False
    """Whether `step` computes only its `own` rows of a batch that several processes share. A loop that does not is gone
    through whole by each of them, and comes out the same.
    """
    tables: ClassVar[frozenset[str]] = frozenset()
    """The parameters with a row an item, which grow with the catalogue: several processes can share them out."""

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
        self.together = together() if self.shares else None
        self.parameters = {
            name: Shard(array, config.optimiser, device, self.together)
            if self.together and self.together.sharded and name in self.tables
            else Parameter(torch.from_numpy(array).to(device), config.optimiser)
            for name, array in arrays.items()
        }
        self.done = Progressed()

    @abstractmethod
    def step(self, rows: np.ndarray) -> float | None:
        """One step of the optimiser on some of the rows; the loss before it, None where there was nothing to learn.

        Where several processes share a batch, each is given the whole of it, draws for the whole, and computes `own`.

        Raises:
            ConfigError: the loss is no longer finite.
        """

    def own(self, n_rows: int) -> slice:
        """The rows of a batch that this process computes; all of them where there is one."""
        if not self.together:
            return slice(0, n_rows)
        part, self.share = self.together.own(n_rows)
        return part

    def epoch(self, progress: Progress) -> None:
        """Every row once, in a new order; ``progress`` is told the finished fraction."""
        for place, rows in enumerate(batches(self._n_rows, self._schedule.batch, self.rng), start=1):
            self.step(rows)
            progress(place / self.batches)

    @property
    def batches(self) -> int:
        """Batches in one pass over the rows."""
        return max(1, -(-self._n_rows // self._schedule.batch))

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        return self.batches

    @property
    def epochs(self) -> int:
        """Epochs, at the most."""
        return self._schedule.epochs

    def moves(self, name: str) -> int:
        """How many steps the optimiser of a parameter has made."""
        return self.done.step

    def learning_rate(self) -> float:
        """Of the next step: it falls in a straight line."""
        optimiser = self._schedule.optimiser
        passed = min(1.0, self.done.step / (self.steps * self.epochs))
        return optimiser.learning_rate * (1 - (1 - optimiser.final) * passed)

    def run(
        self,
        *,
        progress: Progress,
        validate: Callable[[Self], float] | None = None,
        patience: int = 1,
        folder: Path | None = None,
    ) -> Arrays:
        """Train, from a checkpoint where there is one.

        Args:
            progress: called with the finished fraction.
            validate: a figure of what is trained as it is, higher is better, taken after each epoch: it chooses the
                epoch and stops training; None trains every epoch.
            patience: epochs without a better figure before training stops.
            folder: where a checkpoint is looked for at the start, and written after an epoch when the last is
                `checkpoint.SPACING` old; None for nowhere.

        Returns:
            The parameters by name, of the best epoch where ``validate`` is given.
        """
        best: Arrays = checkpoint.load(folder, self) if folder else {}
        saved = time.monotonic()
        while self.done.epoch < self.epochs and not self._out_of(patience):
            with _in_order(self.device):
                self.epoch(lambda part: progress((self.done.epoch + part) / self.epochs))
            self.settle()
            self.done.epoch += 1
            if validate:
                figure = validate(self)
                self.done.history.append(figure)
                if figure > self.done.best:
                    self.done.best, self.done.best_epoch = figure, self.done.epoch
                    best = self.arrays()
            if folder and time.monotonic() - saved >= checkpoint.SPACING:
                checkpoint.save(folder, self, best)
                saved = time.monotonic()
        progress(1.0)
        return best or self.arrays()

    def _out_of(self, patience: int) -> bool:
        return bool(self.done.history) and self.done.epoch - self.done.best_epoch >= patience

    def arrays(self) -> Arrays:
        """Copies of the parameters by name."""
        return {name: each.array() for name, each in self.parameters.items()}

    def settle(self) -> None:
        """Bring every parameter up to the last step; called before the network is used after an epoch."""
        for name, each in self.parameters.items():
            each.settle(self.moves(name), self.learning_rate())

    def _leaves(self, touched: "Mapping[str, torch.Tensor | None]") -> "dict[str, torch.Tensor]":
        """What a step computes gradients for.

        Args:
            touched: by parameter the distinct rows that the step reads; None for all of them.
        """
        for name, rows in touched.items():
            if rows is not None:
                self.parameters[name].carry(rows, self.moves(name), self.learning_rate())
        return {name: self.parameters[name].leaf(rows) for name, rows in touched.items()}

    def _descend(
        self, loss: "torch.Tensor", leaves: "dict[str, torch.Tensor]", touched: "Mapping[str, torch.Tensor | None]"
    ) -> float:
        """One step of the optimiser down the gradient of ``loss``; its value, as a number that keeps no graph alive.

        Raises:
            ConfigError: it is no longer finite.
        """
        import torch

        value = float(self.together.summed(loss * self.share) if self.together else loss.detach())
        if not math.isfinite(value):
            raise ConfigError(
                f"training went astray: the loss is {value} at step {self.done.step + 1}; lower learning_rate"
            )
        gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
        if self.together:
            gradients = [each if each is None else self.together.summed(each * self.share) for each in gradients]
        rate, moves = self.learning_rate(), {name: self.moves(name) + 1 for name in leaves}
        self.done.step += 1
        for name, gradient in zip(leaves, gradients, strict=True):
            if gradient is not None:
                self.parameters[name].update(gradient, touched[name], moves[name], rate)
        return value

    def _tensor(self, array: np.ndarray) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)
