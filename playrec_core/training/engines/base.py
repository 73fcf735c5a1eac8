"""The contract of an engine: it fits a model and returns the state that fitting it in this process would give.

No engine schedules, transports or stores by itself: each hands the work to a system that does
(docs/decisions/010-engines.md). It returns the model's own `Recommender.state`, so nothing after the fit depends on
where it ran.
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
    """The data and settings of a fit.

    Args:
        dataset: the training part.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.
        folder: for files exchanged between processes; with several machines, on a disk shared by all of them.
    """

    dataset: Dataset
    rng: np.random.Generator
    device: str
    progress: Progress
    folder: Path


class Engine(ABC):
    """Fits some kinds of models outside this process.

    Args:
        where: the text after "=" in ``--engine NAME=WHERE``; "" if there is none.

    Raises:
        ConfigError: ``where`` is not valid for this engine, or a package it needs is not installed.
    """

    name: ClassVar[str]
    """Its name on the command line."""
    needs: ClassVar[str] = ""
    """The requirements file to install for it; "" for none."""
    workers: ClassVar[tuple[str, ...]] = ()
    """Names of the modules that it starts in other processes."""

    def __init__(self, where: str):
        self.where = where

    @abstractmethod
    def fits(self, model: Recommender) -> bool:
        """Whether it can fit this model; all others are fitted in this process."""

    @abstractmethod
    def fit(self, model: Recommender, job: Job) -> State:
        """Return the state of the fitted model.

        Args:
            model: unfitted; it may stay unfitted.
            job: data and settings.

        Raises:
            PlayrecError: as `Recommender.fit`; or the engine cannot be reached, or failed.
        """
