"""Held-out questions asked again, with every score kept: what the lessons about measuring work on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from playrec_core.data.held_out import HeldOut
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Seed

DEPTH = 10
_BATCH = 64


class Scorer(Protocol):
    """Whatever gives every item a score: a model, or a trick that poses as one."""

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items), higher is better; -inf where it cannot say."""
        ...


@dataclass(frozen=True, eq=False)
class Questions:
    """Some of the held-out questions.

    Args:
        seeds: what is shown.
        hidden: one array of item_idx a question, none empty; at or beyond n_items when training did not know it.
        n_items: size of the catalogue.
    """

    seeds: list[Seed]
    hidden: list[np.ndarray]
    n_items: int

    def __len__(self) -> int:
        return len(self.seeds)

    def unseen(self, question: int) -> np.ndarray:
        """(n,) item_idx that are neither shown nor hidden, rising."""
        free = np.ones(self.n_items, dtype=bool)
        gone = np.concatenate([np.asarray(self.seeds[question].songs, dtype=np.int64), self.hidden[question]])
        free[gone[gone < self.n_items]] = False
        return np.flatnonzero(free)


def draw(held_out: HeldOut, *, n_items: int, n: int, seed: int) -> Questions:
    """At most n of the questions that show a song and hide one, drawn at random."""
    starts = held_out.hidden_songs.indptr
    shows = np.array([bool(one.songs) for one in held_out.seeds], dtype=bool)
    rows = np.random.default_rng(seed).permutation(np.flatnonzero((np.diff(starts) > 0) & shows))[:n]
    hidden = [held_out.hidden_songs.indices[starts[row] : starts[row + 1]].astype(np.int64) for row in rows]
    return Questions([held_out.seeds[row] for row in rows], hidden, n_items)


def scored(model: Scorer, questions: Questions) -> Iterator[np.ndarray]:
    """(n_items,) scores of each question; never more than a batch of them in memory."""
    for start in range(0, len(questions), _BATCH):
        yield from model.score(questions.seeds[start : start + _BATCH])


def closed_answer(model: Scorer, questions: Questions) -> Iterator[np.ndarray]:
    """At most (10,) item_idx for each question, best first, without what it shows."""
    for place, scores in enumerate(scored(model, questions)):
        yield top_k(closed(scores, questions.seeds[place].songs), DEPTH)


def recall(answer: np.ndarray, wanted: np.ndarray) -> float:
    """Recall@10 of one answer: hits among its first ten / min(10, wanted), as `evaluation.metrics.recall` has it."""
    return float(np.isin(answer[:DEPTH], wanted).sum() / min(DEPTH, len(wanted)))


def ndcg(answer: np.ndarray, wanted: np.ndarray) -> float:
    """nDCG@10 of one answer: each hit is worth 1 / log2(rank + 1), over what a perfect ten would get."""
    worth = 1 / np.log2(np.arange(DEPTH) + 2)
    first = answer[:DEPTH]
    return float(worth[: len(first)][np.isin(first, wanted)].sum() / worth[: min(DEPTH, len(wanted))].sum())
