"""What every metric reads (`Answers`, `Catalogue`) and the contract every metric keeps (`Metric`)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, cast

import numpy as np
from scipy import sparse


def shape_of(matrix: sparse.csr_array) -> tuple[int, int]:
    """(rows, columns); scipy's own annotation says the shape may be None, which no matrix's is."""
    return cast(tuple[int, int], matrix.shape)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a batch of questions was answered with, and what would have been right.

    Args:
        ranked: (n_playlists, depth) integers, item_idx best first; -1 where that place holds no answer.
        relevant: (n_playlists, n_items) sparse, non-zero at the hidden items.

    Raises:
        ValueError: the shapes do not fit, an item_idx lies outside the catalogue, or a list holds an item twice
            (its hits would be counted twice, and nDCG could pass 1).
    """

    ranked: np.ndarray
    relevant: sparse.csr_array

    def __post_init__(self) -> None:
        if self.ranked.ndim != 2 or self.ranked.dtype.kind != "i":
            raise ValueError(f"ranked must be a 2-D integer array, not {self.ranked.dtype} {self.ranked.shape}")
        n_rows = shape_of(self.relevant)[0]
        if n_rows != len(self.ranked):
            raise ValueError(f"{len(self.ranked)} ranked lists but {n_rows} rows of relevant items")
        if self.ranked.size and (self.ranked.min() < -1 or self.ranked.max() >= self.n_items):
            raise ValueError(f"ranked holds an item_idx outside -1..{self.n_items - 1}")
        in_order = np.sort(self.ranked, axis=1)
        repeated = (in_order[:, 1:] == in_order[:, :-1]) & (in_order[:, 1:] >= 0)
        if repeated.any():
            row = int(np.flatnonzero(repeated.any(axis=1))[0])
            raise ValueError(f"ranked list {row} holds the same item twice")

    @property
    def n_items(self) -> int:
        """The number of items in the catalogue."""
        return shape_of(self.relevant)[1]

    @cached_property
    def hits(self) -> np.ndarray:
        """(n_playlists, depth) bool: whether the item at that place is one of the hidden ones."""
        rows = np.arange(len(self.ranked), dtype=np.int64)[:, None]
        # A place without an answer (-1) would carry the key of the row before's last item, hence the mask.
        return np.isin(rows * self.n_items + self.ranked, self._relevant_keys) & (self.ranked >= 0)

    @cached_property
    def relevant_counts(self) -> np.ndarray:
        """(n_playlists,) int: how many distinct items are hidden."""
        return np.bincount(self._relevant_keys // max(self.n_items, 1), minlength=len(self.ranked))

    @cached_property
    def _relevant_keys(self) -> np.ndarray:
        """Sorted ``row * n_items + item_idx`` of the hidden items; stored zeros and duplicate entries drop out."""
        entries = self.relevant.tocoo()
        held = entries.data != 0
        return np.unique(entries.row[held].astype(np.int64) * self.n_items + entries.col[held])

    def where_defined(self, values: np.ndarray) -> np.ndarray:
        """`values` (n_playlists,), with NaN for playlists that hide nothing: nothing could be right or wrong there."""
        return np.where(self.relevant_counts > 0, values, np.nan)

    def hit_counts(self, k: int) -> np.ndarray:
        """(n_playlists,) int: the hidden items among the first `k` answers."""
        return self.hits[:, :k].sum(axis=1)

    def first_hit_rank(self, k: int) -> np.ndarray:
        """(n_playlists,) float: the 1-based rank of the first hit among `k` answers, infinite where there is none."""
        hits = self.hits[:, :k]
        if hits.shape[1] == 0:
            return np.full(len(hits), np.inf)
        return np.where(hits.any(axis=1), hits.argmax(axis=1) + 1.0, np.inf)

    def mean_over_answered(self, item_values: np.ndarray, k: int) -> np.ndarray:
        """(n_playlists,) mean of `item_values` (n_items,) over the first `k` answers; NaN where there is no answer."""
        top = self.ranked[:, :k]
        answered = top >= 0
        totals = np.where(answered, item_values[top], 0.0).sum(axis=1)
        counts = answered.sum(axis=1)
        return np.divide(totals, counts, out=np.full(len(top), np.nan), where=counts > 0)

    def subset(self, mask: np.ndarray) -> "Answers":
        """The answers of the playlists where `mask` (n_playlists,) is true."""
        return Answers(self.ranked[mask], self.relevant[np.flatnonzero(mask)])


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What a metric beyond accuracy knows of the items: how the training playlists use them.

    Args:
        item_counts: (n_items,) int64, the number of training playlists that hold the item.
        n_playlists: the number of training playlists.
        interactions: (n_playlists, n_items) sparse, non-zero where the training playlist holds the item.

    Raises:
        ValueError: the three do not describe the same matrix.
    """

    item_counts: np.ndarray
    n_playlists: int
    interactions: sparse.csr_array

    def __post_init__(self) -> None:
        if self.interactions.shape != (self.n_playlists, len(self.item_counts)):
            raise ValueError(
                f"interactions are {self.interactions.shape}, "
                f"item counts and playlists {(self.n_playlists, len(self.item_counts))}"
            )

    @classmethod
    def from_interactions(cls, interactions: sparse.csr_array) -> "Catalogue":
        """The catalogue seen through a training matrix (n_playlists, n_items); a stored zero is no interaction."""
        n_playlists, n_items = shape_of(interactions)
        held = interactions.indices[interactions.data != 0]
        return cls(np.bincount(held, minlength=n_items).astype(np.int64), n_playlists, interactions)


class Metric(ABC):
    """One number a playlist. A metric is a frozen dataclass of its arguments; its docstring holds the equation,
    the paper, the arguments and the edge cases.

    Attributes:
        k: how many places of the list count; None where the metric sets its own depth.
        order: where the metric stands among the others in tables, small first.
        better: which direction is better.
        of: whether it is meant for answered songs or for answered tags.
        set_level: the figure belongs to the whole set of lists. `per_playlist` then gives values whose mean is
            that figure and whose spread is its uncertainty, but the mean over some of the playlists is not the
            figure of those playlists: compute that from ``answers.subset(mask)``.
        meaning: what it tells, in one sentence for people who do not read equations; a message of the catalogues.
    """

    order: ClassVar[int]
    meaning: ClassVar[str]
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    set_level: ClassVar[bool] = False
    of: Literal["songs", "tags"] = "songs"
    k: int | None

    def __post_init__(self) -> None:
        if self.k is not None and self.k < 1:
            raise ValueError(f"k must be at least 1, not {self.k}")

    @property
    @abstractmethod
    def name(self) -> str:
        """The key in tables and files, such as ``recall@10``."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The name on screen, such as ``Recall@10``, in the reader's language."""

    @abstractmethod
    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        """(n_playlists,) float64: each playlist's value, NaN where it is undefined."""
