"""What a data set looks like: sizes, distributions, the long tail, dates, and the room it takes.

Everything is counted from the training part, in memory that grows with the number of bins and not with the data, so
that a page can keep a `Profile` and send it.
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
    """How often whole numbers occur.

    Args:
        edges: (n_bins + 1,) int64, rising: bin b holds the values ``edges[b] <= value < edges[b + 1]``.
        counts: (n_bins,) int64.
        low, median, high: the smallest, middle and largest value; 0 where there is none.
        mean: 0 where there is none.
    """

    edges: np.ndarray
    counts: np.ndarray
    low: int
    median: float
    mean: float
    high: int

    @classmethod
    def of(cls, values: np.ndarray) -> "Distribution":
        """Count whole numbers, none negative. A bin a value where few values are possible, else bins that widen
        by a constant factor, and one of its own for 0.
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
        gini: Gini coefficient: 0 when every item is held equally often, towards 1 when one holds everything.
        top: share of the interactions held by the most popular 1, 10 and 20 % of the items (rounded up), by that share.
        ranks, counts: (n_points,) int64, points of the popularity curve: the item at this rank (from 1) is in so
            many playlists.
        item_shares, interaction_shares: (n_points,) the Lorenz curve from the popular end: so large a part of the
            items holds so large a part of the interactions. Begins at (0, 0), ends at (1, 1).
        single: how many items one playlist holds.
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
        """The tail of some counts, in any order; None where nothing was counted.

        The Gini coefficient is the mean absolute difference of two items' counts over twice their mean (Gini 1912),
        computed from the sorted counts.
        """
        counts = np.sort(item_counts[item_counts > 0])[::-1].astype(np.int64)
        if not len(counts):
            return None
        n, total = len(counts), int(counts.sum())
        held = np.concatenate([[0], np.cumsum(counts)])
        # Counts fall along the rank, hence the sign: sum over ranks r = 1..n of (n + 1 - 2 r) * count.
        gini = float(((n + 1 - 2 * np.arange(1, n + 1, dtype=np.float64)) * counts).sum() / (n * total))
        ranks = np.unique(np.geomspace(1, n, _CURVE_POINTS).round().astype(np.int64))
        places = np.unique(np.linspace(0, n, _CURVE_POINTS).round().astype(np.int64))
        top = {share: float(held[int(np.ceil(share * n))] / total) for share in TOP_SHARES}
        single = int((counts == 1).sum())
        return cls(gini, top, ranks, counts[ranks - 1], places / n, held[places] / total, single)


@dataclass(frozen=True, eq=False)
class Dates:
    """Release years, and where they come from.

    Args:
        years, counts: (n_years,) every year from the first to the last known one, and how many items are of it.
        sources: number of items by `DateSource`.
        year_only: items of `DateSource.MISSING` whose year is known though their month is not.
    """

    years: np.ndarray
    counts: np.ndarray
    sources: Mapping[DateSource, int]
    year_only: int

    @classmethod
    def of(cls, year: np.ndarray, source: np.ndarray) -> "Dates":
        """Count years (0: not known) and `DateSource` values, one an item."""
        known = year[year > 0].astype(np.int64)
        years = np.arange(known.min(), known.max() + 1) if len(known) else np.empty(0, np.int64)
        counts = np.bincount(known - years[0], minlength=len(years)) if len(known) else np.empty(0, np.int64)
        sources = {each: int((source == each).sum()) for each in DateSource}
        return cls(years, counts, sources, int(((source == DateSource.MISSING) & (year > 0)).sum()))


@dataclass(frozen=True)
class Footprint:
    """The interaction matrix as CSR and as a dense table.

    Args:
        rows, columns, stored: the matrix's shape, and how many of its cells are stored.
        data, indices, indptr: bytes of CSR's three arrays.
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
        """Measure a matrix; the dense table is never made."""
        rows, columns = matrix.shape
        return cls(
            rows,
            columns,
            matrix.nnz,
            matrix.data.nbytes,
            matrix.indices.nbytes,
            matrix.indptr.nbytes,
            matrix.data.itemsize,
        )

    @property
    def csr(self) -> int:
        """Bytes of the three arrays together."""
        return self.data + self.indices + self.indptr

    @property
    def dense(self) -> int:
        """Bytes of the dense table with cells of the same type."""
        return self.rows * self.columns * self.cell

    @property
    def density(self) -> float:
        """Stored cells as a share of all cells; 0 for an empty matrix."""
        return self.stored / max(self.rows * self.columns, 1)


@dataclass(frozen=True, eq=False)
class Profile:
    """Everything the data page shows, counted once.

    Args:
        used_items: items in at least one training playlist.
        artists: distinct artists as the catalogue writes them, 0 where it names none.
        tag_links: (playlist, tag) pairs.
        playlist_lengths, item_counts, tags_per_playlist: distributions; item counts over the used items.
        tail: None where there are no interactions.
        confidence: interactions by their confidence where these are few different values and not all 1, else empty.
    """

    used_items: int
    artists: int
    tag_links: int
    playlist_lengths: Distribution
    item_counts: Distribution
    tags_per_playlist: Distribution
    tail: LongTail | None
    dates: Dates
    footprint: Footprint
    confidence: Mapping[float, int]


def profile(dataset: Dataset) -> Profile:
    """Count everything; less than a second at Melon's full size."""
    used = dataset.item_counts[dataset.item_counts > 0]
    artists = pc.unique(dataset.catalogue[ARTIST]).to_pylist()
    return Profile(
        used_items=len(used),
        artists=sum(bool(artist) for artist in artists),
        tag_links=int(dataset.playlist_tags.nnz),
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
    """A few playlists by the most popular items: small enough to show CSR's arrays whole.

    Args:
        playlists: (n_rows,) training playlists.
        matrix: (n_rows, n_columns), column c is item_idx c.
    """

    playlists: np.ndarray
    matrix: csr_array


def corner(dataset: Dataset, n_columns: int = 8, lengths: tuple[int, ...] = (3, 2, 0, 4, 1)) -> Corner:
    """The first playlists that hold 3, 2, 0, 4 and 1 of the most popular items; the empty row is meant, for it
    shows two equal row pointers. A length that no playlist has is left out.
    """
    popular = csr_array(dataset.interactions[:, : min(n_columns, dataset.n_items)])
    held = np.diff(popular.indptr)
    rows = np.array([np.argmax(held == length) for length in lengths if (held == length).any()], dtype=np.int64)
    matrix = csr_array(popular[rows])
    matrix.sort_indices()
    return Corner(rows, matrix)
