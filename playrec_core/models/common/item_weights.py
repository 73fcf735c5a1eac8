"""Base of models with item-to-item weights: a score is a sum over the seed's songs, so explanations are exact."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.sparse import csr_array, vstack

from playrec_core.data.dataset import seed_matrix
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.explanation import Explanation, exact
from playrec_core.numerics.sparse import densify, top_per_row
from playrec_core.schema import Progress, Seed, no_progress

_BLOCK_ENTRIES = 4_000_000
"""Co-occurrences in memory at once while fitting: about 50 MB."""


class ItemWeights(Recommender):
    """score(i) = sum over the seed's songs j of weight(j, i). A subclass fits ``weights``."""

    reads = frozenset({"songs"})
    fitted = ("weights",)
    weights: csr_array
    """(n_items, n_items) float32, row = seed song, column = recommended song, indices sorted, zero diagonal."""

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return densify(csr_array(seed_matrix(seeds, self.weights.shape[0]) @ self.weights), CANNOT_SAY)

    def similar_items(self, item: int) -> tuple[np.ndarray, np.ndarray]:
        span = slice(self.weights.indptr[item], self.weights.indptr[item + 1])
        items, weights = self.weights.indices[span], self.weights.data[span]
        best = np.argsort(-weights, kind="stable")
        best = best[weights[best] > 0]
        return items[best], weights[best]

    def linear_weights(self) -> csr_array:
        return self.weights

    def explain(self, seed: Seed, item: int) -> Explanation:
        songs = np.asarray(seed.songs, dtype=np.int64)
        contributions = self.weights[songs, :][:, [item]].toarray().ravel() * seed.song_weights
        return exact(item, seed, contributions, float(contributions.sum(dtype=np.float64)))


def most_similar(
    items: csr_array,
    playlists: csr_array,
    k: int,
    similarity: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    progress: Progress = no_progress,
) -> csr_array:
    """Return (n_items, n_items) float32: the k largest similarities of each row.

    Args:
        items: as in `co_occurrences`.
        playlists: as in `co_occurrences`.
        k: entries per row; ties go to the more frequent song.
        similarity: (nnz,) float32, from the entries of ``items @ playlists``, their rows and their columns.
        progress: called with the finished fraction.
    """
    blocks = []
    for start, block in co_occurrences(items, playlists):
        end = start + block.shape[0]
        rows = np.repeat(np.arange(start, end), np.diff(block.indptr))
        block.data = similarity(block.data, rows, block.indices)
        blocks.append(top_per_row(block, k))
        progress(end / items.shape[0])
    return csr_array(vstack(blocks, format="csr"), dtype=np.float32)


def co_occurrences(items: csr_array, playlists: csr_array) -> Iterator[tuple[int, csr_array]]:
    """Yield ``items @ playlists`` in blocks of rows of about equal memory, without the diagonal.

    Args:
        items: (n_items, n_playlists); if both matrices are binary the product counts common playlists.
        playlists: (n_playlists, n_items).

    Yields:
        The index of the block's first row, and the block, (n_rows, n_items).
    """
    n_items = items.shape[0]
    # An upper bound on the entries of each row, so that blocks have equal memory, not equal numbers of rows.
    lengths = np.diff(playlists.indptr).astype(np.int64)
    entries = np.concatenate([[0], np.cumsum(lengths[items.indices])])
    cumulated = entries[items.indptr[1:]]
    start = 0
    while start < n_items:
        done = cumulated[start - 1] if start else 0
        end = min(max(start + 1, int(np.searchsorted(cumulated, done + _BLOCK_ENTRIES))), n_items)
        block = csr_array(items[start:end] @ playlists)
        rows = np.repeat(np.arange(start, end), np.diff(block.indptr))
        block.data[rows == block.indices] = 0
        block.eliminate_zeros()
        yield start, block
        start = end
