"""The steps from a seed to a model's scores, in one form for every model.

A `Trace` is a few steps, each a short text and usually a table. Every column declares what its values refer to, so one
page can draw the trace of any model with titles, cluster labels and links.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

ValueType = Literal["item", "items", "cluster", "playlist", "tag", "tags", "genre", "count", "number", "text"]


@dataclass(frozen=True)
class TraceColumn:
    """One column of a step's table.

    Args:
        title: its heading.
        value_type: what the values refer to. "item": an item_idx; "items": a sequence of them; "cluster": a cluster of
            the model (`Recommender.item_clusters`); "playlist": the playlist_idx of a training playlist; "tag": a
            tag_idx; "tags": a sequence of them; "genre": its rank by frequency in training, from 0
            (`Dataset.genres_by_frequency`); "count": an int; "number": a float; "text": a string.
        values: one value per row.
    """

    title: str
    value_type: ValueType
    values: Sequence[Any]


@dataclass(frozen=True)
class TraceStep:
    """One step of a trace.

    Args:
        title: what happens, in a few words.
        description: how and why, in a sentence or two of plain text.
        columns: the table, all columns of equal length; empty for a step without a table.

    Raises:
        ValueError: the columns differ in length.
    """

    title: str
    description: str
    columns: tuple[TraceColumn, ...] = ()

    def __post_init__(self):
        if len({len(column.values) for column in self.columns}) > 1:
            raise ValueError(f"{self.title}: columns of different lengths")

    @property
    def n_rows(self) -> int:
        """Number of rows of the table, 0 without one."""
        return len(self.columns[0].values) if self.columns else 0


@dataclass(frozen=True)
class Trace:
    """The steps from a seed to the scores, in order; the last step lists the recommendations."""

    steps: tuple[TraceStep, ...]
