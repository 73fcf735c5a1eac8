"""Rank-biased overlap: top-weighted similarity of two ranked lists."""

import numpy as np

PERSISTENCE = 0.9
"""The probability of continuing to the next rank; at 0.9 the top ten have 86 % of the weight."""


def rank_biased_overlap(
    lists: np.ndarray, others: np.ndarray, *, persistence: float = PERSISTENCE, extrapolate: bool = True
) -> np.ndarray:
    r"""The rank-biased overlap of each list with its counterpart, 0 (nothing in common) to 1 (the same list).

    .. math::
        RBO@k = (1 - p) \sum_{d=1}^{k} p^{d-1} \frac{X_d}{d}
        \qquad X_d = |\text{first } d \text{ of } S \cap \text{first } d \text{ of } T|

    is a lower bound: the lists are truncated, so even identical lists stay below 1. The extrapolated form assumes that
    the agreement at the end continues, with s and l the lengths of the shorter and the longer list:

    .. math::
        RBO_{ext} = \frac{1 - p}{p} \left( \sum_{d=1}^{l} \frac{X_d}{d} p^d
        + \sum_{d=s+1}^{l} \frac{X_s (d - s)}{s d} p^d \right)
        + \left( \frac{X_l - X_s}{l} + \frac{X_s}{s} \right) p^l

    Webber, Moffat and Zobel, "A similarity measure for indefinite rankings", TOIS 28(4), 2010, equations 4 and 32.

    Args:
        lists: (n_lists, depth) int, best first, distinct; -1 pads shorter lists.
        others: (n_lists, other_depth), likewise.
        persistence: p, between 0 and 1.
        extrapolate: whether to extrapolate beyond the end of the lists.

    Returns:
        (n_lists,) float64. Two empty lists give 1, an empty and a non-empty one 0.
    """
    if not 0 < persistence < 1:
        raise ValueError(f"persistence must lie between 0 and 1, not {persistence}")
    lengths, other_lengths = (lists >= 0).sum(axis=1), (others >= 0).sum(axis=1)
    depth = max(lists.shape[1], others.shape[1], 1)
    common = _overlap_by_depth(lists, others, depth)  # (n, depth)
    ranks = np.arange(1, depth + 1)
    weights = persistence ** (ranks - 1.0)
    if not extrapolate:
        return (1 - persistence) * (common / ranks * weights).sum(axis=1)
    short, long = np.minimum(lengths, other_lengths), np.maximum(lengths, other_lengths)
    rows = np.arange(len(lists))
    at_short, at_long = (common[rows, np.maximum(end, 1) - 1] for end in (short, long))
    agreed = at_short / np.maximum(short, 1)
    assumed = agreed[:, None] * np.maximum(ranks - short[:, None], 0)
    inside = ranks <= long[:, None]
    seen = (1 - persistence) * (np.where(inside, (common + assumed) / ranks, 0.0) * weights).sum(axis=1)
    beyond = ((at_long - at_short) / np.maximum(long, 1) + agreed) * persistence ** long.astype(float)
    return np.where(long == 0, 1.0, np.where(short == 0, 0.0, seen + beyond))


def _overlap_by_depth(lists: np.ndarray, others: np.ndarray, depth: int) -> np.ndarray:
    """(n_lists, depth): the number of common items in the top 1, 2, ... of both lists."""
    enters = np.zeros((len(lists), depth), dtype=np.int64)
    # A common item counts from the deeper of its two ranks on.
    for rank in range(lists.shape[1]):
        same = (others == lists[:, rank, None]) & (lists[:, rank, None] >= 0)
        rows, other_ranks = np.nonzero(same)
        enters[rows, np.maximum(rank, other_ranks)] += 1
    return np.cumsum(enters, axis=1)
