"""Rank voting (row R10 of the Movie Rec wrap-up): several models' first places, added up.

Each model lists its first thirty; an item counts its place in every list, and one place more than the list is long
where it is absent (31); the smallest sum wins. Scores of different models are on different scales and cannot be added;
places can. The document's best answer came from it: Recall@10 0.1552 of four denoising and variational autoencoders,
ALS and kNN, each alone at most 0.1502. The rule is Borda's count (1781) on lists that are cut.
"""

from collections.abc import Sequence

import numpy as np

from playrec_core.config import Positive
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Nouns, Seed

from .weighted_members import WeightedConfig, WeightedMembers

_SHOWN = 10


def worth(weight: float, depth: int, n: int) -> np.ndarray:
    """(n,) float32: the votes that one model's first n places give, the first of ``depth`` the most."""
    return (weight * (depth - np.arange(n))).astype(np.float32)


class RankVoteConfig(WeightedConfig):
    """Hyperparameters.

    Args:
        weights: the models that vote, by name, and how often each one's vote counts.
        depth: how many places each one fills; absent items count depth + 1.
    """

    depth: Positive


class RankVote(WeightedMembers):
    """score(i) = the sum over models of weight * (depth + 1 - place), so that the smallest sum of places is highest.

    A model without any opinion on the seed abstains; where all do, the seed is left to `playrec_core.ranking.ranker`.
    """

    kind = "rank-vote"
    title = mark("Rank vote")
    family = "combination"
    reads = frozenset({"songs"})
    Config = RankVoteConfig
    config: RankVoteConfig

    def places(self, name: str, seeds: Sequence[Seed]) -> list[np.ndarray]:
        """One model's first items for each seed, best first, without the seed's own songs."""
        scores, _ = self.members[name].cached_scores(seeds)
        return [top_k(closed(row, seed.songs), self.config.depth) for row, seed in zip(scores, seeds, strict=True)]

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        votes = np.zeros((len(seeds), self.n_items), dtype=np.float32)
        for name, weight in self.config.weights.items():
            for row, items in enumerate(self.places(name, seeds)):
                votes[row, items] += worth(weight, self.config.depth, len(items))
        return np.where(votes > 0, votes, np.float32(CANNOT_SAY))

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        scores = self.score([seed])[0]
        best = top_k(scores, _SHOWN)
        if not len(best):
            return None
        absent = self.config.depth + 1
        columns = [TraceColumn(tr("Answer"), "item", best.tolist())]
        for name, weight in self.config.weights.items():
            place = {item: rank for rank, item in enumerate(self.places(name, [seed])[0].tolist(), start=1)}
            values = [place.get(item, absent) for item in best.tolist()]
            columns.append(TraceColumn(f"{tr(self.members[name].title)} × {weight:g}", "count", values))
        columns.append(TraceColumn(tr("Votes"), "number", scores[best].tolist()))
        return Trace(
            (
                TraceStep(
                    tr("Every model lists, the places are added"),
                    tr(
                        "Each model fills {depth} places; a {item} that it does not list counts {absent}. The smaller "
                        "the weighted sum of places, the more votes.",
                        depth=self.config.depth,
                        item=nouns.item,
                        absent=absent,
                    ),
                    tuple(columns),
                ),
            )
        )
