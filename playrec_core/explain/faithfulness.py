"""Faithfulness of explanations: deletion and insertion curves (Petsiuk, Das and Saenko, "RISE", BMVC 2018).

If the songs that an explanation ranks first are really the most important, then removing them first lowers the rank of
the item faster than removing songs in random order, and inserting them first raises it faster. Ranks are used because
scores of different models are not comparable.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np

from playrec_core.evaluation.intervals import Interval, mean_intervals
from playrec_core.models.base import Recommender
from playrec_core.schema import Progress, Seed, no_progress

from .attribution import explain, rank_of, without

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of the seed's songs that are deleted, or inserted, at the points of a curve."""
FEWEST_SONGS = 5


@dataclass(frozen=True)
class Faithfulness:
    """Curves of one model, means over held-out playlists. Rank scores are ``1 / log2(1 + rank)``: 1 for rank 1, 0 for
    an item without a score.

    Args:
        deletion: (n_shares,) rank score after deleting the strongest songs.
        deletion_random: likewise in random order.
        insertion: (n_shares,) rank score with the strongest songs alone.
        insertion_random: likewise in random order.
        deletion_gain: area under the random deletion curve minus that under the explained one; above 0 if the
            explanation is better than chance.
        insertion_gain: area under the explained insertion curve minus that under the random one.
        kind: of the explanations, "exact" or "occlusion".
    """

    deletion: np.ndarray
    deletion_random: np.ndarray
    insertion: np.ndarray
    insertion_random: np.ndarray
    deletion_gain: Interval
    insertion_gain: Interval
    kind: str

    @property
    def n(self) -> int:
        """Number of held-out playlists."""
        return self.deletion_gain.n


def sample(seeds: Sequence[Seed], n: int, *, longest: int = 20) -> list[Seed]:
    """Return n evenly spaced seeds among those with `FEWEST_SONGS` to ``longest`` songs."""
    able = [seed for seed in seeds if FEWEST_SONGS <= len(seed.songs) <= longest]
    places = np.unique(np.linspace(0, len(able) - 1, min(n, len(able))).astype(int)) if able else []
    return [able[place] for place in places]


def faithfulness(
    model: Recommender,
    seeds: Sequence[Seed],
    *,
    seed: int = 0,
    seconds: float = math.inf,
    progress: Progress = no_progress,
) -> Faithfulness | None:
    """Measure one model's explanations of its top recommendation for each seed.

    Args:
        model: a fitted model.
        seeds: from `sample`.
        seed: of the random orders and of the intervals; the same for all models, for a fair comparison.
        seconds: time after which no further seed is started, so slow models are measured on fewer.
        progress: called with the finished fraction.

    Returns:
        None if the model gives no seed a score.
    """
    rng = np.random.default_rng(seed)
    curves, kind, start = [], "exact", monotonic()
    for done, one in enumerate(seeds, start=1):
        random_order = rng.permutation(len(one.songs)).tolist()
        found = _curves(model, one, random_order)
        if found is not None:
            rank_scores, kind = found
            curves.append(rank_scores)
        progress(done / len(seeds))
        if monotonic() - start > seconds:
            break
    if not curves:
        return None
    together = np.stack(curves)  # (n, 4, n_shares)
    areas = np.trapezoid(together, SHARES, axis=2)
    gains = np.column_stack([areas[:, 1] - areas[:, 0], areas[:, 2] - areas[:, 3]])
    deletion_gain, insertion_gain = mean_intervals(gains, seed=seed)
    deletion, deletion_random, insertion, insertion_random = together.mean(axis=0)
    return Faithfulness(deletion, deletion_random, insertion, insertion_random, deletion_gain, insertion_gain, kind)


def _curves(model: Recommender, seed: Seed, random_order: list[int]) -> tuple[np.ndarray, str] | None:
    """(4, n_shares) rank scores: deletion, random deletion, insertion, random insertion; and the explanation's kind."""
    n = len(seed.songs)
    scores = model.score([seed])[0].copy()
    scores[list(seed.songs)] = -np.inf
    item = int(np.argmax(scores))
    if not np.isfinite(scores[item]):
        return None
    explanation = explain(model, seed, item)
    explained = np.argsort(-explanation.contributions, kind="stable").tolist()
    sizes = [round(share * n) for share in SHARES]
    deleted = [without(seed, *order[:size]) for order in (explained, random_order) for size in sizes]
    inserted = [without(seed, *order[size:]) for order in (explained, random_order) for size in sizes]
    rank_scores = [_rank_score(rank_of(row, item, seed.songs)) for row in model.score([*deleted, *inserted])]
    return np.reshape(rank_scores, (4, len(SHARES))), explanation.kind


def _rank_score(rank: int | None) -> float:
    return 0.0 if rank is None else 1 / np.log2(1 + rank)
