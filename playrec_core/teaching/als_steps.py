"""Lesson: ALS a step at a time. The objective that it minimises, computed exactly after every half-step.

Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008, equation 3, over **all**
cells:

    sum over u, i of c_ui (p_ui - x_u . y_i)^2 + lambda (sum of |x_u|^2 + sum of |y_i|^2)

with preference p 1 where the playlist holds the item and 0 elsewhere, and confidence c = alpha r on a link of weight r
and 1 elsewhere, as `playrec_core.models.factorisation.als` has it. With one side held fast it is a least-squares
problem of the other, solved exactly: so no half-step can make it larger.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.schema import Progress, no_progress

from .practice_data import Practice

ITERATIONS = 15


@dataclass(frozen=True, eq=False)
class Steps:
    """What ALS did, half-step by half-step; entry 0 is the random beginning, odd ones solved for the playlists.

    Args:
        objective: (2 * ITERATIONS + 1,) float64.
        penalty: (2 * ITERATIONS + 1,) float64, the part of it that long vectors cost.
        recall: (2 * ITERATIONS + 1,) float64, Recall@10 of the hidden links, which the objective knows nothing of.
    """

    objective: np.ndarray
    penalty: np.ndarray
    recall: np.ndarray

    @property
    def rises(self) -> int:
        """How many half-steps made the objective larger, beyond rounding."""
        return int((np.diff(self.objective) > 1e-9 * self.objective[:-1]).sum())

    @property
    def first_share(self) -> float:
        """The part of the whole fall that the first iteration, two half-steps, brought."""
        fall = self.objective[0] - self.objective[-1]
        return float((self.objective[0] - self.objective[2]) / fall) if fall > 0 else 1.0


def walk(
    practice: Practice,
    *,
    factors: int,
    regularization: float,
    alpha: float,
    seed: int,
    progress: Progress = no_progress,
) -> Steps:
    """Train ALS and look after every half-step.

    Args:
        practice: what to learn from and what to look for.
        factors: length of the vectors.
        regularization: lambda.
        alpha: confidence of a link of weight 1.
        seed: of the first vectors.
        progress: told the finished fraction.
    """
    confidence = csr_array(practice.shown * np.float32(alpha))
    by_item = csr_array(confidence.T.tocsr())
    rng = np.random.default_rng(seed)
    n_playlists, n_items = confidence.shape
    playlists = rng.standard_normal((n_playlists, factors)) / np.sqrt(factors)
    items = rng.standard_normal((n_items, factors)) / np.sqrt(factors)
    rows: list[tuple[float, float, float]] = []

    def look() -> None:
        cost = penalty(playlists, items, regularization)
        rows.append((squares(confidence, playlists, items) + cost, cost, practice.recall(playlists @ items.T)))

    look()
    for iteration in range(ITERATIONS):
        playlists = half_step(confidence, items, regularization)
        look()
        items = half_step(by_item, playlists, regularization)
        look()
        progress((iteration + 1) / ITERATIONS)
    objective, cost, recall = np.array(rows).T
    return Steps(objective, cost, recall)


def half_step(confidence: csr_array, others: np.ndarray, regularization: float) -> np.ndarray:
    """(n_rows, factors) float64: each row's best vector while the other side stands still.

    (Y^T Y + Y^T (C - I) Y + lambda I) x = Y^T C p: the first term is the same for every row, so that a row costs no
    more than its links (equation 4 of the paper).

    Args:
        confidence: (n_rows, n_columns) of the links; every other cell has confidence 1.
        others: (n_columns, factors) the side that stands still.
        regularization: lambda.
    """
    base = others.T @ others + regularization * np.eye(others.shape[1])
    weights = confidence.data.astype(np.float64)
    return solve_rows(confidence, others, weights - 1, weights, base)


def solve_rows(
    links: csr_array, others: np.ndarray, inside: np.ndarray, beside: np.ndarray, base: np.ndarray
) -> np.ndarray:
    """(n_rows, factors): for each row with links the x of (base + sum of inside y y^T) x = sum of beside y, over the
    vectors y of its links; zeros for a row without any.

    Args:
        links: (n_rows, n_columns) CSR, of which only the places count.
        others: (n_columns, factors).
        inside, beside: (nnz,) a weight a link.
        base: (factors, factors), or (n_rows, factors, factors) where each row has its own.
    """
    factors = others.shape[1]
    found = np.zeros((links.shape[0], factors))
    filled = np.flatnonzero(np.diff(links.indptr))
    systems = np.array(np.broadcast_to(base if base.ndim == 2 else base[filled], (len(filled), factors, factors)))
    sides = np.empty((len(filled), factors, 1))
    for place, row in enumerate(filled.tolist()):
        own = slice(links.indptr[row], links.indptr[row + 1])
        vectors = others[links.indices[own]]
        systems[place] += (vectors * inside[own, None]).T @ vectors
        sides[place, :, 0] = beside[own] @ vectors
    # One call for all rows: a thousand small ones would spend their time on the way there.
    found[filled] = np.linalg.solve(systems, sides)[:, :, 0]
    return found


def squares(confidence: csr_array, playlists: np.ndarray, items: np.ndarray) -> float:
    """The sum over every cell of c (p - x . y)^2, without writing the cells out: that of all cells as if they were
    empty is the trace of (X^T X)(Y^T Y), and the links are put right one by one.
    """
    rows = np.repeat(np.arange(confidence.shape[0]), np.diff(confidence.indptr))
    scores = np.einsum("lf,lf->l", playlists[rows], items[confidence.indices])
    weights = confidence.data.astype(np.float64)
    everywhere = float(((playlists.T @ playlists) * (items.T @ items)).sum())
    return everywhere + float((weights * (1 - scores) ** 2 - scores**2).sum())


def penalty(playlists: np.ndarray, items: np.ndarray, regularization: float) -> float:
    """What long vectors cost: lambda times the sum of their squared lengths."""
    return regularization * float((playlists**2).sum() + (items**2).sum())
