"""A scatter plot of one space of points, or of two side by side that share marks, hover and selection.

A component of our own because plotly cannot do this in time: its WebGL charts are three canvases with a context each,
made anew and composed by software where there is no GPU, which took longer than all else a click needs; and its
selections know nothing of a second chart. It is four files beside this one, draws 50 thousand points by canvas, loads
nothing from anywhere, and draws every name as text. A box or lasso comes back as a polygon, and the points in it are
found here: a browser is told where points are, but not believed.

Of more points than `MOST_DRAWN` the first are drawn, above a picture of how many lie where; who zooms in gets the
picture and the points of that part from here (`part`), and a box still catches all.
"""

import base64
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from playrec_core.i18n import mark, tr
from playrec_core.projection.layout import in_polygon
from playrec_core.projection.out_of_sample import View
from playrec_core.ui.frontend.assets import MAKE, joined
from playrec_core.ui.wording.escape import shorten

from . import part

_HERE = Path(__file__).parent
_scatter = component(
    "playrec_scatter",
    # One script for the browser; four files for whoever reads it.
    js=joined(MAKE, *(_HERE / name for name in ("pieces.js", "panel.js", "scatter.js"))),
    css=joined(_HERE / "scatter.css"),
)
WORDS = {
    "box": (mark("Box"), mark("Drag a box to choose points")),
    "lasso": (mark("Lasso"), mark("Draw around points to choose them")),
    "move": (mark("Move"), mark("Drag the map itself (so does Shift)")),
    "closer": mark("Zoom in"),
    "farther": mark("Zoom out"),
    "whole": (mark("Whole map"), mark("Show the whole map again")),
    "hide": mark("Hide or show"),
    "keys": mark(
        "Arrow keys move the map, plus and minus zoom, 0 shows all of it, Enter chooses the point in the middle, "
        "A chooses all points that are shown, Escape chooses nothing"
    ),
    "warned": mark("Its place misleads: few of its true neighbours are near it here"),
}
# A place in parts of the map's extent: finer than a pixel at any zoom worth having, in two bytes.
_STEPS, _NOWHERE = 65534, 65535
_MOST_CORNERS = 5000
MOST_DRAWN = 50_000
"""Points that a browser draws in time (DESIGN, facts)."""
Symbol = Literal["star", "diamond"]


@dataclass(frozen=True)
class Mark:
    """Points to be marked, and perhaps joined.

    Args:
        name: for the legend, raw text.
        points: their numbers; those without a place are left out.
        colour: of the mark.
        symbol: its shape.
        joined: whether a line leads from each to the next, with their numbers.
    """

    name: str
    points: Sequence[int]
    colour: str
    symbol: Symbol
    joined: bool = False


@dataclass(frozen=True)
class Space:
    """One panel; `space` makes it.

    Args:
        key: tells it from others: a browser keeps one zoom a key.
        title: above the panel, raw text, "" for none.
        alt: what is seen, for those who do not see it.
        places: (n, 2) uint16 parts of the map's extent; `_NOWHERE` where a point has no place.
        shown: left, low, right, high of what is shown at first, 0 to 1 being the map's extent.
        labels: texts at a place (x, y, text), the most important first.
        warned: (n,) bool, the points whose hover warns of their place; None for none.
    """

    key: str
    title: str
    alt: str
    places: np.ndarray
    shown: View
    labels: Sequence[tuple[float, float, str]]
    warned: np.ndarray | None = None

    @cached_property
    def placed(self) -> np.ndarray:
        """(n,) bool: which points have a place."""
        return self.places[:, 0] != _NOWHERE

    @cached_property
    def unit(self) -> np.ndarray:
        """(n, 2) float64: the places as parts of the map's extent, as the browser computes them; nan where there is
        none.
        """
        return np.where(self.placed[:, None], self.places / _STEPS, np.nan)


@dataclass(frozen=True)
class Points:
    """What belongs to the points wherever they lie.

    Args:
        names: from `pack_names`, of the first `MOST_DRAWN`.
        codes: (n,) the category of each point, less than 255; or one such array a panel, where a category is about a
            point's place.
        categories: name and colour of each category; raw text.
        legend: whether the categories belong in the legend.
        texts: (n,) which of ``text_names`` is written at each point where there is room, -1 for none; None for nothing.
        text_names: raw texts.
    """

    names: str
    codes: np.ndarray | Sequence[np.ndarray]
    categories: Sequence[tuple[str, str]]
    legend: bool = True
    texts: np.ndarray | None = None
    text_names: Sequence[str] = ()

    def codes_of(self, panel: int) -> np.ndarray:
        """(n,) the category of each point in a panel."""
        return self.codes if isinstance(self.codes, np.ndarray) else self.codes[panel]


def space(
    key: str,
    title: str,
    alt: str,
    points: np.ndarray,
    labels: Sequence[tuple[float, float, str]],
    warned: np.ndarray | None = None,
) -> Space:
    """A panel of points.

    Args:
        key, title, alt, warned: as in `Space`.
        points: (n, 2); nan for a point without a place.
        labels: texts at a place in the coordinates of ``points``.
    """
    placed = np.isfinite(points).all(axis=1)
    known = points[placed].astype(np.float64) if placed.any() else np.zeros((1, 2))
    low, high = known.min(axis=0), known.max(axis=0)
    extent = np.maximum(high - low, 1e-9)
    places = np.full(points.shape, _NOWHERE, dtype=np.uint16)
    places[placed] = np.rint((points[placed] - low) / extent * _STEPS).astype(np.uint16)
    # A few far islands, which UMAP often has, must not shrink all the rest; they are reached by zooming out.
    near, far = np.quantile(known, 0.01, axis=0), np.quantile(known, 0.99, axis=0)
    margin = 0.12 * np.maximum(far - near, 1e-9)
    shown = (*((near - margin - low) / extent).tolist(), *((far + margin - low) / extent).tolist())
    named = [(float((x - low[0]) / extent[0]), float((y - low[1]) / extent[1]), text) for x, y, text in labels]
    return Space(key, title, alt, places, shown, named, warned)


def pack_names(names: Sequence[str]) -> str:
    """Names for the hover, small: titles of 50 thousand songs would be most of what the page sends."""
    return _text(zlib.compress("\n".join(shorten(name) for name in names).encode()))


@dataclass(frozen=True)
class Chosen:
    """Points a person chose.

    Args:
        turn: the browser's number of the choice: a later one is greater.
        points: (n,) their numbers, rising; none when the choice was undone.
    """

    turn: int
    points: np.ndarray


def scatter(
    spaces: Sequence[Space],
    points: Points,
    marks: Sequence[Mark],
    chosen: Chosen,
    key: str,
    on_choose: Callable[[Chosen], None],
    *,
    height: int,
    name_of: Callable[[np.ndarray], list[str]] = lambda points: [],
) -> None:
    """Draw the plot.

    Args:
        spaces: one or two panels of the same points.
        points: what is drawn.
        marks: above the points, the last on top.
        chosen: what is highlighted.
        key: of the component.
        on_choose: called before the rerun with what a person chose.
        height: of a panel, in pixels.
        name_of: the names, raw text, of points beyond the first `MOST_DRAWN`.
    """
    codes = [points.codes_of(panel) for panel in range(len(spaces))]
    n = len(codes[0])

    def chose() -> None:
        found = read(st.session_state[key].get("chosen"), spaces, codes)
        if found is not None:
            on_choose(found)

    def looked() -> None:
        said = part.read(st.session_state[key].get("looked"), len(spaces))
        if said is not None:
            st.session_state[_looks(key)] = _looking(key) | {spaces[said[0]].key: said[1]}

    marked = [point for mark in marks for point in map(int, mark.points)]
    data: dict[str, Any] = {
        "names": points.names,
        "count": min(n, MOST_DRAWN),
        "categories": [[shorten(name, 24), colour] for name, colour in points.categories],
        "legend": points.legend,
        "texts": None,
        "panels": [
            {
                "key": one.key,
                "title": one.title,
                "alt": one.alt,
                "x": _text(one.places[:MOST_DRAWN, 0].tobytes()),
                "y": _text(one.places[:MOST_DRAWN, 1].tobytes()),
                "codes": _text(codes[panel][:MOST_DRAWN].astype(np.uint8).tobytes()),
                "warned": _bits(one.warned[:MOST_DRAWN]) if one.warned is not None else "",
                "view": one.shown,
                "labels": one.labels,
                "part": _part(one, codes[panel], _looking(key).get(one.key), marked, chosen.points, name_of),
            }
            for panel, one in enumerate(spaces)
        ],
        "marks": [
            {
                "name": shorten(mark.name, 40),
                "items": list(map(int, mark.points)),
                "colour": mark.colour,
                "symbol": mark.symbol,
                "joined": mark.joined,
            }
            for mark in marks
        ],
        "selected": _chosen_bits(chosen.points, min(n, MOST_DRAWN)),
        "turn": chosen.turn,
        "height": height,
        "radius": 2.6 if n <= 10_000 else 1.6,
        "words": {name: _said(words) for name, words in WORDS.items()},
        # The canvas is drawn anew when the page's colours change.
        "theme": st.context.theme.type,
    }
    if points.texts is not None:
        texts = np.where(points.texts < 0, _NOWHERE, points.texts).astype(np.uint16)
        data["texts"] = {"codes": _text(texts.tobytes()), "names": [shorten(name, 24) for name in points.text_names]}
    _scatter(data=data, key=key, on_chosen_change=chose, on_looked_change=looked)


def _said(words: str | tuple[str, str]) -> str | list[str]:
    return tr(words) if isinstance(words, str) else [tr(word) for word in words]


def _looks(key: str) -> str:
    return f"{key}.looks"


def _looking(key: str) -> dict[str, View]:
    """The parts of maps that this session looks at, by the spaces' keys."""
    return st.session_state.get(_looks(key), {})


def _part(
    drawn: Space,
    codes: np.ndarray,
    view: View | None,
    marked: Sequence[int],
    chosen: np.ndarray,
    name_of: Callable[[np.ndarray], list[str]],
) -> dict[str, Any] | None:
    """What a panel shows of the points beyond those drawn anyway; None where there are none."""
    if not drawn.placed[MOST_DRAWN:].any():
        return None
    found = part.part(drawn.unit, drawn.shown if view is None else view, drawn.shown, MOST_DRAWN, marked)
    extra = found.points
    return {
        "looked": view,
        "view": found.view,
        "width": found.density.shape[1],
        "height": found.density.shape[0],
        "density": _text(found.density.tobytes()),
        "items": _text(extra.astype(np.uint32).tobytes()),
        "x": _text(drawn.places[extra, 0].tobytes()),
        "y": _text(drawn.places[extra, 1].tobytes()),
        "codes": _text(codes[extra].astype(np.uint8).tobytes()),
        "selected": _bits(np.isin(extra, chosen)),
        "warned": _bits(drawn.warned[extra]) if drawn.warned is not None else "",
        "names": pack_names(name_of(extra)),
    }


def read(said: object, spaces: Sequence[Space], codes: Sequence[np.ndarray]) -> Chosen | None:
    """What a browser says was chosen; None for what is no choice.

    Args:
        said: ``{turn, item}``, or ``{turn, panel, corners, hidden}`` with corners in parts of the map's extent.
        spaces: as drawn.
        codes: (n,) the points' categories in each space, as drawn.
    """
    match said:
        case {"turn": int(turn), "item": int(item)}:
            return Chosen(turn, np.array([item] if 0 <= item < len(codes[0]) else [], dtype=np.int64))
        case {"turn": int(turn), "panel": int(panel), "corners": list(corners), "hidden": list(hidden)}:
            outline = [corner for corner in corners if _is_place(corner)]
            if not (0 <= panel < len(spaces) and 3 <= len(outline) <= _MOST_CORNERS and len(outline) == len(corners)):
                return None
            x, y = zip(*outline, strict=True)
            drawn = spaces[panel]
            within = in_polygon(drawn.unit, x, y) & drawn.placed
            shown = ~np.isin(codes[panel], [one for one in hidden if type(one) is int])
            return Chosen(turn, np.flatnonzero(within & shown))
    return None


def _is_place(corner: object) -> bool:
    return (
        isinstance(corner, list)
        and len(corner) == 2
        and all(isinstance(one, int | float) and math.isfinite(one) for one in corner)
    )


def _chosen_bits(points: np.ndarray, n: int) -> str:
    """A bit for each of the first points; "" when nothing is chosen at all."""
    if not len(points):
        return ""
    chosen = np.zeros(n, dtype=bool)
    chosen[points[points < n]] = True
    return _bits(chosen)


def _bits(flags: np.ndarray) -> str:
    return _text(np.packbits(flags, bitorder="little").tobytes())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
