"""Colourings of the map: each point belongs to one of a few named categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from playrec_core.i18n import tr
from playrec_core.projection.quality import MISLEADING, n_neighbours
from playrec_core.schema import GENRES, YEAR
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import MUTED, PALETTE
from playrec_core.ui.wording import terms

MOST_NAMED = len(PALETTE)
# From unreliable to faithful: orange to blue, distinguishable with every kind of colour blindness.
_QUALITY = ("#D55E00", "#E69F00", "#A3A3A3", "#56B4E9", "#0072B2")
# From old to new: even steps of lightness, readable on white and black (viridis, van der Walt & Smith 2015).
_DECADES = ("#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#d8c71d", "#f28e2b")


@dataclass(frozen=True)
class Colouring:
    """Categories of the map's points.

    Args:
        codes: (n,) int, the category of each point.
        categories: name, raw text, and colour of each.
        legend: whether to show a legend.
    """

    codes: np.ndarray
    categories: Sequence[tuple[str, str]]
    legend: bool = True


QUALITY = "kept"
"""Key of the only colouring that depends on the layout, and so differs between embeddings."""


def choices(run: LoadedRun) -> dict[str, str]:
    """The colourings this run offers: key and label."""
    offered = {"cluster": tr("cluster")}
    if run.dataset.has_genres:
        offered["genre"] = tr("genre")
    if np.any(run.dataset.catalogue[YEAR].to_numpy()):
        offered["year"] = tr("decade")
    if run.dataset.playlist_tags.nnz:
        offered["tag"] = tr("most frequent tag")
    if run.maps.measured:
        offered[QUALITY] = tr("projection quality")
    return offered


def cluster_colour(cluster: int) -> str:
    """The colour of a cluster on the map and next to it."""
    return PALETTE[cluster % len(PALETTE)]


@per_run(16, in_words=True)
def colouring(run: LoadedRun, by: str) -> Colouring:
    """The categories of one of `choices` except `QUALITY`, for which see `quality`."""
    if by == "cluster":
        return by_cluster(run.maps.clusters)
    catalogue = run.dataset.catalogue.slice(0, run.maps.size)
    if by == "genre":
        first = (genres[0] if genres else "" for genres in catalogue[GENRES].to_pylist())
        return named(terms.genres(run.dataset, first))
    return _decades(catalogue[YEAR].to_numpy()) if by == "year" else _tags(run)


def quality(run: LoadedRun, name: str, layout: str) -> Colouring:
    """Points by the share of their nearest neighbours that are preserved; all embeddings have the same categories."""
    found = run.maps.neighbours_kept(name, layout)
    assert found is not None
    steps = (MISLEADING, 0.4, 0.6, 0.8, 1.0)
    # Items without a position are not drawn. Items placed out of sample have a position but no figure.
    beyond = np.arange(len(found)) >= run.maps.points.num_rows
    codes = np.where(np.isnan(found), len(steps) * beyond, np.searchsorted(np.array(steps) + 1e-6, found))
    k = n_neighbours(int(np.isfinite(found).sum()))
    first = tr("0 to {n} of {k}: unreliable", n=round(k * steps[0]), k=k)
    others = [tr("{low} to {high}", low=round(k * low) + 1, high=round(k * high)) for low, high in pairwise(steps)]
    categories = list(zip([first, *others], _QUALITY, strict=True))
    return Colouring(codes, [*categories, (tr("not measured"), MUTED)] if beyond.any() else categories)


def by_cluster(membership: np.ndarray) -> Colouring:
    """Points by cluster, (n,) int. Adjacent clusters may share a colour: their names are on the map itself."""
    return _used(membership % len(PALETTE), [""] * len(PALETTE), PALETTE, legend=False)


def _tags(run: LoadedRun) -> Colouring:
    counts = run.ranker.item_tags[: run.maps.size]
    names = terms.tags(run.dataset, range(len(run.dataset.tags)))
    best = []
    for row in range(run.maps.size):
        start, end = counts.indptr[row], counts.indptr[row + 1]
        # argmax takes the first of ties: tags are in popularity order.
        best.append(names[counts.indices[start + counts.data[start:end].argmax()]] if end > start else "")
    return named(best)


def named(values: Sequence[str]) -> Colouring:
    """The most frequent values by name, the rest as "other", items without a value as "none"."""
    known, counts = np.unique([value for value in values if value], return_counts=True)
    top = [str(known[place]) for place in np.argsort(-counts, kind="stable")[:MOST_NAMED]]
    code_of = {name: code for code, name in enumerate(top)}
    codes = np.array([code_of.get(value, len(top) if value else len(top) + 1) for value in values])
    return _used(codes, [*top, tr("other"), tr("none")], [*PALETTE[: len(top)], MUTED, "#C4C4C4"])


def _decades(years: np.ndarray) -> Colouring:
    decades = np.unique(years[years > 0] // 10 * 10)
    newest = decades[-len(_DECADES) :]
    names = [tr("{decade}s", decade=decade) for decade in newest]
    if len(decades) > len(newest):
        names[0] = tr("{decade}s and earlier", decade=newest[0])
    codes = np.where(years > 0, np.maximum(np.searchsorted(newest, years // 10 * 10), 0), len(newest))
    colours = [_DECADES[place * len(_DECADES) // len(newest)] for place in range(len(newest))]
    return _used(codes, [*names, tr("not known")], [*colours, MUTED])


def _used(codes: np.ndarray, names: Sequence[str], colours: Sequence[str], legend: bool = True) -> Colouring:
    """A colouring without unused categories."""
    used, codes = np.unique(codes, return_inverse=True)
    return Colouring(codes, [(names[code], colours[code]) for code in map(int, used)], legend)
