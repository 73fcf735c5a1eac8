"""Intra-list diversity: how unlike one another the answers of one list are."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric


@dataclass(frozen=True)
class Diversity(Metric):
    r"""Intra-list diversity: one minus the mean cosine over all pairs of a list.

    .. math::
        Diversity@k = 1 - \frac{1}{|L_u|(|L_u| - 1)} \sum_{i \ne j \in L_u} \cos(x_i, x_j)
        \qquad \sum_{i \ne j} \cos(x_i, x_j) = \Bigl\lVert \sum_i \frac{x_i}{\lVert x_i \rVert} \Bigr\rVert^2 - |L_u|

    with :math:`L_u` the first k answers and :math:`x_i` the item's column of the training matrix (1 where the
    playlist holds it, else 0): items are alike when the same playlists hold them. Ziegler et al., "Improving
    recommendation lists through topic diversification", WWW 2005. The right-hand identity is what makes it exact
    without ever forming the pairs.

    Args:
        k: how many places of the list count.

    Edge cases: an item that no training playlist holds is unlike every other (cosine 0). NaN for a list of fewer
    than two items. A list of random items scores high: read it beside an accuracy metric.
    """

    k: int = 100

    order: ClassVar[int] = 100
    meaning: ClassVar[str] = mark(
        "How unlike each other the answers of one list are: 1 when no playlist holds two of them."
    )

    @property
    def name(self) -> str:
        return f"diversity@{self.k}"

    @property
    def title(self) -> str:
        return tr("Diversity@{k}", k=self.k)

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        unit_items = _unit_item_vectors(catalogue)
        values = np.full(len(answers.ranked), np.nan)
        for row, places in enumerate(answers.ranked[:, : self.k]):
            items = places[places >= 0]
            if len(items) >= 2:
                values[row] = 1.0 - _sum_of_cosines(unit_items[items]) / (len(items) * (len(items) - 1))
        return values


def _unit_item_vectors(catalogue: Catalogue) -> sparse.csr_array:
    """(n_items, n_playlists) csr: each item's playlists, scaled to length 1; an unused item's row is empty."""
    held = catalogue.interactions.T.tocsr().astype(np.float64)
    held.eliminate_zeros()
    held.data = 1.0 / np.repeat(np.sqrt(catalogue.item_counts), np.diff(held.indptr))
    return held


def _sum_of_cosines(vectors: sparse.csr_array) -> float:
    """The sum of cosines over the ordered pairs of different rows of `vectors` (n_items, n_playlists), unit rows."""
    # One dense row at a time beats a sparse product of all lists tenfold where the items are popular. `square`
    # and not `@`: waking the linear algebra threads for so short a row costs more than the sum.
    summed = np.bincount(vectors.indices, weights=vectors.data)
    with_itself = np.count_nonzero(np.diff(vectors.indptr))
    return float(np.square(summed).sum()) - with_itself


METRICS = (Diversity(k=100),)
