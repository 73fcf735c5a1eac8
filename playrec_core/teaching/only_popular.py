"""Lesson: popularity only. The nDCG of one list for everybody, and its coverage and personalisation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playrec_core.schema import Progress, Seed, no_progress

from .evaluated_models import DEPTH, Queries, Scorer, each_model, ndcg, recommendations

N_QUERIES = 300
POPULAR = "popularity for everybody"


@dataclass(frozen=True)
class ListMetrics:
    """Metrics of one model's lists of ten.

    Args:
        ndcg: mean nDCG@10.
        coverage: share of the catalogue in at least one list (Ge et al., RecSys 2010).
        personalisation: one minus the mean overlap of the lists of two queries.
        rank: median popularity rank of the recommendations; 1 is the most popular.
    """

    ndcg: float
    coverage: float
    personalisation: float
    rank: float


@dataclass(frozen=True, eq=False)
class OnlyPopular:
    """Args:
    reach: by model, `POPULAR` first.
    n: number of queries.
    """

    reach: Mapping[str, ListMetrics]
    n: int

    @property
    def best(self) -> str:
        """The model with the highest nDCG except `POPULAR`."""
        return max((name for name in self.reach if name != POPULAR), key=lambda name: self.reach[name].ndcg)

    @property
    def share(self) -> float:
        """nDCG of popularity relative to the best model's."""
        best = self.reach[self.best].ndcg
        return self.reach[POPULAR].ndcg / best if best else 1.0


def personalisation(lists: list[np.ndarray], n_items: int) -> float:
    """Return one minus the mean overlap of two lists, over all pairs, relative to the longest list.

    An item in c of n lists is shared by c (c - 1) / 2 of the n (n - 1) / 2 pairs, so no pair has to be formed.
    """
    n, longest = len(lists), max(map(len, lists), default=0)
    if n < 2 or not longest:
        return 0.0
    counts = np.bincount(np.concatenate(lists), minlength=n_items).astype(np.float64)
    return float(1 - (counts * (counts - 1)).sum() / (n * (n - 1) * longest))


def measure(models: Mapping[str, Scorer], queries: Queries, progress: Progress = no_progress) -> OnlyPopular:
    """Evaluate the models and the most-popular baseline on the same queries.

    Args:
        models: by name, at least one.
        queries: held-out queries.
        progress: called with the finished fraction.
    """
    found = {POPULAR: _metrics([_popular(seed, queries.n_items) for seed in queries.seeds], queries)}
    for name, model in each_model(models, progress):
        found[name] = _metrics(list(recommendations(model, queries)), queries)
    return OnlyPopular(found, len(queries))


def _popular(seed: Seed, n_items: int) -> np.ndarray:
    # Items are in popularity order.
    few = np.arange(min(n_items, DEPTH + len(seed.songs)))
    return np.setdiff1d(few, seed.songs)[:DEPTH]


def _metrics(lists: list[np.ndarray], queries: Queries) -> ListMetrics:
    values = [ndcg(one, hidden) for one, hidden in zip(lists, queries.hidden, strict=True)]
    recommended = np.concatenate(lists) if lists else np.empty(0, dtype=np.int64)
    return ListMetrics(
        float(np.mean(values)) if values else 0.0,
        len(np.unique(recommended)) / max(queries.n_items, 1),
        personalisation(lists, queries.n_items),
        float(np.median(recommended) + 1) if len(recommended) else 0.0,
    )
