"""Negative sampling: items that a playlist does not contain."""

import numpy as np
from scipy.sparse import csr_array

_ROUNDS = 20
"""Rejections after which a sample is drawn from the exact distribution of one playlist."""


class NegativeSampler:
    """Draws items in proportion to frequency ** power, never one that the playlist contains, hidden in a step or not.

    False negatives would train against the data; the longer a playlist, the more of them plain sampling draws.

    Args:
        interactions: (n_playlists, n_items) canonical CSR, whole playlists.
        power: 0 draws all items that occur in a playlist uniformly, 1 in proportion to their frequency.
    """

    def __init__(self, interactions: csr_array, power: float):
        self._interactions = interactions
        self._n_items = interactions.shape[1]
        counts = np.bincount(interactions.indices, minlength=self._n_items).astype(np.float64)
        self._weights = np.where(counts > 0, counts, 1.0) ** power * (counts > 0)
        self._cumulative = np.cumsum(self._weights)
        rows = np.repeat(np.arange(interactions.shape[0]), np.diff(interactions.indptr))
        self._keys = rows.astype(np.int64) * self._n_items + interactions.indices  # sorted, as CSR is

    def drawable(self) -> np.ndarray:
        """(n_playlists,) bool: whether there is an item that the playlist does not contain."""
        return np.diff(self._interactions.indptr) < (self._weights > 0).sum()

    def draw(self, playlists: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """(len(playlists), n) int64 item_idx that the playlists, which must be `drawable`, do not contain."""
        owners = np.repeat(playlists.astype(np.int64), n)
        items = self._sample(len(owners), rng)
        rejected = np.flatnonzero(self._contains(owners, items))
        for _ in range(_ROUNDS):
            if not len(rejected):
                break
            items[rejected] = self._sample(len(rejected), rng)
            rejected = rejected[self._contains(owners[rejected], items[rejected])]
        for index in rejected.tolist():
            start, end = self._interactions.indptr[owners[index] : owners[index] + 2]
            weights = self._weights.copy()
            weights[self._interactions.indices[start:end]] = 0
            items[index] = rng.choice(self._n_items, p=weights / weights.sum())
        return items.reshape(len(playlists), n)

    def _sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.searchsorted(self._cumulative, rng.random(n) * self._cumulative[-1], side="right")

    def _contains(self, playlists: np.ndarray, items: np.ndarray) -> np.ndarray:
        keys = playlists * self._n_items + items
        found = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return self._keys[found] == keys
