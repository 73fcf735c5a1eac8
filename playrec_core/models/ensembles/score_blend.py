"""A blend of scores: several models' scores, brought to one scale for each seed, weighted and added.

A vote (`rank_vote`) keeps a model's order and drops by how much its first is ahead of its second; a blend keeps that
too. Linear blending of standardised scores was the standard last step of the Netflix Prize and of the RecSys
Challenge's playlist systems: Jahrer, Töscher & Legenstein, "Combining Predictions for Accurate Recommender Systems",
KDD 2010; Zamani et al., "An Analysis of Approaches Taken in the ACM RecSys Challenge 2018", ACM TIST 2019. A model's
scale changes from seed to seed (a dot product grows with the seed, a cosine does not), so that one factor a model
would not do: here every seed has its own, which `depth` measures at the head of the list, where the answer is made.

Where all members explain themselves exactly, so does the blend: a sum of sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from playrec_core.config import Positive
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Nouns, Seed

from .weighted_members import WeightedConfig, WeightedMembers

_SHOWN = 10


class ScoreBlendConfig(WeightedConfig):
    """Hyperparameters.

    Args:
        weights: the models that are blended, by name, and what each one's scores count.
        depth: which place of a model's list counts 0, where its first counts 1: the scale of its scores for a seed.
    """

    depth: Annotated[Positive, Field(ge=2)]


@dataclass(frozen=True)
class _Scale:
    """How one model's scores for one seed are brought to the common scale: ``(score - zero) / unit``.

    Args:
        zero: the score of the list's last place.
        unit: by how much the first place is ahead of it; 1 where all are equal.
        lowest: the score of an item of which the model has no opinion: the lowest that it gives to any.
    """

    zero: float
    unit: float
    lowest: float

    def of(self, scores: np.ndarray) -> np.ndarray:
        """Standardised scores, float32 of the same shape."""
        return (np.where(np.isfinite(scores), scores, np.float32(self.lowest)) - self.zero) / self.unit


class ScoreBlend(WeightedMembers):
    """score(i) = the sum over models of weight * (score - score at ``depth``) / (first score - score at ``depth``).

    The places are those without the seed's own songs. A model without any opinion on the seed abstains, one without an
    opinion on an item gives it the lowest score it gives to any. Where all abstain, or none has an opinion on an item,
    the blend has none. Tags are those of the first member that answers tags itself, else the answered songs vote.
    """

    kind = "score-blend"
    title = mark("Score blend")
    family = "combination"
    reads = frozenset({"songs", "tags", "title"})
    answers = frozenset({"songs", "tags"})
    Config = ScoreBlendConfig
    config: ScoreBlendConfig

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        blended = np.zeros((len(seeds), self.n_items), dtype=np.float32)
        said = np.zeros(blended.shape, dtype=bool)
        for name, weight in self.config.weights.items():
            for row, (scores, seed) in enumerate(zip(self.members[name].cached_scores(seeds)[0], seeds, strict=True)):
                if scale := self._scale(scores, seed):
                    blended[row] += weight * scale.of(scores)
                    said[row] |= np.isfinite(scores)
        return np.where(said, blended, np.float32(CANNOT_SAY))

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray | None:
        members = (self.members[name] for name in self.config.weights)
        answering = next((member for member in members if "tags" in member.answers), None)
        return None if answering is None else answering.cached_scores(seeds)[1]

    def explain(self, seed: Seed, item: int) -> Explanation | None:
        """The members' own parts on the common scale; None, for an account by occlusion, where one has no exact one.

        The baseline is what stays when every song's part is taken away: words, and where each scale has its zero.
        """
        contributions, total, said = np.zeros(len(seed.songs)), 0.0, False
        for name, weight in self.config.weights.items():
            scores = self.members[name].cached_scores([seed])[0][0]
            scale = self._scale(scores, seed)
            if scale is None:
                continue
            total += weight * float(scale.of(scores[[item]])[0])
            if np.isfinite(scores[item]):
                parts = self.members[name].explain(seed, item)
                if parts is None:
                    return None
                contributions += weight / scale.unit * parts.contributions
                said = True
        if not said:
            return exact(item, seed, np.zeros(len(seed.songs)), 0.0)
        return exact(item, seed, contributions, total, baseline=total - float(contributions.sum()))

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        blended = self.score([seed])[0]
        best = top_k(closed(blended, seed.songs), _SHOWN)
        if not len(best):
            return None
        columns = [TraceColumn(tr("Answer"), "item", best.tolist())]
        for name, weight in self.config.weights.items():
            scores = self.members[name].cached_scores([seed])[0][0]
            scale = self._scale(scores, seed)
            parts = np.zeros(len(best)) if scale is None else weight * scale.of(scores[best])
            columns.append(TraceColumn(f"{tr(self.members[name].title)} × {weight:g}", "number", parts.tolist()))
        columns.append(TraceColumn(tr("Score"), "number", blended[best].tolist()))
        return Trace(
            (
                TraceStep(
                    tr("Every model scores, the scores are added"),
                    tr(
                        "A model's scores are put on one scale first: its first {item} counts 1, its place "
                        "{depth} counts 0, those behind count less. So it still says by how much one {item} is ahead "
                        "of the next, which places do not. Beside each answer, what each model adds to its score.",
                        item=nouns.item,
                        depth=self.config.depth,
                    ),
                    tuple(columns),
                ),
            )
        )

    def _scale(self, scores: np.ndarray, seed: Seed) -> _Scale | None:
        """The scale of one model's scores (n_items,) for a seed; None where it has no opinion."""
        listed = top_k(closed(scores, seed.songs), self.config.depth)
        if not len(listed):
            return None
        first, last = (float(score) for score in scores[listed[[0, -1]]])
        return _Scale(last, first - last or 1.0, float(scores[np.isfinite(scores)].min()))
