"""A small part of the data with some of its links hidden: what several lessons train on and measure with.

Small enough that a matrix with every cell written out is no burden, which is also what makes it exact: every figure
can be counted cell by cell.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset, binary

from .als_tutorial import N_ITEMS, N_PLAYLISTS, cut

HIDDEN_SHARE, DEPTH = 0.2, 10


@dataclass(frozen=True, eq=False)
class Practice:
    """Links to learn from and links to be found.

    Args:
        shown: (n_playlists, n_items) float32 confidence of the links that are left.
        hidden: (n_playlists, n_items) float32 ones, the links taken out; disjoint from ``shown``.
    """

    shown: csr_array
    hidden: csr_array

    def recall(self, scores: np.ndarray) -> float:
        """Recall@10 of a dense (n_playlists, n_items) matrix of scores: the mean over the playlists that hide
        something of hits / min(10, hidden). What is shown cannot be answered. Equal scores: the more popular first.
        """
        open_scores = scores.astype(np.float64)
        rows = np.repeat(np.arange(self.shown.shape[0]), np.diff(self.shown.indptr))
        open_scores[rows, self.shown.indices] = -np.inf
        bar = (
            -np.partition(-open_scores, DEPTH - 1, axis=1)[:, DEPTH - 1 : DEPTH] if scores.shape[1] > DEPTH else -np.inf
        )
        ahead, level = open_scores > bar, (open_scores == bar) & np.isfinite(open_scores)
        # Columns stand in popularity order: of those level at the edge the first ones get the places that are left.
        chosen = ahead | (level & (level.cumsum(axis=1) <= DEPTH - ahead.sum(axis=1, keepdims=True)))
        hits = (chosen & (self.hidden.toarray() > 0)).sum(axis=1)
        n_hidden = np.diff(self.hidden.indptr)
        asked = n_hidden > 0
        return float((hits[asked] / np.minimum(n_hidden[asked], DEPTH)).mean()) if asked.any() else 0.0


def practice(dataset: Dataset, *, seed: int, n_playlists: int = N_PLAYLISTS, n_items: int = N_ITEMS) -> Practice:
    """The most active playlists by the most popular items, a fifth of each playlist's links hidden (rounded down).

    Args:
        dataset: the training part.
        seed: of the draw.
        n_playlists, n_items: at the most.
    """
    part = cut(dataset, n_playlists=n_playlists, n_items=n_items).matrix
    lengths = np.diff(part.indptr)
    rows = np.repeat(np.arange(part.shape[0]), lengths)
    order = np.lexsort((np.random.default_rng(seed).random(part.nnz), rows))
    place = np.empty(part.nnz, dtype=np.int64)
    place[order] = np.arange(part.nnz) - part.indptr[rows]
    away = place < (lengths * HIDDEN_SHARE).astype(np.int64)[rows]
    return Practice(_some(part, rows, ~away), binary(_some(part, rows, away)))


def _some(matrix: csr_array, rows: np.ndarray, keep: np.ndarray) -> csr_array:
    return csr_array((matrix.data[keep], (rows[keep], matrix.indices[keep])), shape=matrix.shape, dtype=np.float32)
