"""The map as the panels of a `playrec_core.ui.scatter`: each space's points, and the clusters' names where they lie."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ..maps import CLUSTER
from ..serving import LoadedRun
from . import items, scatter
from .map_colours import colouring
from .scatter import Points, Space
from .text import shorten

MOST_NAMES = 40
NEAR = 0.15
"""Part of the shown map around a cluster's middle that must hold half of the cluster for its name to stand there."""


def cluster_name(run: LoadedRun, cluster: int, labels: int = 3) -> str:
    """What sets a cluster apart, in a few words; raw text."""
    return " · ".join(label.text for label in run.cluster_labels[cluster][:labels]) or f"cluster {cluster + 1}"


@st.cache_resource(max_entries=24, show_spinner=False)
def space(_run: LoadedRun, run_id: str, name: str, layout: str, title: str = "") -> Space:
    """One model's space. Shared by all sessions: never changed."""
    points = _run.map_coordinates(name, layout)
    placed = int(np.isfinite(points[:, 0]).sum())
    alt = f"Map of {placed:,} {_run.nouns.items} as {_run.model_title(name)} sees them"
    return scatter.space(f"{run_id}.{name}.{layout}", shorten(title), alt, points, _names(_run, points))


@st.cache_resource(max_entries=8, show_spinner=False)
def points(_run: LoadedRun, run_id: str, by: str) -> Points:
    """The points under one of `playrec_core.ui.map_colours.choices`."""
    found = colouring(_run, run_id, by)
    return Points(_packed(_run, run_id), found.codes, list(zip(found.names, found.colours, strict=True)), found.legend)


@st.cache_resource(max_entries=3, show_spinner="Drawing the map …")
def _packed(_run: LoadedRun, run_id: str) -> str:
    return scatter.pack_names(items.labels(_run.dataset, np.arange(_run.map_points.num_rows)))


def _names(run: LoadedRun, points: np.ndarray) -> Sequence[tuple[float, float, str]]:
    """Names at the clusters' medians, larger clusters first. Clusters are those of the first space: one that is
    scattered in another has no place there that its name could stand at.
    """
    membership = run.map_points[CLUSTER].to_numpy()
    placed = np.isfinite(points[:, 0])
    if not placed.any():
        return []
    extent = np.maximum(np.quantile(points[placed], 0.99, axis=0) - np.quantile(points[placed], 0.01, axis=0), 1e-9)
    names = []
    for cluster in range(min(len(run.cluster_labels), MOST_NAMES)):
        members = points[placed & (membership == cluster)]
        if not len(members):
            continue
        middle = np.median(members, axis=0)
        if (np.abs((members - middle) / extent).max(axis=1) < NEAR).mean() >= 0.5:
            names.append((float(middle[0]), float(middle[1]), shorten(cluster_name(run, cluster, 2), 28)))
    return names
