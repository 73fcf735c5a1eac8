"""The inputs of every metric (`Answers`, `Catalogue`) and the base class (`Metric`)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, cast

import numpy as np
from scipy import sparse

from playrec_core.i18n import tr


def shape_of(matrix: sparse.csr_array) -> tuple[int, int]:
    """(rows, columns); scipy annotates the shape as optional."""
    return cast(tuple[int, int], matrix.shape)


@dataclass(frozen=True, eq=False)
class Answers:
    """The recommendations for a batch of held-out playlists and their relevant items.

    Args:
        ranked: (n_playlists, depth) integers, item_idx best first; -1 pads shorter lists.
        relevant: (n_playlists, n_items) sparse, non-zero at the held-out items.

    Raises:
        ValueError: the shapes do not match, an item_idx is outside the catalogue, or a list contains an item twice
            (its hits would be counted twice, and nDCG could exceed 1).
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
            raise ValueError(f"ranked contains an item_idx outside -1..{self.n_items - 1}")
        in_order = np.sort(self.ranked, axis=1)
        repeated = (in_order[:, 1:] == in_order[:, :-1]) & (in_order[:, 1:] >= 0)
        if repeated.any():
            row = int(np.flatnonzero(repeated.any(axis=1))[0])
            raise ValueError(f"ranked list {row} contains the same item twice")

    @property
    def n_items(self) -> int:
        """The number of items in the catalogue."""
        return shape_of(self.relevant)[1]

    @cached_property
    def hits(self) -> np.ndarray:
        """(n_playlists, depth) bool: whether the item at each rank is a held-out one."""
        rows = np.arange(len(self.ranked), dtype=np.int64)[:, None]
        # The key of padding (-1) equals that of the previous row's last item, hence the mask.
        return np.isin(rows * self.n_items + self.ranked, self._relevant_keys) & (self.ranked >= 0)

    @cached_property
    def relevant_counts(self) -> np.ndarray:
        """(n_playlists,) int: the number of distinct held-out items."""
        return np.bincount(self._relevant_keys // max(self.n_items, 1), minlength=len(self.ranked))

    @cached_property
    def _relevant_keys(self) -> np.ndarray:
        """Sorted ``row * n_items + item_idx`` of the held-out items, without stored zeros and duplicates."""
        entries = self.relevant.tocoo()
        nonzero = entries.data != 0
        return np.unique(entries.row[nonzero].astype(np.int64) * self.n_items + entries.col[nonzero])

    def where_defined(self, values: np.ndarray) -> np.ndarray:
        """`values` (n_playlists,), with NaN for playlists without held-out items."""
        return np.where(self.relevant_counts > 0, values, np.nan)

    def hit_counts(self, k: int) -> np.ndarray:
        """(n_playlists,) int: the number of hits in the top `k`."""
        return self.hits[:, :k].sum(axis=1)

    def first_hit_rank(self, k: int) -> np.ndarray:
        """(n_playlists,) float: the 1-based rank of the first hit in the top `k`, infinite if there is none."""
        hits = self.hits[:, :k]
        if hits.shape[1] == 0:
            return np.full(len(hits), np.inf)
        return np.where(hits.any(axis=1), hits.argmax(axis=1) + 1.0, np.inf)

    def mean_over_ranked(self, item_values: np.ndarray, k: int) -> np.ndarray:
        """(n_playlists,) mean of `item_values` (n_items,) over the top `k`; NaN for an empty list."""
        top = self.ranked[:, :k]
        present = top >= 0
        totals = np.where(present, item_values[top], 0.0).sum(axis=1)
        counts = present.sum(axis=1)
        return np.divide(totals, counts, out=np.full(len(top), np.nan), where=counts > 0)

    def subset(self, mask: np.ndarray) -> "Answers":
        """The playlists where `mask` (n_playlists,) is true."""
        return Answers(self.ranked[mask], self.relevant[np.flatnonzero(mask)])


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The training interactions, for metrics beyond accuracy.

    Args:
        item_counts: (n_items,) int64, the number of training playlists that contain the item.
        n_playlists: the number of training playlists.
        interactions: (n_playlists, n_items) sparse, non-zero where the training playlist contains the item.

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
        """The catalogue of a training matrix (n_playlists, n_items); a stored zero is no interaction."""
        n_playlists, n_items = shape_of(interactions)
        present = interactions.indices[interactions.data != 0]
        return cls(np.bincount(present, minlength=n_items).astype(np.int64), n_playlists, interactions)


class Metric(ABC):
    """One number per playlist. A metric is a frozen dataclass of its arguments; its docstring gives the equation (the
    first one is shown on screen), the paper, the arguments and the edge cases.

    Attributes:
        k: the depth of the list that counts; None where the metric sets its own depth.
        key, label: templates of `name` and `title`, where ``{k}`` is the depth; ``label`` is marked for translation.
        order: position in tables, small first.
        better: which direction is better.
        of: whether it is computed on recommended songs or tags.
        set_level: the value belongs to the whole set of lists. `per_playlist` then returns values whose mean is
            that value and whose spread is its uncertainty, but the mean over some of the playlists is not the
            value for those playlists: compute that from ``answers.subset(mask)``.
        meaning: one sentence for the screen; marked for translation.
        help: symbols and edge cases for the screen, Markdown; marked for translation.
        source: the paper, as cited on screen.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    meaning: ClassVar[str]
    help: ClassVar[str]
    source: ClassVar[str]
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    set_level: ClassVar[bool] = False
    of: Literal["songs", "tags"] = "songs"
    k: int | None

    def __post_init__(self) -> None:
        if self.k is not None and self.k < 1:
            raise ValueError(f"k must be at least 1, not {self.k}")

    @property
    def name(self) -> str:
        """The key in tables and files, such as ``recall@10``."""
        return self.key.format(k=self.k)

    @property
    def title(self) -> str:
        """The name on screen, such as ``Recall@10``, in the reader's language."""
        return tr(self.label, k=self.k)

    @abstractmethod
    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        """(n_playlists,) float64: each playlist's value, NaN if undefined."""
