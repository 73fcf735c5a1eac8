"""The training loop: epochs, early stopping, checkpoints; and what every network in training has."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from ...errors import ConfigError
from ...schema import Progress
from . import checkpoint
from .optimisers import Parameter
from .settings import TrainingConfig

if TYPE_CHECKING:
    import torch

Arrays = dict[str, np.ndarray]
Validate = Callable[["Loop"], float]
"""A figure of the network as it is, higher is better; measured after each epoch."""


@dataclass
class Progressed:
    """How far training has come: what a checkpoint holds beside the parameters."""

    epoch: int = 0
    step: int = 0
    best: float = -np.inf
    best_epoch: int = 0
    history: list[float] = field(default_factory=list)


class Loop(ABC):
    """A network in training. A subclass sets the attributes in its constructor, and says what an epoch is."""

    config: TrainingConfig
    rng: np.random.Generator
    """The only source of randomness."""
    device: str
    key: str
    """What a checkpoint must have been written by; `checkpoint.key`."""
    parameters: dict[str, Parameter]
    done: Progressed

    @abstractmethod
    def epoch(self, progress: Progress) -> None:
        """One epoch of steps; ``progress`` is told the finished fraction of it."""

    @abstractmethod
    def outputs(self, inputs: csr_array) -> "torch.Tensor":
        """(n_rows, n_outputs) of the network as it is now, without dropout or noise."""

    def settle(self) -> None:
        """Bring every parameter up to the last step; called before the network is used after an epoch."""
        for each in self.parameters.values():
            each.settle(self.done.step, self.learning_rate())

    def run(self, *, progress: Progress, validate: Validate | None = None, folder: Path | None = None) -> Arrays:
        """Train, from a checkpoint where there is one.

        Args:
            progress: called with the finished fraction.
            validate: chooses the epoch and stops training; None trains every epoch.
            folder: where a checkpoint is written after each epoch and looked for at the start; None for nowhere.

        Returns:
            The parameters by name (`network`), of the best epoch where ``validate`` is given.
        """
        best: Arrays = checkpoint.load(folder, self) if folder else {}
        while self.done.epoch < self.config.epochs and not self._out_of_patience():
            self.epoch(lambda part: progress((self.done.epoch + part) / self.config.epochs))
            self.settle()
            self.done.epoch += 1
            if validate:
                figure = validate(self)
                self.done.history.append(figure)
                if figure > self.done.best:
                    self.done.best, self.done.best_epoch = figure, self.done.epoch
                    best = self.arrays()
            if folder:
                checkpoint.save(folder, self, best)
        progress(1.0)
        return best or self.arrays()

    def _out_of_patience(self) -> bool:
        return bool(self.done.history) and self.done.epoch - self.done.best_epoch >= self.config.patience

    def arrays(self) -> Arrays:
        """Copies of the parameters by name."""
        return {name: each.value.detach().cpu().numpy().copy() for name, each in self.parameters.items()}

    @property
    @abstractmethod
    def steps(self) -> int:
        """Steps an epoch."""

    def learning_rate(self) -> float:
        """Of the next step."""
        optimiser = self.config.optimiser
        passed = min(1.0, self.done.step / (self.steps * self.config.epochs))
        return optimiser.learning_rate * (1 - (1 - optimiser.final) * passed)

    def _finite(self, loss: "torch.Tensor") -> float:
        """The loss as a number: whoever keeps that keeps no graph alive.

        Raises:
            ConfigError: it is no longer finite.
        """
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ConfigError(
                f"training went astray: the loss is {value} at step {self.done.step + 1}; lower learning_rate"
            )
        return value

    def _tensor(self, array: np.ndarray) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)
