"""A small subset of the data with some interactions hidden, for lessons that train and evaluate.

It is small enough for dense matrices, so every figure can be computed exactly, cell by cell.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset, binary

from .als_tutorial import N_ITEMS, N_PLAYLISTS, take_subset

HIDDEN_SHARE, DEPTH = 0.2, 10


@dataclass(frozen=True, eq=False)
class PracticeData:
    """Training interactions and hidden interactions.

    Args:
        shown: (n_playlists, n_items) float32 confidence of the training interactions.
        hidden: (n_playlists, n_items) float32 ones, the hidden interactions; disjoint from ``shown``.
    """

    shown: csr_array
    hidden: csr_array

    def recall(self, scores: np.ndarray) -> float:
        """Mean of `recalls`; 0 without a hidden interaction."""
        found = self.recalls(scores)
        return float(found.mean()) if len(found) else 0.0

    def recalls(self, scores: np.ndarray) -> np.ndarray:
        """Recall@10 of a dense (n_playlists, n_items) matrix of scores: hits / min(10, hidden), as (n,) float64 of the
        playlists with hidden interactions. Training interactions are masked; ties go to the more popular item.
        """
        masked = scores.astype(np.float64)
        rows = np.repeat(np.arange(self.shown.shape[0]), np.diff(self.shown.indptr))
        masked[rows, self.shown.indices] = -np.inf
        threshold = (
            -np.partition(-masked, DEPTH - 1, axis=1)[:, DEPTH - 1 : DEPTH] if scores.shape[1] > DEPTH else -np.inf
        )
        ahead, tied = masked > threshold, (masked == threshold) & np.isfinite(masked)
        # Columns are in popularity order: of the items tied at the cut-off, the first ones fill the list.
        chosen = ahead | (tied & (tied.cumsum(axis=1) <= DEPTH - ahead.sum(axis=1, keepdims=True)))
        hits = (chosen & (self.hidden.toarray() > 0)).sum(axis=1)
        n_hidden = np.diff(self.hidden.indptr)
        has_hidden = n_hidden > 0
        return hits[has_hidden] / np.minimum(n_hidden[has_hidden], DEPTH)


def practice_data(
    dataset: Dataset, *, seed: int, n_playlists: int = N_PLAYLISTS, n_items: int = N_ITEMS
) -> PracticeData:
    """Return the most active playlists by the most popular items, with a fifth of each playlist hidden (rounded down).

    Args:
        dataset: training data.
        seed: of the random choice.
        n_playlists, n_items: maximum sizes.
    """
    subset = take_subset(dataset, n_playlists=n_playlists, n_items=n_items).matrix
    lengths = np.diff(subset.indptr)
    rows = np.repeat(np.arange(subset.shape[0]), lengths)
    order = np.lexsort((np.random.default_rng(seed).random(subset.nnz), rows))
    position = np.empty(subset.nnz, dtype=np.int64)
    position[order] = np.arange(subset.nnz) - subset.indptr[rows]
    is_hidden = position < (lengths * HIDDEN_SHARE).astype(np.int64)[rows]
    return PracticeData(_some(subset, rows, ~is_hidden), binary(_some(subset, rows, is_hidden)))


def _some(matrix: csr_array, rows: np.ndarray, keep: np.ndarray) -> csr_array:
    return csr_array((matrix.data[keep], (rows[keep], matrix.indices[keep])), shape=matrix.shape, dtype=np.float32)
