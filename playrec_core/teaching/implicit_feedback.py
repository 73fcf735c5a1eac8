"""Lesson: implicit feedback is not explicit feedback. One factorisation, trained on filled cells only and on all cells.

Ratings say both what is liked and what is not, so a model may learn from them alone (Koren, Bell & Volinsky, "Matrix
Factorization Techniques for Recommender Systems", IEEE Computer 42(8), 2009). An interaction only says "this
belongs here". A model trained on filled cells only learns that everything is 1: the error is zero, and nothing can be
ranked. Hu, Koren & Volinsky (ICDM 2008) use the empty cells, too, with low confidence.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.schema import Progress, no_progress

from .als_steps import half_step, solve_rows
from .practice_data import PracticeData

FACTORS, ITERATIONS = 8, 12
EXPLICIT_PENALTY, IMPLICIT_PENALTY = 0.02, 1.0
ALPHA_STRONGEST = 5.0
"""Confidence of the strongest interaction, as in the ALS tutorial."""
LEVELS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Trained:
    """Results of one way of training.

    Args:
        error: root mean squared error on the training interactions.
        shown, hidden, empty: (n,) float32 scores of training interactions, hidden interactions and a sample of empty
            cells, on a scale where the strongest interaction is 1.
        recall: Recall@10 on the hidden interactions.
    """

    error: float
    shown: np.ndarray
    hidden: np.ndarray
    empty: np.ndarray
    recall: float


@dataclass(frozen=True, eq=False)
class Feedback:
    """Both ways of training, on the same data.

    Args:
        explicit: trained on filled cells only.
        implicit: trained on all cells.
        popular: Recall@10 of the most-popular baseline.
    """

    explicit: Trained
    implicit: Trained
    popular: float

    @property
    def nearest(self) -> float:
        """The one of `LEVELS` nearest to the explicit model's mean score of empty cells."""
        mean = float(self.explicit.empty.mean())
        return min(LEVELS, key=lambda level: abs(level - mean))


def compare(data: PracticeData, *, seed: int, progress: Progress = no_progress) -> Feedback:
    """Train both ways; the same arguments give the same figures."""
    shown = data.shown
    targets = shown.copy()
    targets.data = targets.data / targets.data.max(initial=1.0)
    by_item = csr_array(targets.T.tocsr())
    n_playlists, n_items = shown.shape
    rng = np.random.default_rng(seed)
    # Non-negative initial vectors, so that all products start positive, like the data.
    items = np.abs(rng.standard_normal((n_items, FACTORS))) / np.sqrt(FACTORS)
    playlists = np.zeros((n_playlists, FACTORS))
    for iteration in range(ITERATIONS):
        playlists = filled_only(targets, items)
        items = filled_only(by_item, playlists)
        progress((iteration + 1) / ITERATIONS / 2)
    explicit = _measured(data, targets, playlists @ items.T, seed)
    confidence = shown.copy()
    confidence.data = confidence.data * (ALPHA_STRONGEST / confidence.data.max(initial=1.0))
    by_item = csr_array(confidence.T.tocsr())
    items = rng.standard_normal((n_items, FACTORS)) / np.sqrt(FACTORS)
    for iteration in range(ITERATIONS):
        playlists = half_step(confidence, items, IMPLICIT_PENALTY)
        items = half_step(by_item, playlists, IMPLICIT_PENALTY)
        progress(0.5 + (iteration + 1) / ITERATIONS / 2)
    implicit = _measured(data, targets, playlists @ items.T, seed)
    counts = np.bincount(shown.indices, minlength=n_items).astype(np.float64)
    return Feedback(explicit, implicit, data.recall(np.broadcast_to(counts, shown.shape)))


def filled_only(targets: csr_array, fixed: np.ndarray) -> np.ndarray:
    r"""Solve each row from its filled cells only: (Y_u^T Y_u + lambda n_u I) x = Y_u^T t, with Y_u the vectors of
    its n_u columns (Zhou et al., "Large-Scale Parallel Collaborative Filtering for the Netflix Prize", AAIM 2008).

    Args:
        targets: (n_rows, n_columns) CSR, the values to predict.
        fixed: (n_columns, factors).
    """
    penalties = EXPLICIT_PENALTY * np.diff(targets.indptr)[:, None, None] * np.eye(fixed.shape[1])
    return solve_rows(targets, fixed, np.ones(targets.nnz), targets.data.astype(np.float64), penalties)


def _measured(data: PracticeData, targets: csr_array, scores: np.ndarray, seed: int) -> Trained:
    filled, hidden = data.shown.tocoo(), data.hidden.tocoo()
    own = scores[filled.row, filled.col]
    error = float(np.sqrt(np.mean((own - targets.data) ** 2))) if len(own) else 0.0
    is_empty = np.ones(scores.shape, dtype=bool)
    is_empty[filled.row, filled.col] = is_empty[hidden.row, hidden.col] = False
    rows, columns = np.nonzero(is_empty)
    drawn = np.random.default_rng(seed).permutation(len(rows))[: max(len(own), 1)]
    return Trained(
        error,
        own.astype(np.float32),
        scores[hidden.row, hidden.col].astype(np.float32),
        scores[rows[drawn], columns[drawn]].astype(np.float32),
        data.recall(scores),
    )
