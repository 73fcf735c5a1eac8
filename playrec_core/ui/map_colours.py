"""What the map can be coloured by: each point belongs to one of a few named categories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ..maps import CLUSTER
from ..schema import GENRES, YEAR
from ..serving import LoadedRun
from .theme import MUTED, PALETTE, TOTAL

# Grey is for what has no name of its own.
_HUES = tuple(colour for colour in PALETTE if colour != TOTAL)
MOST_NAMED = len(_HUES)
# From old to new; even steps of lightness, readable on white and on black (viridis, van der Walt & Smith 2015).
_DECADES = ("#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#d8c71d", "#f28e2b")


@dataclass(frozen=True)
class Colouring:
    """Categories of the map's points.

    Args:
        codes: (n,) int, the category of each point.
        names: the categories' names, raw text.
        colours: one each.
        legend: whether the names belong in a legend.
    """

    codes: np.ndarray
    names: tuple[str, ...]
    colours: tuple[str, ...]
    legend: bool = True


def choices(run: LoadedRun) -> dict[str, str]:
    """What this run's map can be coloured by: key and words."""
    offered = {"cluster": "cluster"}
    if run.dataset.has_genres:
        offered["genre"] = "genre"
    if np.any(run.dataset.catalogue[YEAR].to_numpy()):
        offered["year"] = "decade"
    if run.dataset.playlist_tags.nnz:
        offered["tag"] = "most frequent tag"
    return offered


def cluster_colour(cluster: int) -> str:
    """The colour of a cluster, on the map and beside it."""
    return _HUES[cluster % len(_HUES)]


@st.cache_resource(max_entries=16, show_spinner=False)
def colouring(_run: LoadedRun, run_id: str, by: str) -> Colouring:
    """The categories under one of `choices`."""
    makers: dict[str, Callable[[LoadedRun, int], Colouring]] = {
        "cluster": _clusters,
        "genre": _genres,
        "year": _decades,
        "tag": _tags,
    }
    return makers[by](_run, _run.map_points.num_rows)


def _clusters(run: LoadedRun, _n: int) -> Colouring:
    # Neighbours on the map may share a colour: the names stand on the map itself.
    codes = run.map_points[CLUSTER].to_numpy() % len(_HUES)
    return _used(codes, [""] * len(_HUES), _HUES, legend=False)


def _genres(run: LoadedRun, n: int) -> Colouring:
    return named([genres[0] if genres else "" for genres in run.dataset.catalogue[GENRES].slice(0, n).to_pylist()])


def _tags(run: LoadedRun, n: int) -> Colouring:
    counts = run.ranker.item_tags[:n]
    names = run.dataset.tags.outside(range(len(run.dataset.tags)))
    best = []
    for row in range(n):
        start, end = counts.indptr[row], counts.indptr[row + 1]
        # The first of equals: tags stand in popularity order.
        best.append(str(names[counts.indices[start + counts.data[start:end].argmax()]]) if end > start else "")
    return named(best)


def named(values: Sequence[str]) -> Colouring:
    """The most frequent values by name, the rest as "other", items without any apart."""
    known, counts = np.unique([value for value in values if value], return_counts=True)
    top = [str(known[place]) for place in np.argsort(-counts, kind="stable")[:MOST_NAMED]]
    code_of = {name: code for code, name in enumerate(top)}
    codes = np.array([code_of.get(value, len(top) if value else len(top) + 1) for value in values])
    return _used(codes, [*top, "other", "none"], [*_HUES[: len(top)], MUTED, "#C4C4C4"])


def _decades(run: LoadedRun, n: int) -> Colouring:
    years = run.dataset.catalogue[YEAR].to_numpy()[:n]
    decades = np.unique(years[years > 0] // 10 * 10)
    newest = decades[-len(_DECADES) :]
    names = [f"{decade}s" for decade in newest]
    if len(decades) > len(newest):
        names[0] = f"{newest[0]}s and before"
    codes = np.where(years > 0, np.maximum(np.searchsorted(newest, years // 10 * 10), 0), len(newest))
    colours = [_DECADES[place * len(_DECADES) // len(newest)] for place in range(len(newest))]
    return _used(codes, [*names, "not known"], [*colours, MUTED])


def _used(codes: np.ndarray, names: Sequence[str], colours: Sequence[str], legend: bool = True) -> Colouring:
    """Without the categories that no point has."""
    used, codes = np.unique(codes, return_inverse=True)
    kept = [int(code) for code in used]
    return Colouring(codes, tuple(names[code] for code in kept), tuple(colours[code] for code in kept), legend)
