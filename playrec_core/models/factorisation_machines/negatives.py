"""Items that a playlist does not hold, to be told from those it holds."""

import numpy as np
from scipy.sparse import csr_array

_ROUNDS = 20
"""After so many draws in vain a playlist's own list of what it lacks is made."""


class NegativeSampler:
    """Draws items in proportion to frequency ** power, never one that the playlist holds, hidden in this step or not.

    A negative that is really a positive teaches the opposite of the truth; the more a playlist holds, the oftener plain
    sampling meets one.

    Args:
        interactions: (n_playlists, n_items) canonical CSR, whole playlists.
        power: 0 draws all items of any playlist alike, 1 as often as they are met.
    """

    def __init__(self, interactions: csr_array, power: float):
        self._interactions = interactions
        self._n_items = interactions.shape[1]
        counts = np.bincount(interactions.indices, minlength=self._n_items).astype(np.float64)
        self._chances = np.where(counts > 0, counts, 1.0) ** power * (counts > 0)
        self._cumulative = np.cumsum(self._chances)
        rows = np.repeat(np.arange(interactions.shape[0]), np.diff(interactions.indptr))
        self._held = rows.astype(np.int64) * self._n_items + interactions.indices  # sorted, as CSR is

    def drawable(self) -> np.ndarray:
        """(n_playlists,) bool: whether there is an item that the playlist does not hold."""
        return np.diff(self._interactions.indptr) < (self._chances > 0).sum()

    def draw(self, playlists: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """(len(playlists), n) int64 item_idx: for each playlist, which must be `drawable`, what it does not hold."""
        owners = np.repeat(playlists.astype(np.int64), n)
        items = self._any(len(owners), rng)
        wrong = np.flatnonzero(self._holds(owners, items))
        for _ in range(_ROUNDS):
            if not len(wrong):
                break
            items[wrong] = self._any(len(wrong), rng)
            wrong = wrong[self._holds(owners[wrong], items[wrong])]
        for place in wrong.tolist():
            start, end = self._interactions.indptr[owners[place] : owners[place] + 2]
            chances = self._chances.copy()
            chances[self._interactions.indices[start:end]] = 0
            items[place] = rng.choice(self._n_items, p=chances / chances.sum())
        return items.reshape(len(playlists), n)

    def _any(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.searchsorted(self._cumulative, rng.random(n) * self._cumulative[-1], side="right")

    def _holds(self, playlists: np.ndarray, items: np.ndarray) -> np.ndarray:
        keys = playlists * self._n_items + items
        places = np.minimum(np.searchsorted(self._held, keys), len(self._held) - 1)
        return self._held[places] == keys
