"""Lesson: leak the seed and watch the score. The same models evaluated correctly, and with the seed counted as hits.

Every model is given the seed as input. If seed songs count as hits, the metric rewards repetition, and `Copycat`, which
does nothing else, wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Progress, Seed, no_progress

from .evaluated_models import DEPTH, Queries, Scorer, each_model, recall, scored

N_QUERIES = 150
EVALUATIONS = ("masked", "unmasked", "leaked")
COPYCAT = "copycat"


@dataclass(frozen=True)
class Copycat:
    """Recommends the seed, then the most popular songs. It has learned nothing."""

    n_items: int

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32."""
        scores = np.tile(-np.arange(self.n_items, dtype=np.float32), (len(seeds), 1))
        for row, seed in enumerate(seeds):
            scores[row, list(seed.songs)] = 1.0
        return scores


@dataclass(frozen=True, eq=False)
class Leak:
    """Recall@10 under three evaluations.

    Args:
        recall: mean by model and evaluation: "masked" excludes seed songs from the list; "unmasked" allows them but
            counts hidden songs only, so that they waste ranks; "leaked" allows them and counts them as hits.
        n: number of queries.
    """

    recall: Mapping[str, Mapping[str, float]]
    n: int

    def rank(self, model: str, evaluation: str) -> int:
        """Rank from 1; equal values share the better rank."""
        own = self.recall[model][evaluation]
        return 1 + sum(other[evaluation] > own for other in self.recall.values())


def measure_leak(models: Mapping[str, Scorer], queries: Queries, progress: Progress = no_progress) -> Leak:
    """Evaluate the models and the copycat in three ways.

    Args:
        models: by name; `COPYCAT` is added.
        queries: held-out queries.
        progress: called with the finished fraction.
    """
    means: dict[str, dict[str, float]] = {}
    for name, model in each_model({**models, COPYCAT: Copycat(queries.n_items)}, progress):
        values: dict[str, list[float]] = {evaluation: [] for evaluation in EVALUATIONS}
        for scores, seed, hidden in zip(scored(model, queries), queries.seeds, queries.hidden, strict=True):
            masked = top_k(closed(scores, seed.songs), DEPTH)
            unmasked = top_k(scores, DEPTH)
            values["masked"].append(recall(masked, hidden))
            values["unmasked"].append(recall(unmasked, hidden))
            values["leaked"].append(recall(unmasked, np.union1d(hidden, np.asarray(seed.songs, dtype=np.int64))))
        means[name] = {evaluation: float(np.mean(found)) if found else 0.0 for evaluation, found in values.items()}
    return Leak(means, len(queries))
