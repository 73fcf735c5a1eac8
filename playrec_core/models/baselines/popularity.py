"""Most popular: every playlist gets the songs contained in most training playlists.

The baseline of every other model, and the last of the fallbacks.
"""

from collections.abc import Sequence

import numpy as np

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import Recommender
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Progress, Seed


class Popularity(Recommender):
    """score = number of training playlists that contain the item; the seed is ignored."""

    kind = "popularity"
    title = mark("Most popular")
    family = "baseline"
    reads = frozenset()
    Config = Frozen
    fitted = ("item_counts",)
    item_counts: np.ndarray

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.item_counts = dataset.item_counts.astype(np.float32)
        progress(1.0)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return np.tile(self.item_counts, (len(seeds), 1))

    def explain(self, seed: Seed, item: int) -> Explanation:
        count = float(self.item_counts[item])
        return exact(item, seed, np.zeros(len(seed.songs)), count, baseline=count)
