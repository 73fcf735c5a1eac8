"""Grouping of (user, item, time) rows into one history per user."""

from collections.abc import Iterator

import numpy as np
import pandas as pd


def user_histories(
    users: np.ndarray, times: np.ndarray, keep: np.ndarray | None = None
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each user and the user's row numbers by time, ties in row order; users in order of first appearance.

    Args:
        users: (n_rows,) int64 user ids.
        times: (n_rows,) int64 seconds since 1970.
        keep: (n_rows,) bool, the rows to use; a user without any has an empty history.
    """
    codes, ids = pd.factorize(users)
    order = np.lexsort((times, codes))
    if keep is not None:
        order = order[keep[order]]
    ends = np.cumsum(np.bincount(codes[order], minlength=len(ids)))
    yield from zip(ids.tolist(), np.split(order, ends)[:-1], strict=True)
