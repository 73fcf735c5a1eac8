"""Lesson: optimistic ties. Models that give many items one score, judged by three rules for equal scores.

Each hidden item is ranked alone among what is neither shown nor hidden
(`playrec_core.evaluation.protocol_sensitivity`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playrec_core.evaluation.protocol_sensitivity import RankCounts, Ties, rank_counts
from playrec_core.schema import Progress, Seed, no_progress

from .evaluated_models import DEPTH, Questions, Scorer, scored

N_QUESTIONS = 150
RULES: tuple[Ties, ...] = ("optimistic", "ours", "pessimistic")
CONSTANT, COARSE = "constant", "coarse"
LEVELS = 3
FOUND = (0.0, 0.1, 0.5, 1.0)
"""What can be guessed of the constant model's Recall@10."""


@dataclass(frozen=True)
class Constant:
    """Gives every item the same score."""

    n_items: int

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32 zeros."""
        return np.zeros((len(seeds), self.n_items), dtype=np.float32)


@dataclass(frozen=True)
class Coarse:
    """Another model's scores, rounded to `LEVELS` values a question: stars instead of figures."""

    model: Scorer

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32 of whole numbers, -inf where the model cannot say."""
        return np.stack([self._rounded(row) for row in np.asarray(self.model.score(seeds), dtype=np.float64)])

    @staticmethod
    def _rounded(row: np.ndarray) -> np.ndarray:
        known = np.isfinite(row)
        low, high = (row[known].min(), row[known].max()) if known.any() else (0.0, 1.0)
        part = np.where(known, (np.where(known, row, low) - low) / max(high - low, 1e-12), 0.0)
        return np.where(known, np.minimum(np.floor(part * LEVELS), LEVELS - 1), -np.inf).astype(np.float32)


@dataclass(frozen=True, eq=False)
class TieRules:
    """Args:
    found: by model, where it puts the hidden items; `CONSTANT` first.
    n_items: of the catalogue.
    n: the number of questions.
    """

    found: Mapping[str, RankCounts]
    n_items: int
    n: int

    def recall(self, model: str, ties: Ties) -> float:
        """The share of hidden items that this rule puts among the first ten."""
        return float((self.found[model].ranks(ties) <= DEPTH).mean())

    def mean_tied(self, model: str) -> float:
        """With how many other items a hidden one shares its score, on average."""
        return float(self.found[model].equal.mean())


def judge(
    models: Mapping[str, Scorer], rounded: str, questions: Questions, progress: Progress = no_progress
) -> TieRules:
    """Place every hidden item by every model.

    Args:
        models: by name; `CONSTANT` and `COARSE` join them.
        rounded: the name of the model whose scores `COARSE` rounds.
        questions: which all show and hide something.
        progress: told the finished fraction.
    """
    entered: dict[str, Scorer] = {
        CONSTANT: Constant(questions.n_items),
        COARSE: Coarse(models[rounded]),
        **models,
    }
    unseen = [questions.unseen(place) for place in range(len(questions))]
    found: dict[str, RankCounts] = {}
    for done, (name, model) in enumerate(entered.items()):
        placed = [
            rank_counts(scores, questions.hidden[place], unseen[place])
            for place, scores in enumerate(scored(model, questions))
        ]
        found[name] = RankCounts.joined(placed)
        progress((done + 1) / len(entered))
    return TieRules(found, questions.n_items, len(questions))
