"""Held-out queries scored again by some models, for the lessons about evaluation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation.protocol_sensitivity import RankCounts, negatives, rank_counts
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Progress, Seed

DEPTH = 10
_BATCH = 64


class Scorer(Protocol):
    """Anything that scores every item: a model, or a trick that acts like one."""

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items), higher is better; -inf for items that cannot be scored."""
        ...


@dataclass(frozen=True, eq=False)
class Queries:
    """A sample of the held-out queries.

    Args:
        seeds: the visible parts.
        hidden: one array of item_idx per query, none empty; n_items or more for items unknown to training.
        n_items: size of the catalogue.
    """

    seeds: list[Seed]
    hidden: list[np.ndarray]
    n_items: int

    def __len__(self) -> int:
        return len(self.seeds)

    @cached_property
    def unseen(self) -> list[np.ndarray]:
        """For each query, the item_idx that are neither in the seed nor hidden, ascending."""
        return [negatives(seed, own, self.n_items) for seed, own in zip(self.seeds, self.hidden, strict=True)]


def draw(held_out: HeldOut, *, n_items: int, n: int, seed: int) -> Queries:
    """Sample at most n queries that have a song in the seed and a hidden song."""
    starts = held_out.hidden_songs.indptr
    shows = np.array([bool(one.songs) for one in held_out.seeds], dtype=bool)
    rows = np.random.default_rng(seed).permutation(np.flatnonzero((np.diff(starts) > 0) & shows))[:n]
    hidden = [held_out.hidden_songs.indices[starts[row] : starts[row + 1]].astype(np.int64) for row in rows]
    return Queries([held_out.seeds[row] for row in rows], hidden, n_items)


def scored(model: Scorer, queries: Queries) -> Iterator[np.ndarray]:
    """Yield the (n_items,) scores of each query, with at most one batch in memory."""
    for start in range(0, len(queries), _BATCH):
        yield from model.score(queries.seeds[start : start + _BATCH])


def recommendations(model: Scorer, queries: Queries) -> Iterator[np.ndarray]:
    """Yield at most (10,) item_idx for each query, best first, without its seed."""
    for scores, seed in zip(scored(model, queries), queries.seeds, strict=True):
        yield top_k(closed(scores, seed.songs), DEPTH)


def each_model(models: Mapping[str, Scorer], progress: Progress) -> Iterator[tuple[str, Scorer]]:
    """Yield names and models, and report progress after each."""
    for done, entry in enumerate(models.items(), start=1):
        yield entry
        progress(done / len(models))


def hidden_ranks(models: Mapping[str, Scorer], queries: Queries, progress: Progress) -> dict[str, RankCounts]:
    """Rank every hidden item among the unseen ones, by each model."""
    return {
        name: RankCounts.joined(list(map(rank_counts, scored(model, queries), queries.hidden, queries.unseen)))
        for name, model in each_model(models, progress)
    }


def recall(recommended: np.ndarray, hidden: np.ndarray) -> float:
    """Recall@10 of one list: hits in the top ten / min(10, hidden), as in `playrec_core.evaluation.metrics.recall`."""
    return float(np.isin(recommended[:DEPTH], hidden).sum() / min(DEPTH, len(hidden)))


def ndcg(recommended: np.ndarray, hidden: np.ndarray) -> float:
    """nDCG@10 of one list: each hit gains 1 / log2(rank + 1), divided by the gain of an ideal list."""
    gains = 1 / np.log2(np.arange(DEPTH) + 2)
    first = recommended[:DEPTH]
    return float(gains[: len(first)][np.isin(first, hidden)].sum() / gains[: min(DEPTH, len(hidden))].sum())
