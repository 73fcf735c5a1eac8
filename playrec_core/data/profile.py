"""Statistics of a data set: sizes, distributions, the long tail, dates, and memory.

Everything is computed from the training part. The size of a `Profile` depends on the number of bins and not on the
data, so that a page can cache and send it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from scipy.sparse import csr_array

from playrec_core.schema import ARTIST, DATE_SOURCE, YEAR, DateSource

from .dataset import Dataset

TOP_SHARES = (0.01, 0.10, 0.20)
_MOST_BINS = 24
_CURVE_POINTS = 300
_FEW_VALUES = 20


@dataclass(frozen=True, eq=False)
class Distribution:
    """A histogram of whole numbers.

    Args:
        edges: (n_bins + 1,) int64, ascending: bin b contains the values ``edges[b] <= value < edges[b + 1]``.
        counts: (n_bins,) int64.
        low, median, mean, high: minimum, median, mean and maximum; 0 if there are no values.
    """

    edges: np.ndarray
    counts: np.ndarray
    low: int
    median: float
    mean: float
    high: int

    @classmethod
    def of(cls, values: np.ndarray) -> "Distribution":
        """Count non-negative whole numbers (n,). One bin per value if few values are possible, else logarithmic bins
        and a bin for 0.
        """
        if not len(values):
            return cls(np.array([0, 1]), np.zeros(1, np.int64), 0, 0.0, 0.0, 0)
        low, high = int(values.min()), int(values.max())
        if high - low < _MOST_BINS:
            edges = np.arange(low, high + 2)
        else:
            widening = np.geomspace(max(low, 1), high + 1, _MOST_BINS)
            edges = np.unique(np.concatenate([[low], np.round(widening)])).astype(np.int64)
        counts, _ = np.histogram(values, edges)
        return cls(edges, counts, low, float(np.median(values)), float(values.mean()), high)

    @property
    def labels(self) -> list[str]:
        """ "7" or "8–11" for each bin."""
        return [
            f"{low:,}" if high == low else f"{low:,}–{high:,}"
            for low, high in zip(self.edges[:-1].tolist(), (self.edges[1:] - 1).tolist(), strict=True)
        ]


@dataclass(frozen=True, eq=False)
class LongTail:
    """How unevenly the interactions are spread over the items that have any.

    Args:
        gini: Gini coefficient: 0 if all items are equally popular, near 1 if one item has all interactions.
        top: share of the interactions of the most popular 1, 10 and 20 % of the items (rounded up), by that share.
        ranks, counts: (n_points,) int64, points of the popularity curve: rank of an item (from 1) and the number of
            playlists that contain it.
        item_shares, interaction_shares: (n_points,) float64, the Lorenz curve from the most popular item on: share of
            the items and share of the interactions, from (0, 0) to (1, 1).
        single: number of items in exactly one playlist.
    """

    gini: float
    top: Mapping[float, float]
    ranks: np.ndarray
    counts: np.ndarray
    item_shares: np.ndarray
    interaction_shares: np.ndarray
    single: int

    @classmethod
    def of(cls, item_counts: np.ndarray) -> "LongTail | None":
        """The long tail of item counts (n_items,), in any order; None if all are 0.

        The Gini coefficient is the mean absolute difference of two items' counts over twice their mean (Gini 1912),
        computed from the sorted counts.
        """
        counts = np.sort(item_counts[item_counts > 0])[::-1].astype(np.int64)
        if not len(counts):
            return None
        n, total = len(counts), int(counts.sum())
        cumulative = np.concatenate([[0], np.cumsum(counts)])
        # Counts decrease along the rank, hence the sign: sum over ranks r = 1..n of (n + 1 - 2 r) * count.
        gini = float(((n + 1 - 2 * np.arange(1, n + 1, dtype=np.float64)) * counts).sum() / (n * total))
        ranks = np.unique(np.geomspace(1, n, _CURVE_POINTS).round().astype(np.int64))
        points = np.unique(np.linspace(0, n, _CURVE_POINTS).round().astype(np.int64))
        top = {share: float(cumulative[int(np.ceil(share * n))] / total) for share in TOP_SHARES}
        single = int((counts == 1).sum())
        return cls(gini, top, ranks, counts[ranks - 1], points / n, cumulative[points] / total, single)


@dataclass(frozen=True, eq=False)
class Dates:
    """Release years and their sources.

    Args:
        years, counts: (n_years,) int64, every year from the first to the last known one, and its number of items.
        sources: number of items by `DateSource`.
    """

    years: np.ndarray
    counts: np.ndarray
    sources: Mapping[DateSource, int]

    @classmethod
    def of(cls, year: np.ndarray, source: np.ndarray) -> "Dates":
        """Count years (0: unknown) and `DateSource` values, both (n_items,)."""
        known = year[year > 0].astype(np.int64)
        years = np.arange(known.min(), known.max() + 1) if len(known) else np.empty(0, np.int64)
        counts = np.bincount(known - years[0], minlength=len(years)) if len(known) else np.empty(0, np.int64)
        sources = {each: int((source == each).sum()) for each in DateSource}
        return cls(years, counts, sources)


@dataclass(frozen=True)
class Footprint:
    """Memory of the interaction matrix as CSR and as a dense matrix.

    Args:
        rows, columns, stored: the shape of the matrix, and its number of stored values.
        data, indices, indptr: bytes of the three CSR arrays.
        cell: bytes of one value.
    """

    rows: int
    columns: int
    stored: int
    data: int
    indices: int
    indptr: int
    cell: int

    @classmethod
    def of(cls, matrix: csr_array) -> "Footprint":
        """Measure a matrix without making it dense."""
        rows, columns = matrix.shape
        data, indices, indptr = (array.nbytes for array in (matrix.data, matrix.indices, matrix.indptr))
        return cls(rows, columns, matrix.nnz, data, indices, indptr, matrix.data.itemsize)

    @property
    def csr(self) -> int:
        """Bytes of the three arrays together."""
        return self.data + self.indices + self.indptr

    @property
    def dense(self) -> int:
        """Bytes of a dense matrix of the same dtype."""
        return self.rows * self.columns * self.cell

    @property
    def density(self) -> float:
        """Share of the cells that are stored; 0 for an empty matrix."""
        return self.stored / max(self.rows * self.columns, 1)


@dataclass(frozen=True, eq=False)
class Profile:
    """All statistics of the Data page.

    Args:
        used_items: items in at least one training playlist.
        artists: distinct artists as written in the catalogue, 0 if it has none.
        tag_assignments: (playlist, tag) pairs.
        playlist_lengths, item_counts, tags_per_playlist: distributions; item counts over the used items.
        tail: None if there are no interactions.
        dates: release years.
        footprint: memory of the interaction matrix.
        confidence: number of interactions by confidence if there are few distinct values and not all are 1, else empty.
    """

    used_items: int
    artists: int
    tag_assignments: int
    playlist_lengths: Distribution
    item_counts: Distribution
    tags_per_playlist: Distribution
    tail: LongTail | None
    dates: Dates
    footprint: Footprint
    confidence: Mapping[float, int]


def profile(dataset: Dataset) -> Profile:
    """Compute all statistics; takes less than a second at Melon's full size."""
    used = dataset.item_counts[dataset.item_counts > 0]
    artists = pc.unique(dataset.catalogue[ARTIST]).to_pylist()
    return Profile(
        used_items=len(used),
        artists=sum(bool(artist) for artist in artists),
        tag_assignments=int(dataset.playlist_tags.nnz),
        playlist_lengths=Distribution.of(np.diff(dataset.interactions.indptr)),
        item_counts=Distribution.of(used),
        tags_per_playlist=Distribution.of(np.diff(dataset.playlist_tags.indptr)),
        tail=LongTail.of(dataset.item_counts),
        dates=Dates.of(dataset.catalogue[YEAR].to_numpy(), dataset.catalogue[DATE_SOURCE].to_numpy()),
        footprint=Footprint.of(dataset.interactions),
        confidence=_confidence(dataset.interactions.data),
    )


def _confidence(weights: np.ndarray) -> dict[float, int]:
    values, counts = np.unique(weights, return_counts=True)
    if len(values) > _FEW_VALUES or np.array_equal(values, [1]):
        return {}
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Corner:
    """A few playlists by the most popular items: small enough to show the CSR arrays completely.

    Args:
        playlists: (n_rows,) int64 rows of training playlists.
        matrix: (n_rows, n_columns) float32, column c is item_idx c.
    """

    playlists: np.ndarray
    matrix: csr_array


def corner(dataset: Dataset, n_columns: int = 8, lengths: tuple[int, ...] = (3, 2, 0, 4, 1)) -> Corner:
    """Select the first playlists with 3, 2, 0, 4 and 1 of the most popular items. The empty row is intended: it shows
    two equal row pointers. Lengths that no playlist has are skipped.
    """
    popular = csr_array(dataset.interactions[:, : min(n_columns, dataset.n_items)])
    n_popular = np.diff(popular.indptr)
    rows = np.array(
        [np.argmax(n_popular == length) for length in lengths if (n_popular == length).any()], dtype=np.int64
    )
    matrix = csr_array(popular[rows])
    matrix.sort_indices()
    return Corner(rows, matrix)
