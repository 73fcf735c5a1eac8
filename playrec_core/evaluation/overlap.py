"""Rank-biased overlap: how much two ranked lists agree, the top counting most."""

import numpy as np

PERSISTENCE = 0.9
"""A reader who goes on to the next place nine times in ten: the first ten places then hold 86 % of the weight."""


def rank_biased_overlap(
    lists: np.ndarray, others: np.ndarray, *, persistence: float = PERSISTENCE, extrapolate: bool = True
) -> np.ndarray:
    r"""The rank-biased overlap of each list with its counterpart, 0 (nothing in common) to 1 (the same list).

    .. math::
        RBO@k = (1 - p) \sum_{d=1}^{k} p^{d-1} \frac{X_d}{d}
        \qquad X_d = |\text{first } d \text{ of } S \cap \text{first } d \text{ of } T|

    is what the lists themselves show: they are cut, so even the same list twice stays below 1. Extrapolated, the
    agreement at the end is taken to go on for ever, the shorter list (s places) as far as the longer (l places) goes:

    .. math::
        RBO_{ext} = \frac{1 - p}{p} \left( \sum_{d=1}^{l} \frac{X_d}{d} p^d
        + \sum_{d=s+1}^{l} \frac{X_s (d - s)}{s d} p^d \right)
        + \left( \frac{X_l - X_s}{l} + \frac{X_s}{s} \right) p^l

    Webber, Moffat and Zobel, "A similarity measure for indefinite rankings", TOIS 28(4), 2010, equations 4 and 32.

    Args:
        lists: (n_lists, depth) int, best first, distinct; -1 where a list is shorter.
        others: (n_lists, other_depth), likewise.
        persistence: p, between 0 and 1: the chance that a reader goes on to the next place.
        extrapolate: whether to go beyond the end.

    Returns:
        (n_lists,) float64. Two empty lists are the same, 1; an empty one has nothing in common with another, 0.
    """
    if not 0 < persistence < 1:
        raise ValueError(f"persistence must lie between 0 and 1, not {persistence}")
    lengths, other_lengths = (lists >= 0).sum(axis=1), (others >= 0).sum(axis=1)
    depth = max(lists.shape[1], others.shape[1], 1)
    common = _overlap_by_depth(lists, others, depth)  # (n, depth)
    places = np.arange(1, depth + 1)
    weights = persistence ** (places - 1.0)
    if not extrapolate:
        return (1 - persistence) * (common / places * weights).sum(axis=1)
    short, long = np.minimum(lengths, other_lengths), np.maximum(lengths, other_lengths)
    rows = np.arange(len(lists))
    at_short, at_long = (common[rows, np.maximum(end, 1) - 1] for end in (short, long))
    agreed = at_short / np.maximum(short, 1)
    assumed = agreed[:, None] * np.maximum(places - short[:, None], 0)
    inside = places <= long[:, None]
    seen = (1 - persistence) * (np.where(inside, (common + assumed) / places, 0.0) * weights).sum(axis=1)
    beyond = ((at_long - at_short) / np.maximum(long, 1) + agreed) * persistence ** long.astype(float)
    return np.where(long == 0, 1.0, np.where(short == 0, 0.0, seen + beyond))


def _overlap_by_depth(lists: np.ndarray, others: np.ndarray, depth: int) -> np.ndarray:
    """(n_lists, depth): how many items the first 1, 2, ... of both lists share."""
    enters = np.zeros((len(lists), depth), dtype=np.int64)
    # An item of both lists counts from the deeper of its two places on.
    for place in range(lists.shape[1]):
        same = (others == lists[:, place, None]) & (lists[:, place, None] >= 0)
        rows, other_places = np.nonzero(same)
        enters[rows, np.maximum(place, other_places)] += 1
    return np.cumsum(enters, axis=1)
