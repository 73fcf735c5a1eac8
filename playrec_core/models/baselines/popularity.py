"""Most popular: every playlist gets the songs and the tags of most training playlists.

The baseline of every other model, and the last of the fallbacks.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import Recommender
from playrec_core.models.card import ModelCard
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import ALS_NOTEBOOK, MELON_REVIEW
from playrec_core.schema import Progress, Seed


class Popularity(Recommender):
    """score = number of training playlists that contain the item, or have the tag; the seed is ignored."""

    kind = "popularity"
    title = mark("Most popular")
    family = "baseline"
    reads = frozenset()
    answers = frozenset({"songs", "tags"})
    card = ModelCard(
        summary=mark(
            "Recommends the songs that are in most training playlists, whatever the seed. It is the baseline that "
            "every other model should beat, and the last fallback where a model has no prediction."
        ),
        equation="s_i = n_i",
        symbols=mark("$n_i$: the number of training playlists that contain song $i$."),
        references=(
            MELON_REVIEW,
            ALS_NOTEBOOK,
        ),
        page="popularity",
    )
    Config = Frozen
    fitted = ("item_counts", "tag_counts")
    item_counts: np.ndarray
    tag_counts: np.ndarray
    """(n_tags,) float32; empty in a run trained before this model scored tags: there its songs vote."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.item_counts = dataset.item_counts.astype(np.float32)
        self.tag_counts = dataset.tag_counts.astype(np.float32)
        progress(1.0)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return np.tile(self.item_counts, (len(seeds), 1))

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray | None:
        return np.tile(self.tag_counts, (len(seeds), 1)) if len(self.tag_counts) else None

    def explain(self, seed: Seed, item: int) -> Explanation:
        count = float(self.item_counts[item])
        return exact(item, seed, np.zeros(len(seed.songs)), count, baseline=count)

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        return super().from_state(config, {"tag_counts": np.empty(0, np.float32), **state})
