"""The base class of the recommenders over fields."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.data.features import Kind
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.neural.batches import Bags
from playrec_core.schema import Progress, Seed

from . import columns
from .columns import ItemFields
from .network import BIAS, HISTORY, LINEAR, VECTORS, Network
from .settings import FieldsConfig
from .training import PairTrainer, bag_weights


class FieldsRecommender(Network, Recommender):
    """A recommender by its own `Network`.

    An item in no training playlist is scored by its side features; one without any cannot be scored. Seed songs in no
    training playlist are ignored.
    """

    family = "features"
    block: ClassVar[int] = 1024
    """Items scored at once, so that intermediate results fit in the processor's cache."""
    reads = frozenset({"songs", "genres"})
    config: FieldsConfig
    fields: ItemFields
    heard: np.ndarray
    """(n_items,) bool: whether the item is in a training playlist."""
    arrays: Mapping[str, np.ndarray]
    """The parameters by name, float32."""

    def trait_kinds(self) -> tuple[Kind, ...]:
        """Side features that the network reads directly as traits, in addition to their embeddings."""
        return ()

    def missing(self, dataset: Dataset) -> str | None:
        return columns.missing(dataset, self.config.features)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.fields = columns.item_fields(dataset, self.config.features, self.config.min_playlists)
        self.heard = dataset.item_counts > 0
        trainer = PairTrainer(
            self.config, self, self.fields, self._traits, dataset.interactions, rng=rng, device=device
        )
        self.arrays = trainer.run(progress=progress, folder=self.checkpoint)

    @cached_property
    def _traits(self) -> csr_array:
        return self.fields.traits(*self.trait_kinds())

    def _vectors(self, items: slice) -> np.ndarray:
        """(n, n_fields, d) float32 field embeddings of a slice of items."""
        rows = slice(items.start * self.fields.n_fields, items.stop * self.fields.n_fields)
        vectors = np.asarray(self.fields.bags[rows] @ self.arrays[VECTORS], np.float32)
        return vectors.reshape(-1, self.fields.n_fields, vectors.shape[1])

    def _item_blocks(self) -> Iterator[slice]:
        n = self.fields.n_items
        return (slice(start, min(start + self.block, n)) for start in range(0, n, self.block))

    def blocks(self) -> Iterator[tuple[np.ndarray, ...]]:
        """`prepare` for all items, block by block: all fields of 708,000 songs at once would take 0.3 GB."""
        linear = (self.fields.bags @ self.arrays[LINEAR]).reshape(self.fields.n_items, -1).sum(1) + self.arrays[BIAS]
        for part in self._item_blocks():
            yield self.prepare(np, self.arrays, self._vectors(part), linear[part], self._traits[part].toarray())

    @cached_property
    def prepared(self) -> list[tuple[np.ndarray, ...]]:
        """All `blocks` as a list."""
        return list(self.blocks())

    @cached_property
    def unknown(self) -> np.ndarray:
        """(n_items,) bool: items in no training playlist and without side features."""
        n_values = np.diff(self.fields.bags.indptr).reshape(self.fields.n_items, -1)[:, 1:].sum(1)
        return ~self.heard & (n_values == 0)

    def seed_bags(self, seeds: Sequence[Seed]) -> csr_array:
        """(n_seeds, n_items) CSR float32: the weight of each song in its seed's bag."""
        songs = seed_matrix(seeds, self.fields.n_items)
        songs = csr_array(songs.multiply(self.heard[None, :]))
        songs.eliminate_zeros()
        bags = bag_weights(Bags.of(songs, np.arange(len(seeds))), self.config.history_power)
        return csr_array((bags.values, bags.columns, bags.offsets), shape=songs.shape)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.fields.n_items), CANNOT_SAY, dtype=np.float32)
        weights = self.seed_bags(seeds)
        known = np.flatnonzero(np.diff(weights.indptr))
        if not len(known):
            return scores
        weights = csr_array(weights[known])
        history = np.asarray(weights @ self.arrays[HISTORY], np.float32)  # (n_known, d)
        means = bag_weights(Bags.of(weights, np.arange(len(known))), 1.0)
        seed_traits = csr_array((means.values, means.columns, means.offsets), shape=weights.shape) @ self._traits
        seed_traits = np.asarray(seed_traits.toarray(), np.float32)  # (n_known, n_traits)
        scores[known] = self.score_catalogue(history, seed_traits)
        scores[:, self.unknown] = CANNOT_SAY
        return scores

    def score_catalogue(self, history: np.ndarray, seed_traits: np.ndarray) -> np.ndarray:
        """(n_seeds, n_items) float32: `pair` of every seed with every item.

        Args:
            history: (n_seeds, d) float32 embeddings of the seeds' songs.
            seed_traits: (n_seeds, n_traits) float32 mean traits of the seeds' songs.
        """
        # One seed at a time, against blocks of items: a batch equals its rows, and memory is bounded.
        rows = [
            np.concatenate(
                [
                    self.pair(np, self.arrays, history[row : row + 1], seed_traits[row : row + 1], block)
                    for block in self.prepared
                ]
            )
            for row in range(len(history))
        ]
        return np.stack(rows)

    def item_embeddings(self) -> np.ndarray:
        """(n_items, d) float32 sums of the items' field embeddings: a factorisation machine multiplies them with the
        embeddings of the seed's songs.
        """
        return np.concatenate([self._vectors(part).sum(1) for part in self._item_blocks()])

    def state(self) -> State:
        parameters = {f"parameter.{name}": array for name, array in self.arrays.items()}
        return {**parameters, **self.fields.state(), "heard": self.heard}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        prefix = "parameter."
        model.arrays = {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
        model.fields = ItemFields.from_state(state)
        model.heard = state["heard"]
        return model
