"""Lesson: most of the matrix is nothing. How full it is, where its links lie, and what storing it costs."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.data.profile import Footprint

SIDE = 120
DENSITIES = (0.5, 0.1, 0.01, 0.001, 0.0001)
"""What can be guessed."""
GROWTH = (1, 2, 4, 8)
_INDEX = 4  # bytes of one entry of indices or indptr (int32)


@dataclass(frozen=True, eq=False)
class Sparse:
    """How full the matrix is.

    Args:
        footprint: of the whole matrix.
        busiest: (n, m) bool, which cells of the fullest corner are filled: the most active playlists by the most
            popular items.
        drawn: (n, m) bool, the same for as many playlists and items drawn at random.
    """

    footprint: Footprint
    busiest: np.ndarray
    drawn: np.ndarray

    @property
    def nearest(self) -> float:
        """The one of `DENSITIES` that comes nearest, as a ratio."""
        distances = [abs(np.log(max(self.footprint.density, 1e-12) / guess)) for guess in DENSITIES]
        return DENSITIES[int(np.argmin(distances))]

    def grown(self, times: int) -> tuple[int, int]:
        """Bytes dense and as CSR if there were so many times the playlists and the items, each playlist as long as
        before.
        """
        found = self.footprint
        rows, links = found.rows * times, found.stored * times
        return found.dense * times**2, links * (found.cell + _INDEX) + (rows + 1) * _INDEX


def look(dataset: Dataset, *, seed: int) -> Sparse:
    """Measure the training matrix and cut two corners out of it.

    Args:
        dataset: the training part.
        seed: of the random corner.
    """
    matrix, rng = dataset.interactions, np.random.default_rng(seed)
    n, m = min(SIDE, matrix.shape[0]), min(SIDE, matrix.shape[1])
    active = np.argsort(-np.diff(matrix.indptr), kind="stable")[:n]
    # Items stand in popularity order.
    busiest = _filled(matrix, active, np.arange(m))
    drawn = _filled(
        matrix, rng.choice(matrix.shape[0], n, replace=False), np.sort(rng.choice(matrix.shape[1], m, replace=False))
    )
    return Sparse(Footprint.of(matrix), busiest, drawn)


def _filled(matrix: csr_array, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return csr_array(matrix[rows])[:, columns].toarray() != 0
