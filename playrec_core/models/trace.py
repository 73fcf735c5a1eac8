"""How a model came to its answer, step by step, in one shape for every model.

A list of songs does not say why: document 000 judges its own model by looking at the clusters it brought, not at the
songs alone. A `Walk` is what there is to look at: a few steps, each a sentence and, mostly, a table. A column says what
its values refer to, so that one page draws the walk of any model, with titles, cluster names and links of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Holds = Literal["item", "items", "cluster", "playlist", "tag", "tags", "count", "number", "text"]


@dataclass(frozen=True)
class Column:
    """One column of a step's table.

    Args:
        title: its heading.
        holds: what the values are: "item" an item_idx, "items" a sequence of them, "cluster" a number of the model's
            own clusters (`Recommender.item_clusters`), "playlist" the playlist_idx of a training playlist, "tag" a
            tag_idx, "tags" a sequence of them, "count" an int, "number" a float, "text" words.
        values: one a row.
    """

    title: str
    holds: Holds
    values: Sequence[Any]


@dataclass(frozen=True)
class Step:
    """One step.

    Args:
        title: what happens, in a few words.
        words: how, and why so, in a sentence or two; plain text.
        columns: a table, all columns equally long; none where the words are enough.

    Raises:
        ValueError: columns of different lengths.
    """

    title: str
    words: str
    columns: tuple[Column, ...] = ()

    def __post_init__(self):
        if len({len(column.values) for column in self.columns}) > 1:
            raise ValueError(f"{self.title}: columns of different lengths")

    @property
    def n_rows(self) -> int:
        return len(self.columns[0].values) if self.columns else 0


@dataclass(frozen=True)
class Walk:
    """The way from a seed to an answer, first step first; the last one ends in the answer's own order."""

    steps: tuple[Step, ...]
