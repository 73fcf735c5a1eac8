"""Score blend: an ensemble that adds weighted, normalised scores.

Unlike a vote (`rank_vote`), a blend uses the differences between scores, not only their order. Linear blending was the
usual last step in the Netflix Prize and the RecSys Challenge 2018: Jahrer, Töscher & Legenstein, "Combining Predictions
for Accurate Recommender Systems", KDD 2010; Zamani et al., "An Analysis of Approaches Taken in the ACM RecSys Challenge
2018", ACM TIST 2019. The scale of a model depends on the seed (a dot product grows with its length, a cosine does not),
so scores are normalised per seed, by the range of the top ``depth``.

If all members have exact explanations, so has the blend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from playrec_core.config import Positive
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import RECSYS_2018
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Nouns, Seed

from .weighted_members import WeightedConfig, WeightedMembers

_SHOWN = 10


class ScoreBlendConfig(WeightedConfig):
    """Hyperparameters.

    Args:
        weights: the members' weights by name.
        depth: the rank whose score is scaled to 0; the first rank is scaled to 1.
    """

    depth: Annotated[Positive, Field(ge=2)]


@dataclass(frozen=True)
class _Scale:
    """Normalisation of one member's scores for one seed: ``(score - zero) / unit``.

    Args:
        zero: the score at the last rank.
        unit: the difference between the first and the last rank; 1 if they are equal.
        lowest: the score for items without a prediction: the lowest of all scores.
    """

    zero: float
    unit: float
    lowest: float

    def of(self, scores: np.ndarray) -> np.ndarray:
        """Return normalised scores, float32 of the same shape."""
        return (np.where(np.isfinite(scores), scores, np.float32(self.lowest)) - self.zero) / self.unit


class ScoreBlend(WeightedMembers):
    """score(i) = sum over members of weight * (score - score at ``depth``) / (first score - score at ``depth``).

    Ranks exclude the seed's own songs. Members without a prediction for the seed abstain; an item without a prediction
    gets the member's lowest score. Items without any prediction are not scored. Tag scores are those of the first
    member that scores tags; without one the recommended songs vote.
    """

    kind = "score-blend"
    title = mark("Score blend")
    reads = frozenset({"songs", "tags", "title"})
    answers = frozenset({"songs", "tags"})
    card = ModelCard(
        summary=mark(
            "Adds the scores of several models after bringing them to one scale for each seed: the first of a model's "
            "list counts 1, the last of its top `depth` counts 0. Unlike a vote, it uses how sure a model is."
        ),
        equation=r"s_i = \sum_m a_m \frac{s_m(i) - s_m^{(d)}}{s_m^{(1)} - s_m^{(d)}}",
        symbols=mark(
            "$s_m(i)$: the score of member $m$; $s_m^{(1)}$, $s_m^{(d)}$: its best score and the one at rank `depth`; "
            "$a_m$: the member's weight."
        ),
        references=(
            Reference(
                "Jahrer, Töscher & Legenstein, “Combining Predictions for Accurate Recommender Systems”, KDD 2010",
                "https://doi.org/10.1145/1835804.1835893",
            ),
            RECSYS_2018,
        ),
        page="score-blend",
    )
    Config = ScoreBlendConfig
    config: ScoreBlendConfig

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        blended = np.zeros((len(seeds), self.n_items), dtype=np.float32)
        scored = np.zeros(blended.shape, dtype=bool)
        for name, weight in self.config.weights.items():
            for row, (scores, seed) in enumerate(zip(self.members[name].cached_scores(seeds)[0], seeds, strict=True)):
                if scale := self._scale(scores, seed):
                    blended[row] += weight * scale.of(scores)
                    scored[row] |= np.isfinite(scores)
        return np.where(scored, blended, np.float32(CANNOT_SAY))

    def explain(self, seed: Seed, item: int) -> Explanation | None:
        """The weighted sum of the members' explanations; None if a member has no exact one.

        The baseline contains the parts of title and tags and the zeros of the scales.
        """
        contributions, total, scored = np.zeros(len(seed.songs)), 0.0, False
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
                scored = True
        if not scored:
            return exact(item, seed, np.zeros(len(seed.songs)), 0.0)
        return exact(item, seed, contributions, total, baseline=total - float(contributions.sum()))

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        blended = self.score([seed])[0]
        best = top_k(closed(blended, seed.songs), _SHOWN)
        if not len(best):
            return None
        columns = [TraceColumn(tr("Recommendation"), "item", best.tolist())]
        for name, weight in self.config.weights.items():
            scores = self.members[name].cached_scores([seed])[0][0]
            scale = self._scale(scores, seed)
            parts = np.zeros(len(best)) if scale is None else weight * scale.of(scores[best])
            columns.append(TraceColumn(f"{tr(self.members[name].title)} × {weight:g}", "number", parts.tolist()))
        columns.append(TraceColumn(tr("Score"), "number", blended[best].tolist()))
        return Trace(
            (
                TraceStep(
                    tr("The scores of all models are added"),
                    tr(
                        "Each model's scores are normalised first: its first {item} has 1, rank {depth} has 0, lower "
                        "ranks are negative. Unlike ranks, this keeps the differences between scores. The columns show "
                        "what each model adds to a score.",
                        item=nouns.item,
                        depth=self.config.depth,
                    ),
                    tuple(columns),
                ),
            )
        )

    def _scale(self, scores: np.ndarray, seed: Seed) -> _Scale | None:
        """The scale of a member's scores, (n_items,); None without a prediction."""
        listed = top_k(closed(scores, seed.songs), self.config.depth)
        if not len(listed):
            return None
        first, last = (float(score) for score in scores[listed[[0, -1]]])
        return _Scale(last, first - last or 1.0, float(scores[np.isfinite(scores)].min()))
