"""Intra-list diversity: average pairwise dissimilarity within a list."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from playrec_core.i18n import mark

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Diversity(Metric):
    r"""Intra-list diversity: one minus the mean cosine over all pairs of a list.

    .. math::
        Diversity@k = 1 - \frac{1}{|L_u|(|L_u| - 1)} \sum_{i \ne j \in L_u} \cos(x_i, x_j)
        \qquad \sum_{i \ne j} \cos(x_i, x_j) = \Bigl\lVert \sum_i \frac{x_i}{\lVert x_i \rVert} \Bigr\rVert^2 - |L_u|

    with :math:`L_u` the top k and :math:`x_i` the item's column of the training matrix (1 where the playlist
    contains it, else 0), after Ziegler et al. (WWW 2005). The right-hand identity avoids forming the pairs.

    Edge cases: an item without a training playlist has cosine 0 with every other. NaN for a list of fewer than two
    items. A random list scores high: read it beside an accuracy metric.
    """

    k: int = 100

    key: ClassVar[str] = "diversity@{k}"
    label: ClassVar[str] = mark("Diversity@{k}")
    order: ClassVar[int] = 100
    meaning: ClassVar[str] = mark("Average pairwise dissimilarity within a list; 1 if no two items share a playlist.")
    help: ClassVar[str] = mark(
        "$L_u$: the top k; $x_i$: the training playlists that contain item i, as a 0/1 vector. Random lists score "
        "high, so read it beside an accuracy metric."
    )
    source: ClassVar[str] = 'Ziegler et al., "Improving recommendation lists through topic diversification", WWW 2005.'

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        unit_items = _unit_item_vectors(catalogue)
        values = np.full(len(answers.ranked), np.nan)
        for row, ranked in enumerate(answers.ranked[:, : self.k]):
            items = ranked[ranked >= 0]
            if len(items) >= 2:
                values[row] = 1.0 - _sum_of_cosines(unit_items[items]) / (len(items) * (len(items) - 1))
        return values


def _unit_item_vectors(catalogue: Catalogue) -> sparse.csr_array:
    """(n_items, n_playlists) csr: each item's playlists, scaled to length 1; an unused item's row is empty."""
    vectors = catalogue.interactions.T.tocsr().astype(np.float64)
    vectors.eliminate_zeros()
    vectors.data = 1.0 / np.repeat(np.sqrt(catalogue.item_counts), np.diff(vectors.indptr))
    return vectors


def _sum_of_cosines(vectors: sparse.csr_array) -> float:
    """The sum of cosines over the ordered pairs of different rows of `vectors` (n_items, n_playlists), unit rows."""
    # One dense row at a time is ten times as fast as a sparse product of all lists if the items are popular. `square`
    # and not `@`: starting BLAS threads for so short a row costs more than the sum.
    summed = np.bincount(vectors.indices, weights=vectors.data)
    with_itself = np.count_nonzero(np.diff(vectors.indptr))
    return float(np.square(summed).sum()) - with_itself


METRICS = (Diversity(k=100),)
