"""Lesson: what a bottleneck forgets. Playlists pressed through 2 to 512 numbers and back, and which songs return.

The network is a linear autoencoder without biases, playlist > k > playlist. Its best weights need no training: with
squared error they are the first k singular vectors (Eckart & Young 1936; Baldi & Hornik, "Neural networks and
principal component analysis", Neural Networks 2(1), 1989), so every k is exact, and nothing here is a matter of
learning rates.
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
GROUPS = ("rare", "between", "popular")


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """What comes back through how many numbers.

    Args:
        playlists: (n,) rows of the data set.
        links: (n, n_items) float32 ones, the playlists that are pressed through.
        widths: the numbers of dimensions, rising, none above n.
        returned: (n_widths, nnz) bool, aligned with ``links``: whether the song is among the first of the
            reconstruction, as many as the playlist has songs.
        group: (nnz,) int8, a place in `GROUPS`: a third of the links each, by how many of these playlists hold the
            song.
        bounds: (2,) a song in at most so many playlists is rare, one in at most so many is between.
        error: (n_widths,) the part of the squared error that is left.
    """

    playlists: np.ndarray
    links: csr_array
    widths: tuple[int, ...]
    returned: np.ndarray
    group: np.ndarray
    bounds: tuple[int, int]
    error: np.ndarray

    def share(self, group: str | None = None) -> np.ndarray:
        """(n_widths,) the share of links that come back, of one group or of all; nan where the group is empty."""
        own = np.ones(len(self.group), dtype=bool) if group is None else self.group == GROUPS.index(group)
        return self.returned[:, own].mean(axis=1) if own.any() else np.full(len(self.widths), np.nan)

    def examples(self, n: int) -> list[int]:
        """Some playlists (rows of ``links``) of about the middle length, each with as many rare songs as possible."""
        lengths = np.diff(self.links.indptr)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        rare = np.bincount(owner, self.group == 0, minlength=len(lengths)) / lengths
        middle = np.argsort(np.abs(lengths - np.median(lengths)), kind="stable")[: 8 * n]
        mixed = np.abs(rare[middle] - 0.4)
        return middle[np.argsort(mixed, kind="stable")[:n]].tolist()


def press(
    dataset: Dataset, *, seed: int, n_playlists: int = N_PLAYLISTS, progress: Progress = no_progress
) -> Bottleneck:
    """Draw some playlists and press them through every width.

    Args:
        dataset: the training part.
        seed: of the draw.
        n_playlists: at the most; of those that hold 8 songs or more where there are any.
        progress: told the finished fraction.
    """
    lengths = np.diff(dataset.interactions.indptr)
    long = np.flatnonzero(lengths >= min(SHORTEST, int(lengths.max(initial=0))))
    drawn = np.sort(np.random.default_rng(seed).permutation(long)[:n_playlists])
    links = binary(csr_array(dataset.interactions[drawn]))
    used = np.unique(links.indices)
    columns = np.searchsorted(used, links.indices)
    dense = np.zeros((len(drawn), len(used)), dtype=np.float32)
    rows = np.repeat(np.arange(len(drawn)), np.diff(links.indptr))
    dense[rows, columns] = 1
    values, vectors = np.linalg.eigh((dense @ dense.T).astype(np.float64))
    order = np.argsort(-values, kind="stable")
    values, vectors = values[order], vectors[:, order]
    widths = tuple(width for width in WIDTHS if width < len(drawn))
    returned = np.zeros((len(widths), links.nnz), dtype=bool)
    for place, width in enumerate(widths):
        code = vectors[:, :width].astype(np.float32)  # (n, width)
        returned[place] = _returned(code @ (code.T @ dense), links, columns)
        progress((place + 1) / len(widths))
    counts = np.bincount(columns, minlength=len(used))[columns]
    ordered = np.sort(counts)
    low, high = (int(ordered[(len(ordered) - 1) * third // 3]) for third in (1, 2))
    group = ((counts > low).astype(np.int8) + (counts > high)).astype(np.int8)
    left = 1 - np.cumsum(values)[[width - 1 for width in widths]] / values.sum() if widths else np.empty(0)
    return Bottleneck(drawn, links, widths, returned, group, (low, high), left)


def _returned(rebuilt: np.ndarray, links: csr_array, columns: np.ndarray) -> np.ndarray:
    found = np.zeros(links.nnz, dtype=bool)
    for row in range(links.shape[0]):
        start, end = links.indptr[row], links.indptr[row + 1]
        # Rounded: where nothing of a playlist is left, noise of 1e-8 would decide, and not the tie rule.
        first = top_k(np.round(rebuilt[row], _DIGITS), int(end - start))
        found[start:end] = np.isin(columns[start:end], first)
    return found
