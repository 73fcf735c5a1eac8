"""The contract of an engine: it fits a model, and gives the very state that fitting it here would give.

No engine schedules, transports or stores by itself: each hands the work to a system that does (docs/scaling.md). What
comes back is the model's own `Recommender.state`, so nothing after the fit knows where it was made.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.models.base import Recommender, State
from playrec_core.schema import Progress


@dataclass(frozen=True)
class Job:
    """What a fit is given.

    Args:
        dataset: the training part.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.
        folder: for files that pass between processes; on several machines it must be on a disk that all of them see.
    """

    dataset: Dataset
    rng: np.random.Generator
    device: str
    progress: Progress
    folder: Path


class Engine(ABC):
    """Fits some kinds of models somewhere else.

    Args:
        where: what follows "=" in ``--engine NAME=WHERE``; "" when nothing does.

    Raises:
        ConfigError: ``where`` means nothing to this engine, or what it needs is not installed.
    """

    name: ClassVar[str]
    """Its name on the command line."""
    needs: ClassVar[str] = ""
    """The requirement file to install for it; "" for none."""

    def __init__(self, where: str):
        self.where = where

    @abstractmethod
    def fits(self, model: Recommender) -> bool:
        """Whether it can fit this model; every other model is fitted here."""

    @abstractmethod
    def fit(self, model: Recommender, job: Job) -> State:
        """The state of the model, fitted.

        Args:
            model: unfitted; it may be left so.
            job: on what, with what.

        Raises:
            PlayrecError: as `Recommender.fit`; or the engine cannot be reached, or gave up.
        """
