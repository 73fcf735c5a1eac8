"""Each song explained by the songs most correlated with it: one small regression a song, many at a time.

Learning from a few chosen songs instead of all is what makes item-to-item regression possible on a large catalogue:
the feature selection of SLIM (Ning & Karypis, ICDM 2011, section IV.D), and the sparse approximation of the full
closed form (Steck, "Markov Random Fields for Collaborative Filtering", NeurIPS 2019, section 3.2). The two models
differ only in how they solve.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from playrec_core.data.dataset import Dataset, binary
from playrec_core.numerics.sparse import top_per_row
from playrec_core.schema import Progress

from .item_weights import meetings

Solver = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From (b, k, k) co-occurrences among the neighbours and (b, k) with the song itself, to (b, k) weights."""
_BLOCK_ENTRIES = 4_000_000
"""Co-occurrences of one batch of small problems: 16 MB."""
_WHOLE = 8_192
"""Up to so many songs all co-occurrences are held at once: 256 MB."""


def regress(dataset: Dataset, items: int, neighbours: int, solve: Solver, progress: Progress) -> csr_array:
    """(n_items, n_items) float32 weights, column = the song explained; only the ``items`` most frequent take part.

    Args:
        dataset: the training part; weights of interactions do not count.
        items: how many of the most frequent songs.
        neighbours: how many songs explain one, those of highest cosine with it; ties go to the more frequent.
        solve: turns co-occurrences into weights. It gets problems of equal size; a song that has fewer neighbours is
            in a smaller batch.
        progress: told the finished fraction.
    """
    n = min(items, int((dataset.item_counts > 0).sum()))
    playlists = csr_array(binary(dataset.interactions)[:, :n])
    near = _nearest(playlists, neighbours)
    progress(0.2)
    counted = _CoOccurrences(playlists)
    counts = np.diff(near.indptr)
    values = np.zeros(near.nnz, dtype=np.float32)
    done = 0
    # Problems of equal size are stacked, so nothing is padded.
    for size in np.unique(counts[counts > 0]).tolist():
        songs = np.flatnonzero(counts == size)
        for batch in np.array_split(songs, -(-len(songs) * size * size // _BLOCK_ENTRIES)):
            entries = near.indptr[batch][:, None] + np.arange(size)
            common = counted.among(np.column_stack([near.indices[entries], batch]))
            values[entries] = solve(common[:, :-1, :-1], common[:, :-1, -1])
            done += len(batch)
            progress(0.2 + 0.8 * done / n)
    by_target = csr_array((values, near.indices, near.indptr), shape=(n, n))
    weights = csr_array(by_target.T.tocsr())
    weights.eliminate_zeros()
    weights.sort_indices()
    weights.resize((dataset.n_items, dataset.n_items))
    return weights


def _nearest(playlists: csr_array, k: int) -> csr_array:
    """(n, n): row i holds the k songs of highest cosine with i."""
    lengths = np.sqrt(np.bincount(playlists.indices, minlength=playlists.shape[1])).astype(np.float32)
    blocks = []
    for start, common in meetings(playlists.T.tocsr(), playlists):
        rows = np.repeat(np.arange(start, start + common.shape[0]), np.diff(common.indptr))
        common.data /= lengths[rows] * lengths[common.indices]
        blocks.append(top_per_row(common, k))
    return csr_array(vstack(blocks, format="csr"))


class _CoOccurrences:
    """How many playlists songs have in common, for small groups of songs."""

    def __init__(self, playlists: csr_array):
        self.columns = csc_array(playlists)
        # Looking up is ten times as fast as counting anew, but the whole matrix does not fit for a large catalogue.
        self.all = (self.columns.T @ self.columns).toarray() if playlists.shape[1] <= _WHOLE else None

    def among(self, groups: np.ndarray) -> np.ndarray:
        """(b, k, k) float32 of groups of songs, (b, k)."""
        if self.all is not None:
            return self.all[groups[:, :, None], groups[:, None, :]]
        few = (self.columns[:, group] for group in groups)
        return np.stack([(columns.T @ columns).toarray() for columns in few])
