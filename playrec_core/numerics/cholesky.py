"""Inverses and solutions of regularised symmetric systems by Cholesky factorisation, in place and on one thread.

On one thread, so that the order of summation, and with it the last bits, does not depend on their number.
"""

import numpy as np

from playrec_core.errors import ConfigError


def inverse(matrix: np.ndarray, regularization: float) -> np.ndarray:
    """Return (matrix + regularization I)^-1, (n, n) float32 C-contiguous; ``matrix`` is overwritten.

    Raises:
        ConfigError: as in `solve`.
    """
    from scipy.linalg.lapack import spotri
    from threadpoolctl import threadpool_limits

    factor = _factor(matrix, regularization)
    with threadpool_limits(1, user_api="blas"):
        inverted, _ = spotri(factor, lower=True, overwrite_c=True)
    _mirror_lower(inverted)  # LAPACK fills one triangle
    return np.ascontiguousarray(inverted.T)


def solve(matrix: np.ndarray, regularization: float, targets: np.ndarray) -> np.ndarray:
    """Return (matrix + regularization I)^-1 targets, (n, m) float32, in a third of the time of `inverse`.

    ``matrix``, (n, n) float32 C-contiguous, is overwritten.

    Raises:
        ConfigError: the sum is not positive definite; increase the regularization.
    """
    from scipy.linalg import cho_solve
    from threadpoolctl import threadpool_limits

    factor = _factor(matrix, regularization)
    with threadpool_limits(1, user_api="blas"):
        return np.ascontiguousarray(cho_solve((factor, True), targets, check_finite=False))


def _factor(matrix: np.ndarray, regularization: float) -> np.ndarray:
    """The lower Cholesky factor of matrix + regularization I, in the memory of ``matrix``."""
    from scipy.linalg.lapack import spotrf
    from threadpoolctl import threadpool_limits

    matrix[np.diag_indices_from(matrix)] += regularization
    with threadpool_limits(1, user_api="blas"):
        # LAPACK can overwrite the transpose of a C-contiguous array: one matrix in memory instead of three.
        factor, failed = spotrf(matrix.T, lower=True, overwrite_a=True)
    if failed:
        raise ConfigError(
            f"regularization {regularization:g} is too small for these playlists: the similarity matrix is singular"
        )
    return factor


def _mirror_lower(matrix: np.ndarray, block: int = 1024) -> None:
    """Copy the lower triangle to the upper one, in place, block by block."""
    n = len(matrix)
    for start in range(0, n, block):
        end = min(start + block, n)
        matrix[start:end, end:] = matrix[end:, start:end].T
        corner = matrix[start:end, start:end]
        upper = np.triu_indices(end - start, 1)
        corner[upper] = corner.T[upper]
