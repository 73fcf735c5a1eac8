"""Rank voting: an ensemble that adds up ranks.

Each member ranks its top 30; an item absent from a list counts as rank 31; the smallest sum of ranks wins. This is the
Borda count (1781) on truncated lists. Unlike scores, ranks of different models are on one scale. It is the best system
of docs/sources/movie-rec-report.md: public Recall@10 0.1552 with four denoising autoencoders, a variational one, ALS
and kNN, where the best single model has 0.1502.
"""

from collections.abc import Sequence

import numpy as np

from playrec_core.config import Positive
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.references import MOVIE_REC
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Nouns, Seed

from .weighted_members import WeightedConfig, WeightedMembers

_SHOWN = 10


def worth(weight: float, depth: int, n: int) -> np.ndarray:
    """Return the votes for the first n ranks of a member with lists of length ``depth``, (n,) float32, descending."""
    return (weight * (depth - np.arange(n))).astype(np.float32)


class RankVoteConfig(WeightedConfig):
    """Hyperparameters.

    Args:
        weights: the members' weights by name.
        depth: length of each list; absent items have rank depth + 1.
    """

    depth: Positive


class RankVote(WeightedMembers):
    """score(i) = sum over members of weight * (depth + 1 - rank), highest for the smallest sum of ranks.

    Members without a prediction for the seed abstain; if all do, the seed is left to the ranker.
    """

    kind = "rank-vote"
    title = mark("Rank vote")
    reads = frozenset({"songs"})
    card = ModelCard(
        summary=mark(
            "Adds up the ranks that several models give a song; the smallest sum wins (Borda count). Ranks are on one "
            "scale, whatever the scores of the models are."
        ),
        equation=r"s_i = -\sum_m a_m \min(r_m(i),\, d + 1)",
        symbols=mark(
            "$r_m(i)$: the rank of song $i$ in the list of member $m$; $d$: `depth`; $a_m$: the member's weight."
        ),
        references=(MOVIE_REC,),
        page="rank-vote",
        published=(PublishedSettings(mark("Movie Rec report"), {"depth": 30}),),
    )
    Config = RankVoteConfig
    config: RankVoteConfig

    def ranked(self, name: str, seeds: Sequence[Seed]) -> list[np.ndarray]:
        """Return a member's top ``depth`` for each seed, best first, without the seed's own songs."""
        scores, _ = self.members[name].cached_scores(seeds)
        return [top_k(closed(row, seed.songs), self.config.depth) for row, seed in zip(scores, seeds, strict=True)]

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        votes = np.zeros((len(seeds), self.n_items), dtype=np.float32)
        for name, weight in self.config.weights.items():
            for row, items in enumerate(self.ranked(name, seeds)):
                votes[row, items] += worth(weight, self.config.depth, len(items))
        return np.where(votes > 0, votes, np.float32(CANNOT_SAY))

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        scores = self.score([seed])[0]
        best = top_k(scores, _SHOWN)
        if not len(best):
            return None
        absent = self.config.depth + 1
        columns = [TraceColumn(tr("Recommendation"), "item", best.tolist())]
        for name, weight in self.config.weights.items():
            rank_of = {item: rank for rank, item in enumerate(self.ranked(name, [seed])[0].tolist(), start=1)}
            values = [rank_of.get(item, absent) for item in best.tolist()]
            columns.append(TraceColumn(f"{tr(self.members[name].title)} × {weight:g}", "count", values))
        columns.append(TraceColumn(tr("Votes"), "number", scores[best].tolist()))
        return Trace(
            (
                TraceStep(
                    tr("The ranks in all lists are added"),
                    tr(
                        "Each model ranks its top {depth}; a {item} absent from a list has rank {absent}. The lower "
                        "the weighted sum of ranks, the more votes.",
                        depth=self.config.depth,
                        item=nouns.item,
                        absent=absent,
                    ),
                    tuple(columns),
                ),
            )
        )
