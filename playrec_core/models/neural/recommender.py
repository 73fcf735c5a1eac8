"""What models that consist of one network's parameters share: how they are stored and their item embeddings."""

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Self

import numpy as np

from playrec_core.config import Frozen
from playrec_core.models.base import Recommender, State


class NetworkRecommender(Recommender):
    """A model whose state is its network's parameters and the number of songs."""

    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name, float32."""
    n_items: int

    @abstractmethod
    def _known_embeddings(self) -> np.ndarray:
        """(n_known, d) float32 vectors of the songs that the network knows, the first ``n_known`` in item_idx."""

    @cached_property
    def _embeddings(self) -> np.ndarray:
        """(n_items, d) float32; zeros for songs that are never recommended."""
        vectors = self._known_embeddings()
        return np.concatenate([vectors, np.zeros((self.n_items - len(vectors), vectors.shape[1]), np.float32)])

    def item_embeddings(self) -> np.ndarray:
        return self._embeddings

    def state(self) -> State:
        return {**self.arrays, "n_items": np.array([self.n_items])}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.arrays = {name: array for name, array in state.items() if name != "n_items"}
        model.n_items = int(state["n_items"][0])
        return model
