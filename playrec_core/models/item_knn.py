"""Item-kNN: each seed song proposes the songs that share most playlists with it.

Cosine of the items' playlist vectors with shrinkage (Sarwar et al., WWW 2001; shrinkage as in Bell & Koren, ICDM
2007): pairs seen together in few playlists are trusted less.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array, vstack

from ..config import Frozen, NonNegative, Positive
from ..data.dataset import Dataset, binary, seed_matrix
from ..schema import Progress, Seed
from ..sparse import densify, pack, top_per_row, unpack
from .base import CANNOT_SAY, Recommender, State
from .explanation import Explanation, exact

_BLOCK_ENTRIES = 4_000_000
"""Co-occurrences held at once while fitting: about 50 MB."""


class ItemKnnConfig(Frozen):
    """Hyperparameters.

    Args:
        neighbours: neighbours kept for each item.
        shrinkage: added to the product of the two lengths; larger trusts rare pairs less.
    """

    neighbours: Positive
    shrinkage: NonNegative


class ItemKnn(Recommender):
    """score(i) = sum over the seed's songs j of similarity(j, i), similarity = common / (|i| |j| + shrinkage)."""

    kind = "item-knn"
    title = "Item kNN"
    family = "neighbours"
    reads = frozenset({"songs"})
    Config = ItemKnnConfig
    config: ItemKnnConfig
    similarities: csr_array
    """(n_items, n_items) float32: row j holds j's nearest items."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        playlists = binary(dataset.interactions)
        items = playlists.T.tocsr()
        lengths = np.sqrt(dataset.item_counts).astype(np.float32)
        # How many co-occurrences each item's row can hold, so that blocks have equal size in memory, not in rows.
        work = np.cumsum(items @ np.diff(playlists.indptr).astype(np.int64))
        blocks, start = [], 0
        while start < dataset.n_items:
            done = work[start - 1] if start else 0
            end = max(start + 1, int(np.searchsorted(work, done + _BLOCK_ENTRIES)))
            common = csr_array(items[start:end] @ playlists)
            rows = np.repeat(np.arange(start, min(end, dataset.n_items)), np.diff(common.indptr))
            common.data /= lengths[rows] * lengths[common.indices] + np.float32(self.config.shrinkage)
            common.data[rows == common.indices] = 0
            common.eliminate_zeros()
            blocks.append(top_per_row(common, self.config.neighbours))
            start = end
            progress(min(start / dataset.n_items, 1.0))
        self.similarities = csr_array(vstack(blocks, format="csr"), dtype=np.float32)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return densify(csr_array(seed_matrix(seeds, self.similarities.shape[0]) @ self.similarities), CANNOT_SAY)

    def similar_items(self, item: int) -> tuple[np.ndarray, np.ndarray]:
        span = slice(self.similarities.indptr[item], self.similarities.indptr[item + 1])
        items, weights = self.similarities.indices[span], self.similarities.data[span]
        best = np.argsort(-weights, kind="stable")
        return items[best], weights[best]

    def explain(self, seed: Seed, item: int) -> Explanation:
        songs = np.asarray(seed.songs, dtype=np.int64)
        weights = self.similarities[songs, :][:, [item]].toarray().ravel() * seed.song_weights
        return exact(item, seed, weights, float(weights.sum(dtype=np.float64)))

    def state(self) -> State:
        return pack("similarities", self.similarities)

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.similarities = unpack("similarities", state)
        return model
