"""Lesson: ALS step by step. The exact objective after every half-step.

Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008, equation 3, over **all**
cells:

    sum over u, i of c_ui (p_ui - x_u . y_i)^2 + lambda (sum of |x_u|^2 + sum of |y_i|^2)

with preference p = 1 for an interaction and 0 elsewhere, and confidence c = alpha r for an interaction of weight r and
1 elsewhere, as in `playrec_core.models.factorisation.als`. With one side fixed, the other is a least-squares problem
that is solved exactly, so no half-step can increase the objective.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.schema import Progress, no_progress

from .practice_data import PracticeData

ITERATIONS = 15


@dataclass(frozen=True, eq=False)
class Steps:
    """The course of one training. Entry 0 is the random initialisation; odd entries follow a solve for the playlists.

    Args:
        objective: (2 * ITERATIONS + 1,) float64.
        penalty: (2 * ITERATIONS + 1,) float64, its regularisation term.
        recalls: (2 * ITERATIONS + 1, n) float64, Recall@10 of each playlist with hidden interactions.
    """

    objective: np.ndarray
    penalty: np.ndarray
    recalls: np.ndarray

    @cached_property
    def recall(self) -> np.ndarray:
        """(2 * ITERATIONS + 1,) float64, the mean of `recalls`; 0 without a hidden interaction."""
        return self.recalls.mean(axis=1) if self.recalls.shape[1] else np.zeros(len(self.recalls))

    @property
    def best(self) -> int:
        """The half-step after which the mean recall was highest, the first of ties."""
        return int(self.recall.argmax())

    @property
    def since_best(self) -> tuple[int, int]:
        """Numbers of playlists whose recall is higher, and lower, at the end than after the `best` half-step."""
        change = self.recalls[-1] - self.recalls[self.best]
        return int((change > 0).sum()), int((change < 0).sum())

    @property
    def rises(self) -> int:
        """Number of half-steps that increased the objective beyond rounding."""
        return int((np.diff(self.objective) > 1e-9 * self.objective[:-1]).sum())

    @property
    def first_share(self) -> float:
        """Share of the total decrease that the first iteration (two half-steps) achieved."""
        fall = self.objective[0] - self.objective[-1]
        return float((self.objective[0] - self.objective[2]) / fall) if fall > 0 else 1.0


def train(
    data: PracticeData,
    *,
    factors: int,
    regularization: float,
    alpha: float,
    seed: int,
    progress: Progress = no_progress,
) -> Steps:
    """Train ALS and record the objective and the recall after every half-step.

    Args:
        data: training and hidden interactions.
        factors: length of the vectors.
        regularization: lambda.
        alpha: confidence of an interaction of weight 1.
        seed: of the initial vectors.
        progress: called with the finished fraction.
    """
    confidence = csr_array(data.shown * np.float32(alpha))
    by_item = csr_array(confidence.T.tocsr())
    rng = np.random.default_rng(seed)
    n_playlists, n_items = confidence.shape
    playlists = rng.standard_normal((n_playlists, factors)) / np.sqrt(factors)
    items = rng.standard_normal((n_items, factors)) / np.sqrt(factors)
    rows: list[tuple[float, float]] = []
    recalls: list[np.ndarray] = []

    def record() -> None:
        cost = penalty(playlists, items, regularization)
        rows.append((squared_error(confidence, playlists, items) + cost, cost))
        recalls.append(data.recalls(playlists @ items.T))

    record()
    for iteration in range(ITERATIONS):
        playlists = half_step(confidence, items, regularization)
        record()
        items = half_step(by_item, playlists, regularization)
        record()
        progress((iteration + 1) / ITERATIONS)
    objective, cost = np.array(rows).T
    return Steps(objective, cost, np.array(recalls))


def half_step(confidence: csr_array, fixed: np.ndarray, regularization: float) -> np.ndarray:
    """Solve for one side with the other side fixed.

    (Y^T Y + Y^T (C - I) Y + lambda I) x = Y^T C p: the first term is the same for every row, so the cost of a row
    depends only on its interactions (equation 4 of the paper).

    Args:
        confidence: (n_rows, n_columns) of the interactions; every other cell has confidence 1.
        fixed: (n_columns, factors) vectors of the fixed side.
        regularization: lambda.

    Returns:
        (n_rows, factors) float64.
    """
    base = fixed.T @ fixed + regularization * np.eye(fixed.shape[1])
    weights = confidence.data.astype(np.float64)
    return solve_rows(confidence, fixed, weights - 1, weights, base)


def solve_rows(
    interactions: csr_array, fixed: np.ndarray, gram_weights: np.ndarray, target_weights: np.ndarray, base: np.ndarray
) -> np.ndarray:
    """Solve (base + sum of gram_weights y y^T) x = sum of target_weights y for each row, over the vectors y of its
    interactions.

    Args:
        interactions: (n_rows, n_columns) CSR; its values are not used.
        fixed: (n_columns, factors).
        gram_weights, target_weights: (nnz,) one weight per interaction.
        base: (factors, factors), or (n_rows, factors, factors) with one per row.

    Returns:
        (n_rows, factors) float64; zeros for a row without interactions.
    """
    factors = fixed.shape[1]
    solutions = np.zeros((interactions.shape[0], factors))
    filled = np.flatnonzero(np.diff(interactions.indptr))
    systems = np.array(np.broadcast_to(base if base.ndim == 2 else base[filled], (len(filled), factors, factors)))
    targets = np.empty((len(filled), factors, 1))
    for n, row in enumerate(filled.tolist()):
        own = slice(interactions.indptr[row], interactions.indptr[row + 1])
        vectors = fixed[interactions.indices[own]]
        systems[n] += (vectors * gram_weights[own, None]).T @ vectors
        targets[n, :, 0] = target_weights[own] @ vectors
    # One batched call: a thousand small ones would mostly be overhead.
    solutions[filled] = np.linalg.solve(systems, targets)[:, :, 0]
    return solutions


def squared_error(confidence: csr_array, playlists: np.ndarray, items: np.ndarray) -> float:
    """Return the sum of c (p - x . y)^2 over all cells without a dense matrix: the trace of (X^T X)(Y^T Y) treats every
    cell as empty, and each interaction adds its correction.
    """
    rows = np.repeat(np.arange(confidence.shape[0]), np.diff(confidence.indptr))
    scores = np.einsum("lf,lf->l", playlists[rows], items[confidence.indices])
    weights = confidence.data.astype(np.float64)
    all_empty = float(((playlists.T @ playlists) * (items.T @ items)).sum())
    return all_empty + float((weights * (1 - scores) ** 2 - scores**2).sum())


def penalty(playlists: np.ndarray, items: np.ndarray, regularization: float) -> float:
    """Return the regularisation term: lambda times the sum of squared vector lengths."""
    return regularization * float((playlists**2).sum() + (items**2).sum())
