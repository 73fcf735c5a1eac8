"""Lesson: three three-line bugs, with the figures that reveal each.

Recall and nDCG printed swapped, and loss tensors kept alive, both from the Movie Rec team report
(``docs/sources/movie-rec-report.md``); and a loss masked to the wrong split. The report names masking as a difficulty
that was solved, not as a bug.
"""

import weakref
from dataclasses import dataclass

import numpy as np

from playrec_core.schema import Progress, no_progress

from .als_steps import half_step
from .evaluated_models import Queries, Scorer, ndcg, recall, recommendations
from .practice_data import PracticeData

N_QUERIES = 200
FACTORS, ITERATIONS, PENALTY, ALPHA_STRONGEST = 16, 6, 0.01, 5.0
BATCHES, BATCH, WIDTH = 200, 256, 64
SHUFFLES = 20


@dataclass(frozen=True)
class MeanMetrics:
    """Mean Recall@10 and nDCG@10 of the same lists."""

    recall: float
    ndcg: float


@dataclass(frozen=True, eq=False)
class Bugs:
    """Effects of the three bugs.

    Args:
        given: metrics of a model's lists.
        shuffled: of the same lists in random order, mean of `SHUFFLES`.
        reversed: of the same lists reversed.
        n: number of queries.
        right: root mean squared error on the hidden interactions only.
        wrong: on hidden and training interactions together, the effect of a mask that is too wide.
        trained: on the training interactions.
        kept: number of batches in memory after an epoch that sums the losses themselves.
        freed: the same for an epoch that sums plain numbers.
        batch_bytes: size of one batch.
    """

    given: MeanMetrics
    shuffled: MeanMetrics
    reversed: MeanMetrics
    n: int
    right: float
    wrong: float
    trained: float
    kept: int
    freed: int
    batch_bytes: int


class Loss:
    """A loss as in a deep-learning library: a number, and references to what the backward pass needs."""

    def __init__(self, value: float, *inputs: object):
        self.value, self.inputs = value, inputs

    def __add__(self, other: "Loss") -> "Loss":
        return Loss(self.value + other.value, self, other)


def alive_after_epoch(*, keep_losses: bool, batches: int = BATCHES) -> int:
    """Run an epoch of small batches and count, by weak references, those still in memory.

    Args:
        keep_losses: sum the losses (``total = total + loss``) instead of their numbers (``loss.item()``).
        batches: number of batches.
    """
    seen: list[weakref.ref[np.ndarray]] = []
    total: Loss | float = Loss(0.0) if keep_losses else 0.0
    for number in range(batches):
        batch = np.full((BATCH, WIDTH), number, dtype=np.float32)  # activations kept for the backward pass
        seen.append(weakref.ref(batch))
        loss = Loss(float(batch.mean()), batch)
        total = total + loss if isinstance(total, Loss) else total + loss.value
        del batch, loss
    return sum(one() is not None for one in seen)


def reproduce(
    model: Scorer, queries: Queries, data: PracticeData, *, seed: int, progress: Progress = no_progress
) -> Bugs:
    """Reproduce all three bugs.

    Args:
        model: source of the lists.
        queries: held-out queries.
        data: of the small model.
        seed: of the shuffles and the small model.
        progress: called with the finished fraction.
    """
    lists = list(recommendations(model, queries))
    rng = np.random.default_rng(seed)
    mixed = [_means([rng.permutation(one) for one in lists], queries) for _ in range(SHUFFLES)]
    shuffled = MeanMetrics(float(np.mean([one.recall for one in mixed])), float(np.mean([one.ndcg for one in mixed])))
    progress(0.4)
    errors = _errors(data, rng, lambda part: progress(0.4 + 0.5 * part))
    kept, freed = alive_after_epoch(keep_losses=True), alive_after_epoch(keep_losses=False)
    progress(1.0)
    return Bugs(
        _means(lists, queries),
        shuffled,
        _means([one[::-1] for one in lists], queries),
        len(queries),
        *errors,
        kept,
        freed,
        BATCH * WIDTH * np.dtype(np.float32).itemsize,
    )


def _means(lists: list[np.ndarray], queries: Queries) -> MeanMetrics:
    both = [(recall(one, hidden), ndcg(one, hidden)) for one, hidden in zip(lists, queries.hidden, strict=True)]
    means = np.mean(both, axis=0) if both else np.zeros(2)
    return MeanMetrics(float(means[0]), float(means[1]))


def _errors(data: PracticeData, rng: np.random.Generator, progress: Progress) -> tuple[float, float, float]:
    """Root mean squared distance from 1 on hidden, all and training interactions."""
    confidence = data.shown.copy()
    confidence.data = confidence.data * np.float32(ALPHA_STRONGEST / confidence.data.max(initial=1.0))
    by_item = confidence.T.tocsr()
    items = rng.standard_normal((confidence.shape[1], FACTORS)) / np.sqrt(FACTORS)
    playlists = np.zeros((confidence.shape[0], FACTORS))
    for iteration in range(ITERATIONS):
        playlists = half_step(confidence, items, PENALTY)
        items = half_step(by_item, playlists, PENALTY)
        progress((iteration + 1) / ITERATIONS)
    scores = playlists @ items.T
    hidden, shown = data.hidden.tocoo(), data.shown.tocoo()
    found, trained = scores[hidden.row, hidden.col], scores[shown.row, shown.col]

    def error(values: np.ndarray) -> float:
        return float(np.sqrt(np.mean((1 - values) ** 2))) if len(values) else 0.0

    return error(found), error(np.concatenate([found, trained])), error(trained)
