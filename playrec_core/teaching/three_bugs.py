"""Lesson: three faults of three lines (document 004; row R12). Recall and nDCG printed swapped, a loss masked to the
wrong split, and loss tensors kept alive: each as it really shows, in figures.
"""

import weakref
from dataclasses import dataclass

import numpy as np

from playrec_core.schema import Progress, no_progress

from .als_steps import half_step
from .evaluated_models import DEPTH, Questions, Scorer, closed_answer, ndcg, recall
from .practice_data import Practice

N_QUESTIONS = 200
FACTORS, ITERATIONS, PENALTY, ALPHA_STRONGEST = 16, 6, 0.01, 5.0
BATCHES, BATCH, WIDTH = 200, 256, 64
SHUFFLES = 20


@dataclass(frozen=True)
class Pair:
    """Mean Recall@10 and nDCG@10 of the same lists."""

    recall: float
    ndcg: float


@dataclass(frozen=True, eq=False)
class Faults:
    """The three faults.

    Args:
        given: of a model's lists as they are.
        shuffled: of the same lists with their ten songs in random order, the mean of `SHUFFLES`.
        reversed: with the last song first.
        n: the number of questions.
        right: root mean squared error on the hidden links alone.
        wrong: on hidden and training links together, which is what a mask of "every link there is" gives.
        trained: on the training links.
        kept: how many batches are alive at the end of an epoch that adds up the losses themselves.
        freed: of one that adds up plain numbers.
        batch_bytes: of what one batch holds.
    """

    given: Pair
    shuffled: Pair
    reversed: Pair
    n: int
    right: float
    wrong: float
    trained: float
    kept: int
    freed: int
    batch_bytes: int


class Loss:
    """A loss as a deep-learning library has it: a number, and all that is needed to go back from it."""

    def __init__(self, value: float, *came_from: object):
        self.value, self.came_from = value, came_from

    def __add__(self, other: "Loss") -> "Loss":
        return Loss(self.value + other.value, self, other)


class _Batch:
    """What a network remembers of one batch until its gradient is done with."""

    def __init__(self, activations: np.ndarray):
        self.activations = activations


def alive_after_epoch(*, keep_losses: bool, batches: int = BATCHES) -> int:
    """Run an epoch of small batches and count, by weak references, how many of them are still in memory.

    Args:
        keep_losses: add up the losses (``total = total + loss``) instead of their numbers (``loss.item()``).
        batches: how many.
    """
    seen: list[weakref.ref[_Batch]] = []
    total: Loss | float = Loss(0.0) if keep_losses else 0.0
    for number in range(batches):
        batch = _Batch(np.full((BATCH, WIDTH), number, dtype=np.float32))
        seen.append(weakref.ref(batch))
        loss = Loss(float(batch.activations.mean()), batch)
        total = total + loss if isinstance(total, Loss) else total + loss.value
        del batch, loss
    return sum(one() is not None for one in seen)


def show(
    model: Scorer, questions: Questions, practice: Practice, *, seed: int, progress: Progress = no_progress
) -> Faults:
    """Commit all three.

    Args:
        model: whose lists are counted.
        questions: which all show and hide something.
        practice: what the small model learns from.
        seed: of the shuffles and of the small model.
        progress: told the finished fraction.
    """
    lists = list(closed_answer(model, questions))
    rng = np.random.default_rng(seed)
    mixed = [_pair([rng.permutation(one) for one in lists], questions) for _ in range(SHUFFLES)]
    shuffled = Pair(float(np.mean([one.recall for one in mixed])), float(np.mean([one.ndcg for one in mixed])))
    progress(0.4)
    right, wrong, trained = _errors(practice, rng, lambda part: progress(0.4 + 0.5 * part))
    kept, freed = alive_after_epoch(keep_losses=True), alive_after_epoch(keep_losses=False)
    progress(1.0)
    return Faults(
        _pair(lists, questions),
        shuffled,
        _pair([one[::-1] for one in lists], questions),
        len(questions),
        right,
        wrong,
        trained,
        kept,
        freed,
        BATCH * WIDTH * np.dtype(np.float32).itemsize,
    )


def _pair(lists: list[np.ndarray], questions: Questions) -> Pair:
    both = [
        (recall(one[:DEPTH], hidden), ndcg(one, hidden)) for one, hidden in zip(lists, questions.hidden, strict=True)
    ]
    means = np.mean(both, axis=0) if both else np.zeros(2)
    return Pair(float(means[0]), float(means[1]))


def _errors(practice: Practice, rng: np.random.Generator, progress: Progress) -> tuple[float, float, float]:
    """The root mean squared distance from 1 on the hidden links, on all links, and on the training links."""
    confidence = practice.shown.copy()
    confidence.data = confidence.data * np.float32(ALPHA_STRONGEST / confidence.data.max(initial=1.0))
    by_item = confidence.T.tocsr()
    items = rng.standard_normal((confidence.shape[1], FACTORS)) / np.sqrt(FACTORS)
    playlists = np.zeros((confidence.shape[0], FACTORS))
    for iteration in range(ITERATIONS):
        playlists = half_step(confidence, items, PENALTY)
        items = half_step(by_item, playlists, PENALTY)
        progress((iteration + 1) / ITERATIONS)
    scores = playlists @ items.T
    hidden, shown = practice.hidden.tocoo(), practice.shown.tocoo()
    found, learnt = scores[hidden.row, hidden.col], scores[shown.row, shown.col]

    def error(values: np.ndarray) -> float:
        return float(np.sqrt(np.mean((1 - values) ** 2))) if len(values) else 0.0

    return error(found), error(np.concatenate([found, learnt])), error(learnt)
