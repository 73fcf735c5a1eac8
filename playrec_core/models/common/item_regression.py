"""Regression of each song on the songs most correlated with it, in batches of small problems.

Restricting the regressors makes item-to-item regression feasible on large catalogues: the feature selection of SLIM
(Ning & Karypis, ICDM 2011, section IV.D) and the sparse approximation of EASE (Steck, "Markov Random Fields for
Collaborative Filtering", NeurIPS 2019, section 3.2). The two models differ only in the solver.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csc_array, csr_array

from playrec_core.data.dataset import Dataset, binary
from playrec_core.schema import Progress

from .item_weights import most_similar

Solver = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Maps (b, k, k) co-occurrences among the regressors and (b, k) co-occurrences with the target to (b, k) weights."""
_BLOCK_ENTRIES = 4_000_000
"""Co-occurrences per batch of small problems: 16 MB."""
_WHOLE = 8_192
"""Largest number of songs for a dense co-occurrence matrix: 256 MB."""


def regress(dataset: Dataset, items: int, neighbours: int, solve: Solver, progress: Progress) -> csr_array:
    """Return (n_items, n_items) float32 weights, column = target song, over the ``items`` most frequent songs.

    Args:
        dataset: the training data; weights of interactions are ignored.
        items: number of songs, the most frequent ones.
        neighbours: regressors per song, those of highest cosine; ties go to the more frequent.
        solve: turns co-occurrences into weights; all problems of a batch have the same size.
        progress: called with the finished fraction.
    """
    n = min(items, int((dataset.item_counts > 0).sum()))
    playlists = csr_array(binary(dataset.interactions)[:, :n])
    by_item = playlists.T.tocsr()
    norms = np.sqrt(np.bincount(playlists.indices, minlength=n)).astype(np.float32)
    neighbours_of = most_similar(
        by_item, playlists, neighbours, lambda common, rows, columns: common / (norms[rows] * norms[columns])
    )
    progress(0.2)
    counted = _CoOccurrences(playlists)
    counts = np.diff(neighbours_of.indptr)
    values = np.zeros(neighbours_of.nnz, dtype=np.float32)
    done = 0
    # Problems of equal size are stacked, so nothing is padded.
    for size in np.unique(counts[counts > 0]).tolist():
        songs = np.flatnonzero(counts == size)
        for batch in np.array_split(songs, -(-len(songs) * size * size // _BLOCK_ENTRIES)):
            entries = neighbours_of.indptr[batch][:, None] + np.arange(size)
            common = counted.among(np.column_stack([neighbours_of.indices[entries], batch]))
            values[entries] = solve(common[:, :-1, :-1], common[:, :-1, -1])
            done += len(batch)
            progress(0.2 + 0.8 * done / n)
    by_target = csr_array((values, neighbours_of.indices, neighbours_of.indptr), shape=(n, n))
    weights = csr_array(by_target.T.tocsr())
    weights.eliminate_zeros()
    weights.sort_indices()
    weights.resize((dataset.n_items, dataset.n_items))
    return weights


class _CoOccurrences:
    """Co-occurrence counts within small groups of songs."""

    def __init__(self, playlists: csr_array):
        self.columns = csc_array(playlists)
        # Lookup is ten times as fast as counting, but the dense matrix of a large catalogue does not fit in memory.
        self.all = (self.columns.T @ self.columns).toarray() if playlists.shape[1] <= _WHOLE else None

    def among(self, groups: np.ndarray) -> np.ndarray:
        """Return (b, k, k) float32 counts of groups of songs, (b, k)."""
        if self.all is not None:
            return self.all[groups[:, :, None], groups[:, None, :]]
        few = (self.columns[:, group] for group in groups)
        return np.stack([(columns.T @ columns).toarray() for columns in few])
