"""The map as a plotly figure: coloured points, cluster names, and marks for the seed and the answers.

Points are drawn by WebGL, at most 50 thousand (DESIGN, facts). A selection comes back with every selected point in
it, so points carry nothing but their place and the name shown on hover.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from ..maps import CLUSTER, centres, in_box, in_polygon
from ..serving import LoadedRun
from . import items
from .map_colours import Colouring, colouring
from .text import chart_text

HEIGHT = 640
MOST_NAMES = 24
# A name's size, in parts of the map's width and height a character and a line.
_CHARACTER, _LINE = 0.0135, 0.042


# What is written and outlined on a light page, and on a dark one.
_INK = {False: "#16181d", True: "#ffffff"}


@dataclass(frozen=True)
class Mark:
    """Items to be marked on the map.

    Args:
        name: for the legend, raw text.
        items: item_idx; those without a place on the map are left out.
        colour: of the mark.
        symbol: plotly's name of it.
        size: in pixels.
    """

    name: str
    items: Sequence[int]
    colour: str
    symbol: str
    size: int = 13


def coordinates(run: LoadedRun, layout: str) -> np.ndarray:
    """(n, 2) float32: where each point of ``run.map_points`` is."""
    points = run.map_points
    return np.column_stack([points[f"{layout}_x"].to_numpy(), points[f"{layout}_y"].to_numpy()])


def view(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(2,) lower and upper corner of what is shown at first: a few far islands, which UMAP often has, must not
    shrink all the rest; they are reached by zooming out.
    """
    low, high = np.quantile(points, 0.01, axis=0), np.quantile(points, 0.99, axis=0)
    margin = 0.12 * np.maximum(high - low, 1e-6)
    return low - margin, high + margin


def layouts(run: LoadedRun) -> list[str]:
    """The layouts that the run's map has."""
    names = run.map_points.column_names
    return [name.removesuffix("_x") for name in names if name.endswith("_x")]


def cluster_name(run: LoadedRun, cluster: int, labels: int = 3) -> str:
    """What sets a cluster apart, in a few words; raw text."""
    return " · ".join(label.text for label in run.cluster_labels[cluster][:labels]) or f"cluster {cluster + 1}"


@st.cache_resource(max_entries=32, show_spinner="Drawing the map …")
def base(_run: LoadedRun, run_id: str, layout: str, by: str) -> list[go.Scattergl]:
    """The points, a trace a category, in the categories' order. Shared by all sessions: never changed."""
    points, colours = coordinates(_run, layout), colouring(_run, run_id, by)
    names = _hover(_run, run_id)
    size = 5 if len(points) <= 10_000 else 3
    return [
        go.Scattergl(
            x=points[mask, 0],
            y=points[mask, 1],
            mode="markers",
            name=chart_text(name, 24),
            showlegend=colours.legend,
            marker={"color": colour, "size": size, "opacity": 0.7},
            text=names[mask],
            hovertemplate="%{text}<extra></extra>",
            selected={"marker": {"opacity": 0.95}},
            unselected={"marker": {"opacity": 0.12}},
        )
        for mask, name, colour in (
            (colours.codes == code, name, colour)
            for code, (name, colour) in enumerate(zip(colours.names, colours.colours, strict=True))
        )
    ]


@st.cache_resource(max_entries=3, show_spinner=False)
def _hover(_run: LoadedRun, run_id: str) -> np.ndarray:
    names = items.labels(_run.dataset, np.arange(_run.map_points.num_rows))
    return np.array([chart_text(name) for name in names])


def figure(run: LoadedRun, layout: str, by: str, marks: Sequence[Mark], *, dark: bool = False) -> go.Figure:
    """The whole map. A figure that changes loses its selection, so nothing here may depend on what is selected.

    Args:
        run: with a map.
        layout: one of `layouts`.
        by: one of `playrec_core.ui.map_colours.choices`.
        marks: drawn above the points, the last on top.
        dark: whether the page is dark.
    """
    points = coordinates(run, layout)
    drawn: list[Any] = [*base(run, run.id, layout, by), *(_marked(run, points, mark, dark) for mark in marks)]
    low, high = view(points)
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    return go.Figure(
        drawn,
        {
            "height": HEIGHT,
            "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
            "xaxis": {**hidden, "range": [float(low[0]), float(high[0])]},
            "yaxis": {**hidden, "range": [float(low[1]), float(high[1])]},
            "dragmode": "select",
            "hovermode": "closest",
            "legend": {"orientation": "h", "y": -0.01, "yanchor": "top", "x": 0, "itemsizing": "constant"},
            "annotations": _names(run, points, dark),
            # The same layout keeps its zoom while colours and marks change.
            "uirevision": layout,
        },
    )


def _marked(run: LoadedRun, points: np.ndarray, mark: Mark, dark: bool) -> go.Scatter:
    placed = [item for item in mark.items if item < len(points)]
    return go.Scatter(
        x=points[placed, 0],
        y=points[placed, 1],
        mode="markers",
        name=chart_text(mark.name, 40),
        marker={
            "color": mark.colour,
            "symbol": mark.symbol,
            "size": mark.size,
            "line": {"width": 1.5, "color": _INK[dark]},
        },
        text=[chart_text(name) for name in items.labels(run.dataset, placed)],
        hovertemplate="%{text}<extra>" + chart_text(mark.name, 40) + "</extra>",
    )


def _names(run: LoadedRun, points: np.ndarray, dark: bool) -> list[dict[str, Any]]:
    """Names at the clusters' medians; a name that would cover an earlier one (of a larger cluster) is left out."""
    where = centres(points, run.map_points[CLUSTER].to_numpy())
    low, high = view(points)
    placed: list[tuple[float, float, float]] = []
    names = []
    for cluster in range(min(len(where), MOST_NAMES)):
        text = chart_text(cluster_name(run, cluster, 2), 28)
        x, y = (where[cluster] - low) / (high - low)
        half = _CHARACTER * sum(2 if ord(character) > 0x1100 else 1 for character in text) / 4
        if any(abs(x - x1) < half + half1 and abs(y - y1) < _LINE for x1, y1, half1 in placed):
            continue
        placed.append((x, y, half))
        names.append(
            {
                "x": float(where[cluster, 0]),
                "y": float(where[cluster, 1]),
                "text": text,
                "showarrow": False,
                # A halo in the page's colour keeps a name readable above its points.
                "font": {
                    "size": 12,
                    "weight": 600,
                    "color": _INK[dark],
                    "shadow": ", ".join([f"0 0 3px {_INK[not dark]}"] * 4),
                },
            }
        )
    return names


def selected(run: LoadedRun, layout: str, by: str, selection: Any) -> np.ndarray:
    """(n,) item_idx of what a person selected on the map, the most popular first.

    Boxes and lassos are applied here, on the server, to the points of the categories that are shown (a click in the
    legend hides one); a click on single points gives those.

    Args:
        run: with a map.
        layout: as drawn.
        by: as drawn.
        selection: what ``st.plotly_chart`` returned under ``selection``.
    """
    points, colours = coordinates(run, layout), colouring(run, run.id, by)
    clicked = [(point.get("curve_number"), point.get("point_index")) for point in selection["points"]]
    inside = np.zeros(len(points), dtype=bool)
    for box in selection["box"]:
        inside |= in_box(points, box["x"], box["y"])
    for lasso in selection["lasso"]:
        inside |= in_polygon(points, lasso["x"], lasso["y"])
    if selection["box"] or selection["lasso"]:
        inside &= np.isin(colours.codes, [curve for curve, _ in clicked])
        return np.flatnonzero(inside)
    found = [_item_at(colours, curve, place) for curve, place in clicked if curve < len(colours.names)]
    return np.array(sorted(found), dtype=np.int64)


def _item_at(colours: Colouring, category: int, place: int) -> int:
    return int(np.flatnonzero(colours.codes == category)[place])
