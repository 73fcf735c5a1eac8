"""Lesson: leak the seed and watch the score. The same answers counted honestly and with what was shown as a hit.

A playlist's shown songs are in every model's reach: it has just been given them. Count them among what was to be
found, and the metric rewards repetition; `Copycat`, which does nothing else, wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Progress, Seed, no_progress

from .evaluated_models import DEPTH, Questions, Scorer, recall, scored

N_QUESTIONS = 150
WAYS = ("masked", "unmasked", "leaked")
COPYCAT = "copycat"


@dataclass(frozen=True)
class Copycat:
    """Answers what it was shown, and after that the most popular. It has learnt nothing whatever."""

    n_items: int

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32."""
        scores = np.tile(-np.arange(self.n_items, dtype=np.float32), (len(seeds), 1))
        for row, seed in enumerate(seeds):
            scores[row, list(seed.songs)] = 1.0
        return scores


@dataclass(frozen=True, eq=False)
class Leak:
    """Recall@10 three ways.

    Args:
        recall: for each model, a mean by way: "masked" leaves the shown songs out of the list; "unmasked" leaves them
            in and counts the hidden ones alone, so that they waste places; "leaked" leaves them in and counts them as
            found.
        n: the number of questions.
    """

    recall: Mapping[str, Mapping[str, float]]
    n: int

    def place(self, model: str, way: str) -> int:
        """From 1; behind whoever has strictly more."""
        own = self.recall[model][way]
        return 1 + sum(other[way] > own for other in self.recall.values())


def leak(models: Mapping[str, Scorer], questions: Questions, progress: Progress = no_progress) -> Leak:
    """Ask the models and the copycat, and count three ways.

    Args:
        models: by name; `COPYCAT` joins them.
        questions: which all show and hide something.
        progress: told the finished fraction.
    """
    means: dict[str, dict[str, float]] = {}
    entered: dict[str, Scorer] = {**models, COPYCAT: Copycat(questions.n_items)}
    for done, (name, model) in enumerate(entered.items()):
        values: dict[str, list[float]] = {way: [] for way in WAYS}
        for place, scores in enumerate(scored(model, questions)):
            seed, hidden = questions.seeds[place], questions.hidden[place]
            honest = top_k(closed(scores, seed.songs), DEPTH)
            open_list = top_k(scores, DEPTH)
            values["masked"].append(recall(honest, hidden))
            values["unmasked"].append(recall(open_list, hidden))
            values["leaked"].append(recall(open_list, np.union1d(hidden, np.asarray(seed.songs, dtype=np.int64))))
        means[name] = {way: float(np.mean(found)) if found else 0.0 for way, found in values.items()}
        progress((done + 1) / len(entered))
    return Leak(means, len(questions))
