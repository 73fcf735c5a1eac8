"""The plain mixture (row M7b of the Melon systems): some content neighbours first, the rest from an autoencoder.

The document's control for the densified query (`densified_query`): two content neighbours a seed song where the seed
has up to thirty songs, one above, and the collaborative autoencoder's answer after them. It scored 0.0891 (songs) and
0.2820 (tags), and the songs never came above the autoencoder alone (0.0985), however the shares were chosen: a list
that is cut together loses what each part had put in its lower half.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Progress, Seed

from .densified_query import stored_neighbours


class ContentCollaborativeMixtureConfig(Frozen):
    """Hyperparameters.

    Args:
        content: the model whose stored neighbours come first.
        collaborative: the model that gives the rest.
        short: a seed of up to so many songs is a short one.
        for_short: content neighbours for each song of a short seed.
        for_long: the same for the others.
    """

    content: str
    collaborative: str
    short: Positive
    for_short: Positive
    for_long: Positive


class ContentCollaborativeMixture(Recommender):
    """score = 1 / place in the list that both parts make."""

    kind = "content-collaborative-mixture"
    title = mark("Plain mixture")
    family = "combination"
    reads = frozenset({"songs", "genres"})
    Config = ContentCollaborativeMixtureConfig
    config: ContentCollaborativeMixtureConfig

    def parts(self) -> tuple[str, ...]:
        return (self.config.content, self.config.collaborative)

    def attach(self, members: Mapping[str, Recommender]) -> None:
        self.content = stored_neighbours(members[self.config.content], f"models.{self.kind}.content")
        self.collaborative = members[self.config.collaborative]
        super().attach(members)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        progress(1.0)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        collaborative, _ = self.collaborative.cached_scores(seeds)
        scores = np.full_like(collaborative, CANNOT_SAY)
        for row, seed in enumerate(seeds):
            each = self.config.for_short if len(seed.songs) <= self.config.short else self.config.for_long
            first, _ = self.content.brought(seed, each)
            # The seed's own songs are not answered and must not take up places.
            rest = closed(collaborative[row], (*first.tolist(), *seed.songs))
            listed = np.concatenate([first, top_k(rest, len(rest))])
            scores[row, listed] = 1 / np.arange(1, len(listed) + 1)
        return scores

    def state(self) -> State:
        return {}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        return cls(config)
