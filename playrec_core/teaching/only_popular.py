"""Lesson: only popularity. How far one list for everybody gets, and what it costs in coverage and personalisation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playrec_core.schema import Progress, no_progress

from .evaluated_models import DEPTH, Questions, Scorer, closed_answer, ndcg

N_QUESTIONS = 300
POPULAR = "popularity for everybody"


@dataclass(frozen=True)
class Reach:
    """One model's lists of ten.

    Args:
        ndcg: mean nDCG@10.
        coverage: the share of the catalogue that is in at least one list (Ge et al., RecSys 2010).
        personalisation: one minus the mean share of songs that the lists of two questions have in common.
        rank: the median popularity rank of what is answered, from 1 for the most popular.
    """

    ndcg: float
    coverage: float
    personalisation: float
    rank: float


@dataclass(frozen=True, eq=False)
class OnlyPopular:
    """Args:
    reach: by model, `POPULAR` first.
    n: the number of questions.
    """

    reach: Mapping[str, Reach]
    n: int

    @property
    def best(self) -> str:
        """The model with the highest nDCG beside `POPULAR`."""
        return max((name for name in self.reach if name != POPULAR), key=lambda name: self.reach[name].ndcg)

    @property
    def share(self) -> float:
        """Popularity's nDCG as a part of the best model's."""
        best = self.reach[self.best].ndcg
        return self.reach[POPULAR].ndcg / best if best else 1.0


def personalisation(lists: list[np.ndarray], n_items: int) -> float:
    """One minus the mean overlap of two lists, over all pairs, as a part of the longest list's length.

    An item in c of n lists is shared by c (c - 1) / 2 of the n (n - 1) / 2 pairs, so the pairs need not be formed.
    """
    n, longest = len(lists), max(map(len, lists), default=0)
    if n < 2 or not longest:
        return 0.0
    counts = np.bincount(np.concatenate(lists), minlength=n_items).astype(np.float64)
    return float(1 - (counts * (counts - 1)).sum() / (n * (n - 1) * longest))


def measure(models: Mapping[str, Scorer], questions: Questions, progress: Progress = no_progress) -> OnlyPopular:
    """Ask the models, and answer the same questions with the most popular items they do not show.

    Args:
        models: by name, at least one.
        questions: which all show and hide something.
        progress: told the finished fraction.
    """
    found = {POPULAR: _reach([_popular(questions, place) for place in range(len(questions))], questions)}
    for done, (name, model) in enumerate(models.items()):
        found[name] = _reach(list(closed_answer(model, questions)), questions)
        progress((done + 1) / len(models))
    return OnlyPopular(found, len(questions))


def _popular(questions: Questions, place: int) -> np.ndarray:
    # Items stand in popularity order.
    shown = set(questions.seeds[place].songs)
    few = range(min(questions.n_items, DEPTH + len(shown)))
    return np.array([item for item in few if item not in shown][:DEPTH], dtype=np.int64)


def _reach(lists: list[np.ndarray], questions: Questions) -> Reach:
    values = [ndcg(one, hidden) for one, hidden in zip(lists, questions.hidden, strict=True)]
    answered = np.concatenate(lists) if lists else np.empty(0, dtype=np.int64)
    return Reach(
        float(np.mean(values)) if values else 0.0,
        len(np.unique(answered)) / max(questions.n_items, 1),
        personalisation(lists, questions.n_items),
        float(np.median(answered) + 1) if len(answered) else 0.0,
    )
