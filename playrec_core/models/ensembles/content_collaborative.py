"""Base of ensembles of a content model and a collaborative model; they learn nothing themselves."""

from collections.abc import Mapping

import numpy as np

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.errors import ConfigError
from playrec_core.models.base import Recommender
from playrec_core.models.neighbours.neighbour_continuation import NeighbourContinuation
from playrec_core.schema import Progress


class ContentCollaborativeConfig(Frozen):
    """Hyperparameters of every such ensemble.

    Args:
        content: the model whose neighbours are used.
        collaborative: the collaborative model.
    """

    content: str
    collaborative: str


class ContentCollaborative(Recommender):
    """A subclass defines how the two are combined: `score`."""

    family = "combination"
    reads = frozenset({"songs", "genres"})
    config: ContentCollaborativeConfig

    def parts(self) -> tuple[str, ...]:
        return (self.config.content, self.config.collaborative)

    def attach(self, members: Mapping[str, Recommender]) -> None:
        content = members[self.config.content]
        if not isinstance(content, NeighbourContinuation):
            raise ConfigError(
                f"models.{self.kind}.content: {content.title} stores no neighbours; choose a model that continues by "
                "neighbours"
            )
        self.content, self.collaborative = content, members[self.config.collaborative]
        super().attach(members)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        progress(1.0)
