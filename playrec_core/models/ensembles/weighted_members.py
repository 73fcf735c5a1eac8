"""Base of ensembles with fixed weights; they learn nothing themselves."""

from typing import Annotated

import numpy as np
from pydantic import Field

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.models.base import Recommender
from playrec_core.schema import Progress

Weights = Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=2)]
"""The members' names and weights."""


class WeightedConfig(Frozen):
    """Hyperparameters of every such ensemble.

    Args:
        weights: the members' weights by name.
    """

    weights: Weights


class WeightedMembers(Recommender):
    """A subclass defines how the members are combined: `score`."""

    family = "combination"
    config: WeightedConfig
    fitted = ("n_items",)
    n_items: int

    def parts(self) -> tuple[str, ...]:
        return tuple(self.config.weights)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items = dataset.n_items
        progress(1.0)
