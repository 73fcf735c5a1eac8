"""Groups of held-out playlists: by what is shown, how much of it, and the kind of items.

Each function partitions the playlists: every playlist is in exactly one slice, and empty slices are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from playrec_core.i18n import tr

from .intervals import Interval

FEWEST = 30
WIDEST = 2.0
# The edges follow the seed lengths of the RecSys Challenge 2018 (1, 5, 10, 25, 100), with one more at 50.
LENGTH_EDGES = (1, 5, 10, 25, 50, 100)


@dataclass(frozen=True, eq=False)
class Slice:
    """A named subset of the playlists.

    Args:
        name: the label on screen and in tables.
        mask: (n_playlists,) bool.
    """

    name: str
    mask: np.ndarray


def by_query_kind(has_songs: np.ndarray, has_tags: np.ndarray, has_title: np.ndarray) -> list[Slice]:
    """The Kakao contest's kinds of query: "songs", "songs+tags", "tags", "title", and "nothing" for none of them.

    A title determines the kind only if nothing else is shown: the contest blanks it beside songs and keeps it beside
    most tags.

    Args:
        has_songs, has_tags, has_title: (n_playlists,) bool, what each query shows.
    """
    songs, tags, title = (np.asarray(shown, dtype=bool) for shown in (has_songs, has_tags, has_title))
    kinds = [
        Slice("songs", songs & ~tags),
        Slice("songs+tags", songs & tags),
        Slice("tags", ~songs & tags),
        Slice("title", ~songs & ~tags & title),
        Slice("nothing", ~songs & ~tags & ~title),
    ]
    return _present(kinds)


def by_seed_length(lengths: np.ndarray, edges: Sequence[int] = LENGTH_EDGES) -> list[Slice]:
    """Playlists by the number of songs shown: "0", "1–4", ..., "100+".

    Args:
        lengths: (n_playlists,) int, the number of songs shown.
        edges: lower bounds of the slices, increasing, above 0.
    """
    bounds = [0, *edges]
    if any(low >= high for low, high in pairwise(bounds)):
        raise ValueError(f"edges must rise and lie above 0: {tuple(edges)}")
    bins = np.digitize(lengths, bounds) - 1
    slices = []
    for position, low in enumerate(bounds):
        last = position == len(bounds) - 1
        high = low if last else bounds[position + 1] - 1
        name = f"{low}+" if last else f"{low}" if high == low else f"{low}–{high}"
        slices.append(Slice(name, bins == position))
    return _present(slices)


def by_quarter(values: np.ndarray, names: Sequence[str]) -> list[Slice]:
    """Playlists by quartile of a value, such as the popularity of their songs.

    Args:
        values: (n_playlists,) float, NaN if unknown.
        names: of the four quartiles, the lowest first, and of the unknown.
    """
    known = ~np.isnan(values)
    edges = np.quantile(values[known], [0.25, 0.5, 0.75]) if known.any() else np.zeros(3)
    quarter = np.where(known, np.searchsorted(edges, values, side="right"), 4)
    return _present([Slice(name, quarter == index) for index, name in enumerate(names)])


def by_label(labels: np.ndarray, *, at_most: int, others: str, unknown: str) -> list[Slice]:
    """Playlists by label, the most common first; the rarer ones together.

    Args:
        labels: (n_playlists,) text, "" if unknown.
        at_most: number of labels with a slice of their own.
        others, unknown: names of the last two slices.
    """
    names, counts = np.unique(labels[labels != ""], return_counts=True)
    # `unique` sorts the names and the sort is stable: ties are in alphabetical order.
    common = names[np.argsort(-counts, kind="stable")][:at_most]
    slices = [Slice(str(name), labels == name) for name in common]
    slices.append(Slice(others, ~np.isin(labels, common) & (labels != "")))
    return _present([*slices, Slice(unknown, labels == "")])


def by_decade(years: np.ndarray, unknown: str) -> list[Slice]:
    """Playlists by decade, the earliest first.

    Args:
        years: (n_playlists,) float, NaN if unknown.
        unknown: name of the last slice.
    """
    decades = np.floor(years / 10) * 10
    slices = [
        Slice(tr("{decade}s", decade=int(decade)), decades == decade)
        for decade in np.unique(decades[~np.isnan(decades)])
    ]
    return _present([*slices, Slice(unknown, np.isnan(years))])


def _present(slices: list[Slice]) -> list[Slice]:
    return [some for some in slices if some.mask.any()]


def too_small(interval: Interval) -> str:
    """Why a sample is too small to estimate a mean, translated; "" if it is not.

    Below `FEWEST` playlists a percentile bootstrap interval is too narrow for its confidence level (Hesterberg, "What
    teachers should know about the bootstrap", The American Statistician 69(4), 2015). An interval wider than twice its
    mean is too wide to compare models.
    """
    if interval.n < FEWEST:
        return tr("only {n}; intervals are unreliable below {fewest}", n=interval.n, fewest=FEWEST)
    if interval.high - interval.low > WIDEST * abs(interval.mean):
        return tr("the interval is wider than twice the mean")
    return ""
