"""Whether explanations tell the truth: deletion and insertion curves (Petsiuk, Das and Saenko, "RISE", BMVC 2018).

If the songs that an explanation names first really carry an answer, then taking them away first must make the answer
fall sooner than taking songs away in random order does, and giving them back first must raise it sooner. How high an
answer stands is measured by its place, because the models' scores are on scales of their own.
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
"""Of the seed's songs that are taken away, or given back, at the points of a curve."""
FEWEST_SONGS = 5


@dataclass(frozen=True)
class Faithfulness:
    """The curves of one model, means over questions. A height is ``1 / log2(1 + place)``: 1 for the first place, 0 for
    an item the model cannot score.

    Args:
        deletion: (n_shares,) height after the strongest songs are taken away.
        deletion_random: likewise in random order.
        insertion: (n_shares,) height with the strongest songs alone.
        insertion_random: likewise in random order.
        deletion_gain: area of the random deletion curve less that of the explained one; above 0 when the explanation
            knows better than chance.
        insertion_gain: area of the explained insertion curve less that of the random one.
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
        """Questions behind it."""
        return self.deletion_gain.n


def sample(seeds: Sequence[Seed], n: int, *, longest: int = 20) -> list[Seed]:
    """The questions to measure on, spread over the file: those with `FEWEST_SONGS` to ``longest`` songs."""
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
    """Measure one model's explanations of its own first answers.

    Args:
        model: a fitted model.
        seeds: from `sample`.
        seed: of the random orders and of the intervals; the same for all models, so that they meet the same chance.
        seconds: after which no further question is begun: the slowest models are measured on fewer.
        progress: told the finished fraction.

    Returns:
        None where the model answers none of the seeds itself.
    """
    rng = np.random.default_rng(seed)
    curves, kind, start = [], "exact", monotonic()
    for done, one in enumerate(seeds, start=1):
        by_chance = rng.permutation(len(one.songs)).tolist()
        found = _curves(model, one, by_chance)
        if found is not None:
            heights, kind = found
            curves.append(heights)
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


def _curves(model: Recommender, seed: Seed, by_chance: list[int]) -> tuple[np.ndarray, str] | None:
    """(4, n_shares) heights: deletion, random deletion, insertion, random insertion; and the explanation's kind."""
    n = len(seed.songs)
    scores = model.score([seed])[0].copy()
    scores[list(seed.songs)] = -np.inf
    item = int(np.argmax(scores))
    if not np.isfinite(scores[item]):
        return None
    explanation = explain(model, seed, item)
    explained = np.argsort(-explanation.contributions, kind="stable").tolist()
    sizes = [round(share * n) for share in SHARES]
    lacking = [without(seed, *order[:size]) for order in (explained, by_chance) for size in sizes]
    holding = [without(seed, *order[size:]) for order in (explained, by_chance) for size in sizes]
    heights = [_height(rank_of(row, item, seed.songs)) for row in model.score([*lacking, *holding])]
    return np.reshape(heights, (4, len(SHARES))), explanation.kind


def _height(place: int | None) -> float:
    return 0.0 if place is None else 1 / np.log2(1 + place)
