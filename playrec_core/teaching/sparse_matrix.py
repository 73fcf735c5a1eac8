"""Lesson: sparse matrices. The density of the matrix, where its interactions are, and what storing it costs."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.data.profile import Footprint

SIDE = 120
DENSITIES = (0.5, 0.1, 0.01, 0.001, 0.0001)
"""Options of the prediction."""
GROWTH = (1, 2, 4, 8)
_INDEX = 4  # bytes of one entry of indices or indptr (int32)


@dataclass(frozen=True, eq=False)
class Sparse:
    """Density and storage of the matrix.

    Args:
        footprint: of the full matrix.
        busiest: (n, m) bool, filled cells of the most active playlists by the most popular items.
        random: (n, m) bool, the same for as many random playlists and items.
    """

    footprint: Footprint
    busiest: np.ndarray
    random: np.ndarray

    @property
    def nearest(self) -> float:
        """The one of `DENSITIES` nearest to the density on a log scale."""
        distances = [abs(np.log(max(self.footprint.density, 1e-12) / guess)) for guess in DENSITIES]
        return DENSITIES[int(np.argmin(distances))]

    def grown(self, times: int) -> tuple[int, int]:
        """Bytes as a dense matrix and as CSR for ``times`` as many playlists of the same length and items."""
        found = self.footprint
        rows, stored = found.rows * times, found.stored * times
        return found.dense * times**2, stored * (found.cell + _INDEX) + (rows + 1) * _INDEX


def measure(dataset: Dataset, *, seed: int) -> Sparse:
    """Measure the training matrix and take two samples of its cells.

    Args:
        dataset: training data.
        seed: of the random sample.
    """
    matrix, rng = dataset.interactions, np.random.default_rng(seed)
    n, m = min(SIDE, matrix.shape[0]), min(SIDE, matrix.shape[1])
    active = np.argsort(-np.diff(matrix.indptr), kind="stable")[:n]
    # Items are in popularity order.
    busiest = _filled(matrix, active, np.arange(m))
    random = _filled(
        matrix, rng.choice(matrix.shape[0], n, replace=False), np.sort(rng.choice(matrix.shape[1], m, replace=False))
    )
    return Sparse(Footprint.of(matrix), busiest, random)


def _filled(matrix: csr_array, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return csr_array(matrix[rows])[:, columns].toarray() != 0
