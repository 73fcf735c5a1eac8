"""Rows of (user, item, time) as one history a user."""

from collections.abc import Iterator

import numpy as np
import pandas as pd


def histories(users: np.ndarray, times: np.ndarray, keep: np.ndarray | None = None) -> Iterator[tuple[int, np.ndarray]]:
    """Each user's row numbers in order of time, ties in row order; users in the order they first appear.

    Args:
        users: (n_rows,) user ids.
        times: (n_rows,) anything sortable.
        keep: (n_rows,) bool, the rows that count; a user without any gets an empty history.
    """
    codes, ids = pd.factorize(users)
    order = np.lexsort((times, codes))
    if keep is not None:
        order = order[keep[order]]
    ends = np.cumsum(np.bincount(codes[order], minlength=len(ids)))
    yield from zip(ids.tolist(), np.split(order, ends)[:-1], strict=True)
