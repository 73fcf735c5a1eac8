"""Lesson: why implicit feedback is not explicit feedback. One factorisation, trained on the filled cells alone and on
every cell.

Ratings say both what is liked and what is not, so a model may learn from them alone (Koren, Bell & Volinsky, "Matrix
Factorization Techniques for Recommender Systems", IEEE Computer 42(8), 2009). A playlist only says "this belongs
here". Whoever learns from its filled cells alone learns that everything is 1: the error is zero, and nothing can be
ranked. Hu, Koren & Volinsky (ICDM 2008) count the empty cells too, with little confidence.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.schema import Progress, no_progress

from .als_steps import half_step, solve_rows
from .practice_data import Practice

FACTORS, ITERATIONS = 8, 12
EXPLICIT_PENALTY, IMPLICIT_PENALTY = 0.02, 1.0
ALPHA_STRONGEST = 5.0
"""The confidence of the strongest link, as in the walk."""
LEVELS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Trained:
    """One way of training.

    Args:
        error: root of the mean squared error on the links it was trained with.
        shown, hidden, others: (n,) float32 scores of the links it learnt from, of the hidden ones, and of cells
            drawn from the empty ones, on a scale where the strongest link is 1.
        recall: Recall@10 of the hidden links.
    """

    error: float
    shown: np.ndarray
    hidden: np.ndarray
    others: np.ndarray
    recall: float


@dataclass(frozen=True, eq=False)
class Feedback:
    """Both ways, on the same links.

    Args:
        explicit: trained on the filled cells alone.
        implicit: trained on every cell.
        popular: Recall@10 of answering everybody with the most popular items.
    """

    explicit: Trained
    implicit: Trained
    popular: float

    @property
    def nearest(self) -> float:
        """The one of `LEVELS` that the explicit model's mean score for empty cells comes nearest."""
        mean = float(self.explicit.others.mean())
        return min(LEVELS, key=lambda level: abs(level - mean))


def compare(practice: Practice, *, seed: int, progress: Progress = no_progress) -> Feedback:
    """Train both ways; the same arguments give the same figures."""
    shown = practice.shown
    targets = shown.copy()
    targets.data = targets.data / targets.data.max(initial=1.0)
    by_item = csr_array(targets.T.tocsr())
    n_playlists, n_items = shown.shape
    rng = np.random.default_rng(seed)
    # Lengths alone, no signs: the first vectors agree that everything is liked, as the data do.
    items = np.abs(rng.standard_normal((n_items, FACTORS))) / np.sqrt(FACTORS)
    playlists = np.zeros((n_playlists, FACTORS))
    for iteration in range(ITERATIONS):
        playlists = filled_only(targets, items)
        items = filled_only(by_item, playlists)
        progress((iteration + 1) / ITERATIONS / 2)
    explicit = _measured(practice, targets, playlists @ items.T, seed)
    confidence = shown.copy()
    confidence.data = confidence.data * (ALPHA_STRONGEST / confidence.data.max(initial=1.0))
    by_item = csr_array(confidence.T.tocsr())
    items = rng.standard_normal((n_items, FACTORS)) / np.sqrt(FACTORS)
    for iteration in range(ITERATIONS):
        playlists = half_step(confidence, items, IMPLICIT_PENALTY)
        items = half_step(by_item, playlists, IMPLICIT_PENALTY)
        progress(0.5 + (iteration + 1) / ITERATIONS / 2)
    implicit = _measured(practice, targets, playlists @ items.T, seed)
    counts = np.bincount(shown.indices, minlength=n_items).astype(np.float64)
    return Feedback(explicit, implicit, practice.recall(np.broadcast_to(counts, shown.shape)))


def filled_only(targets: csr_array, others: np.ndarray) -> np.ndarray:
    r"""Each row's vector from its filled cells alone: (Y_u^T Y_u + lambda n_u I) x = Y_u^T t, with Y_u the vectors of
    its n_u columns (Zhou et al., "Large-Scale Parallel Collaborative Filtering for the Netflix Prize", AAIM 2008).

    Args:
        targets: (n_rows, n_columns) CSR, what is to be guessed.
        others: (n_columns, factors).
    """
    penalties = EXPLICIT_PENALTY * np.diff(targets.indptr)[:, None, None] * np.eye(others.shape[1])
    return solve_rows(targets, others, np.ones(targets.nnz), targets.data.astype(np.float64), penalties)


def _measured(practice: Practice, targets: csr_array, scores: np.ndarray, seed: int) -> Trained:
    filled, hidden = practice.shown.tocoo(), practice.hidden.tocoo()
    own = scores[filled.row, filled.col]
    error = float(np.sqrt(np.mean((own - targets.data) ** 2))) if len(own) else 0.0
    empty = np.ones(scores.shape, dtype=bool)
    empty[filled.row, filled.col] = empty[hidden.row, hidden.col] = False
    rows, columns = np.nonzero(empty)
    drawn = np.random.default_rng(seed).permutation(len(rows))[: max(len(own), 1)]
    return Trained(
        error,
        own.astype(np.float32),
        scores[hidden.row, hidden.col].astype(np.float32),
        scores[rows[drawn], columns[drawn]].astype(np.float32),
        practice.recall(scores),
    )
