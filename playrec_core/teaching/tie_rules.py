"""Lesson: optimistic ties. Models with many equal scores, evaluated under three tie rules.

Each hidden item is ranked separately against the items that are neither in the seed nor hidden
(`playrec_core.evaluation.protocol_sensitivity`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playrec_core.evaluation.protocol_sensitivity import RankCounts, Ties
from playrec_core.schema import Progress, Seed, no_progress

from .evaluated_models import DEPTH, Queries, Scorer, hidden_ranks

N_QUERIES = 150
RULES: tuple[Ties, ...] = ("optimistic", "ours", "pessimistic")
CONSTANT, COARSE = "constant", "coarse"
LEVELS = 3
RECALLS = (0.0, 0.1, 0.5, 1.0)
"""Options of the prediction: Recall@10 of the constant model."""


@dataclass(frozen=True)
class Constant:
    """Gives every item the same score."""

    n_items: int

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32 zeros."""
        return np.zeros((len(seeds), self.n_items), dtype=np.float32)


@dataclass(frozen=True)
class Coarse:
    """Another model's scores, rounded to `LEVELS` values per query, like star ratings."""

    model: Scorer

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32 whole numbers; -inf for items that cannot be scored."""
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
    found: by model, the ranks of the hidden items; `CONSTANT` first.
    n: number of queries.
    """

    found: Mapping[str, RankCounts]
    n: int

    def recall(self, model: str, ties: Ties) -> float:
        """Share of hidden items in the top ten under a tie rule."""
        return float((self.found[model].ranks(ties) <= DEPTH).mean())

    def mean_tied(self, model: str) -> float:
        """Mean number of items tied with a hidden one."""
        return float(self.found[model].equal.mean())


def compare(models: Mapping[str, Scorer], rounded: str, queries: Queries, progress: Progress = no_progress) -> TieRules:
    """Rank every hidden item by every model.

    Args:
        models: by name; `CONSTANT` and `COARSE` are added.
        rounded: name of the model whose scores `COARSE` rounds.
        queries: held-out queries.
        progress: called with the finished fraction.
    """
    entered = {CONSTANT: Constant(queries.n_items), COARSE: Coarse(models[rounded]), **models}
    return TieRules(hidden_ranks(entered, queries, progress), len(queries))
