"""Lesson: what a bottleneck loses. Playlists compressed to 2 to 512 numbers, and which songs are recovered.

The network is a linear autoencoder without biases, playlist > k > playlist. Its optimal weights need no training:
for squared error they are the first k singular vectors (Eckart & Young 1936; Baldi & Hornik, "Neural networks and
principal component analysis", Neural Networks 2(1), 1989), so the result for every k is exact.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset, binary
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Progress, no_progress

N_PLAYLISTS, SHORTEST = 600, 8
WIDTHS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
_DIGITS = 5
GROUPS = ("rare", "medium", "popular")


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """Which interactions each bottleneck width recovers.

    Args:
        playlists: (n,) rows of the data set.
        interactions: (n, n_items) float32 ones, the compressed playlists.
        widths: bottleneck widths, ascending, all below n.
        recovered: (n_widths, nnz) bool, aligned with ``interactions``: whether the song is in the top n of the
            reconstruction, for a playlist of n songs.
        group: (nnz,) int8, index into `GROUPS`: terciles of the interactions by the number of these playlists that
            contain the song.
        bounds: (2,) largest number of playlists for a rare song, and for a medium one.
        error: (n_widths,) remaining share of the squared error.
    """

    playlists: np.ndarray
    interactions: csr_array
    widths: tuple[int, ...]
    recovered: np.ndarray
    group: np.ndarray
    bounds: tuple[int, int]
    error: np.ndarray

    def share(self, group: str | None = None) -> np.ndarray:
        """(n_widths,) share of interactions recovered, of one group or of all; nan for an empty group."""
        own = np.ones(len(self.group), dtype=bool) if group is None else self.group == GROUPS.index(group)
        return self.recovered[:, own].mean(axis=1) if own.any() else np.full(len(self.widths), np.nan)

    def examples(self, n: int) -> list[int]:
        """Return some playlists (rows of ``interactions``) of about median length, with many rare songs."""
        lengths = np.diff(self.interactions.indptr)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        rare = np.bincount(owner, self.group == 0, minlength=len(lengths)) / lengths
        middle = np.argsort(np.abs(lengths - np.median(lengths)), kind="stable")[: 8 * n]
        mixed = np.abs(rare[middle] - 0.4)
        return middle[np.argsort(mixed, kind="stable")[:n]].tolist()


def compress(
    dataset: Dataset, *, seed: int, n_playlists: int = N_PLAYLISTS, progress: Progress = no_progress
) -> Bottleneck:
    """Sample playlists and compress them with every width.

    Args:
        dataset: training data.
        seed: of the sample.
        n_playlists: maximum size of the sample; of playlists with 8 songs or more, if there are any.
        progress: called with the finished fraction.
    """
    lengths = np.diff(dataset.interactions.indptr)
    long = np.flatnonzero(lengths >= min(SHORTEST, int(lengths.max(initial=0))))
    sampled = np.sort(np.random.default_rng(seed).permutation(long)[:n_playlists])
    interactions = binary(csr_array(dataset.interactions[sampled]))
    used = np.unique(interactions.indices)
    columns = np.searchsorted(used, interactions.indices)
    dense = interactions[:, used].toarray()
    values, vectors = np.linalg.eigh((dense @ dense.T).astype(np.float64))
    order = np.argsort(-values, kind="stable")
    values, vectors = values[order], vectors[:, order]
    widths = tuple(width for width in WIDTHS if width < len(sampled))
    recovered = np.zeros((len(widths), interactions.nnz), dtype=bool)
    for place, width in enumerate(widths):
        code = vectors[:, :width].astype(np.float32)  # (n, width)
        recovered[place] = _recovered(code @ (code.T @ dense), interactions, columns)
        progress((place + 1) / len(widths))
    counts = np.bincount(columns, minlength=len(used))[columns]
    ordered = np.sort(counts)
    low, high = (int(ordered[(len(ordered) - 1) * third // 3]) for third in (1, 2))
    group = ((counts > low).astype(np.int8) + (counts > high)).astype(np.int8)
    error = 1 - np.cumsum(values)[[width - 1 for width in widths]] / values.sum() if widths else np.empty(0)
    return Bottleneck(sampled, interactions, widths, recovered, group, (low, high), error)


def _recovered(reconstructed: np.ndarray, interactions: csr_array, columns: np.ndarray) -> np.ndarray:
    found = np.zeros(interactions.nnz, dtype=bool)
    for row in range(interactions.shape[0]):
        start, end = interactions.indptr[row], interactions.indptr[row + 1]
        # Rounded, so that numerical noise of 1e-8 does not replace the tie rule when nothing of a playlist is left.
        first = top_k(np.round(reconstructed[row], _DIGITS), int(end - start))
        found[start:end] = np.isin(columns[start:end], first)
    return found
