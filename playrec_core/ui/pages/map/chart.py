"""The map as panels of a `scatter`: the points of each embedding and the names of the clusters."""

from collections.abc import Sequence

import numpy as np

from playrec_core.i18n import tr
from playrec_core.projection.quality import MISLEADING
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.pages.map.scatter.scatter import Points, Space
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import shorten

from .colours import colouring, quality
from .scatter import scatter

MOST_NAMES = 40
NEAR = 0.15
"""Half of a group must lie within this fraction of the map's extent around its median for its name to be shown."""


def cluster_name(run: LoadedRun, cluster: int, labels: int = 3) -> str:
    """Name of a cluster: its most distinctive labels, raw text."""
    names = terms.labels(run.dataset, run.maps.cluster_labels[cluster][:labels])
    return " · ".join(names) or tr("cluster {n}", n=cluster + 1)


@per_run(24, in_words=True)
def space(run: LoadedRun, name: str, layout: str, title: str = "") -> Space:
    """The panel of one model's embedding. Shared by all sessions: never changed."""
    points = run.maps.coordinates(name, layout)
    placed = int(np.isfinite(points[:, 0]).sum())
    words = {"items": run.nouns.items, "model": run.model_title(name)}
    alt = tr("Map of {n:,} {items} in the embedding of {model}", n=placed, **words)
    # Clusters are those of the first embedding; one that is scattered in another gets no name there.
    named = range(min(len(run.maps.cluster_labels), MOST_NAMES))
    names = names_of_groups(points, [(run.maps.clusters == one, cluster_name(run, one, 2)) for one in named])
    preserved = run.maps.neighbours_kept(name, layout)
    # Comparisons with nan, for items whose position was not measured, are false.
    warned = None if preserved is None else preserved <= MISLEADING + 1e-6
    return scatter.space(f"{run.id}.{name}.{layout}", shorten(title), alt, points, names, warned)


@per_run(24, in_words=True)
def points(run: LoadedRun, by: str, spaces: tuple[tuple[str, str], ...]) -> Points:
    """Points coloured by one of `colours.choices`.

    Args:
        run: with a map.
        by: key of the colouring.
        spaces: model names and layouts of the embeddings shown if the colouring depends on them, else empty.
    """
    found = [quality(run, name, layout) for name, layout in spaces] or [colouring(run, by)]
    first = found[0]
    codes = [one.codes for one in found] if spaces else first.codes
    return Points(packed_names(run), codes, first.categories, first.legend)


@per_run(3)
def packed_names(run: LoadedRun) -> str:
    """`scatter.pack_names` of the map's items."""
    return scatter.pack_names(items.labels(run.dataset, np.arange(min(run.maps.size, scatter.MOST_DRAWN))))


def names_of_groups(points: np.ndarray, groups: Sequence[tuple[np.ndarray, str]]) -> list[tuple[float, float, str]]:
    """Names at the medians of the groups, except for scattered groups.

    Args:
        points: (n, 2); nan for a point without a position.
        groups: membership, (n,) bool, and name, raw text; the most important first.
    """
    placed = np.isfinite(points[:, 0])
    if not placed.any():
        return []
    low, high = np.quantile(points[placed], (0.01, 0.99), axis=0)
    extent = np.maximum(high - low, 1e-9)
    names = []
    for group, name in groups:
        members = points[placed & group]
        if not len(members):
            continue
        middle = np.median(members, axis=0)
        if (np.abs((members - middle) / extent).max(axis=1) < NEAR).mean() >= 0.5:
            names.append((float(middle[0]), float(middle[1]), shorten(name, 28)))
    return names
