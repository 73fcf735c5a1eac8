"""Evaluation of one model: recommendations for the held-out playlists, and every metric for each of them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.models.base import Recommender
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Progress

from .contest import MUSIC_WEIGHT, TAG_WEIGHT
from .registry import metrics

SCORE = "score"
HEADLINE = (SCORE, "ndcg", "tag_ndcg", "recall@10", "ndcg@10")
"""The metrics printed in the terminal."""


def answer(
    model: Recommender, ranker: Ranker, held_out: HeldOut, *, batch: int, progress: Progress, threads: int = 1
) -> dict[str, np.ndarray]:
    """A model's recommendations for every held-out playlist.

    Args:
        model: fitted.
        ranker: ranks its scores.
        held_out: the held-out playlists.
        batch: queries per batch; memory is a small multiple of 4 bytes x batch x items, for each thread.
        progress: called with the finished fraction.
        threads: number of batches in parallel; does not change the result.

    Returns:
        ``items`` (n, depth) int32, ``scores`` (n, depth) float32, ``sources`` (n, depth) int8 and ``tags`` (n,
        n_tags) int32; shorter lists are padded with -1.
    """
    depth, n_tags, n = ranker.config.depth, ranker.config.tags, len(held_out)
    found = {
        "items": np.full((n, depth), -1, np.int32),
        "scores": np.full((n, depth), np.nan, np.float32),
        "sources": np.full((n, depth), -1, np.int8),
        "tags": np.full((n, n_tags), -1, np.int32),
    }
    starts = range(0, n, batch)
    pool = ThreadPoolExecutor(threads)
    try:
        batches = pool.map(lambda start: ranker.rank(model, held_out.seeds[start : start + batch]), starts)
        for start, answers in zip(starts, batches, strict=True):
            for row, ranked in enumerate(answers, start=start):
                found["items"][row, : len(ranked.items)] = ranked.items
                found["scores"][row, : len(ranked.items)] = ranked.scores
                found["sources"][row, : len(ranked.items)] = ranked.sources
                found["tags"][row, : len(ranked.tags)] = ranked.tags
            progress(min(start + batch, n) / n)
    finally:
        # On interruption, finish running batches only.
        pool.shutdown(cancel_futures=True)
    return found


def measure(answers: Mapping[str, np.ndarray], held_out: HeldOut, interactions: csr_array) -> dict[str, np.ndarray]:
    """Every metric for every held-out playlist, (n,) float64 by metric name, and the contest's `SCORE`."""
    songs, tags = Answers(answers["items"], held_out.hidden_songs), Answers(answers["tags"], held_out.hidden_tags)
    catalogue = Catalogue.from_interactions(interactions)
    values = {name: metric.per_playlist(songs, catalogue) for name, metric in metrics("songs").items()}
    values |= {name: metric.per_playlist(tags, catalogue) for name, metric in metrics("tags").items()}
    values[SCORE] = _score(values["ndcg"], values["tag_ndcg"])
    return values


def _score(song_ndcg: np.ndarray, tag_ndcg: np.ndarray) -> np.ndarray:
    """Values whose mean is the contest's score: a weighted sum of two means, each over the playlists that have one.

    All NaN if one of the two is undefined everywhere: half a score would be mistaken for a whole one.
    """
    total = np.zeros(len(song_ndcg))
    for weight, column in ((MUSIC_WEIGHT, song_ndcg), (TAG_WEIGHT, tag_ndcg)):
        defined = ~np.isnan(column)
        if not defined.any():
            return np.full(len(column), np.nan)
        total[defined] += weight * column[defined] * len(column) / defined.sum()
    return total
