"""A scatter plot of one embedding, or of two side by side with shared marks, hover and selection.

A custom component because plotly is too slow: its WebGL charts use three canvases with a context each, recreated on
every rerun and composed in software where there is no GPU, and its selections are not linked between charts. The
component is four files in this folder, draws 50,000 points on a canvas, loads nothing from the network, and draws every
name as text. A box or lasso comes back as a polygon, and the points in it are computed here: input from a browser is
not trusted.

Of more points than `MOST_DRAWN` the first are drawn, on top of a density image; zooming in requests the image and the
points of that part (`part`), and a box still selects all.
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
    # Joined into one script for the browser.
    js=joined(MAKE, *(_HERE / name for name in ("pieces.js", "panel.js", "scatter.js"))),
    css=joined(_HERE / "scatter.css"),
)
WORDS = {
    "box": (mark("Box"), mark("Drag a box to select points")),
    "lasso": (mark("Lasso"), mark("Draw around points to select them")),
    "move": (mark("Move"), mark("Drag to move the map (or hold Shift)")),
    "closer": mark("Zoom in"),
    "farther": mark("Zoom out"),
    "whole": (mark("Whole map"), mark("Show the whole map")),
    "hide": mark("Hide or show"),
    "keys": mark(
        "Arrow keys move the map, plus and minus zoom, 0 shows the whole map, Enter selects the point in the centre, "
        "A selects all visible points, Escape clears the selection"
    ),
    "warned": mark("Unreliable position: few of its true neighbours are near it here"),
}
# Positions are quantised to this many steps of the map's extent: finer than a pixel at any useful zoom, in two bytes.
_STEPS, _NO_POSITION = 65534, 65535
_MOST_CORNERS = 5000
MOST_DRAWN = 50_000
"""Number of points that a browser draws without lag."""
Symbol = Literal["star", "diamond"]


@dataclass(frozen=True)
class Mark:
    """Highlighted points, optionally joined by a line.

    Args:
        name: for the legend, raw text.
        points: row numbers; those without a position are left out.
        colour: of the symbol.
        symbol: its shape.
        joined: whether to number the points and join them in order.
    """

    name: str
    points: Sequence[int]
    colour: str
    symbol: Symbol
    joined: bool = False


@dataclass(frozen=True)
class Space:
    """One panel; create it with `space`.

    Args:
        key: unique; the browser stores one zoom per key.
        title: above the panel, raw text, "" for none.
        alt: description for screen readers.
        places: (n, 2) uint16 fractions of the map's extent; `_NO_POSITION` for a point without a position.
        shown: left, low, right, high of the initial view, 0 to 1 being the map's extent.
        labels: (x, y, text), the most important first.
        warned: (n,) bool, the points whose tooltip warns of an unreliable position; None for none.
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
        """(n,) bool: which points have a position."""
        return self.places[:, 0] != _NO_POSITION

    @cached_property
    def unit(self) -> np.ndarray:
        """(n, 2) float64: positions as fractions of the map's extent, as the browser computes them; nan for none."""
        return np.where(self.placed[:, None], self.places / _STEPS, np.nan)


@dataclass(frozen=True)
class Points:
    """Properties of the points that do not depend on their position.

    Args:
        names: from `pack_names`, of the first `MOST_DRAWN`.
        codes: (n,) the category of each point, below 255; or one such array per panel, where the category depends on
            the layout.
        categories: name and colour of each category; raw text.
        legend: whether to show the categories in the legend.
        texts: (n,) index into ``text_names`` of the text drawn at each point where there is room, -1 for none; or None.
        text_names: raw texts.
    """

    names: str
    codes: np.ndarray | Sequence[np.ndarray]
    categories: Sequence[tuple[str, str]]
    legend: bool = True
    texts: np.ndarray | None = None
    text_names: Sequence[str] = ()


def space(
    key: str,
    title: str,
    alt: str,
    points: np.ndarray,
    labels: Sequence[tuple[float, float, str]],
    warned: np.ndarray | None = None,
) -> Space:
    """Return a panel.

    Args:
        key, title, alt, warned: as in `Space`.
        points: (n, 2); nan for a point without a position.
        labels: (x, y, text) in the coordinates of ``points``.
    """
    placed = np.isfinite(points).all(axis=1)
    known = points[placed].astype(np.float64) if placed.any() else np.zeros((1, 2))
    low, high = known.min(axis=0), known.max(axis=0)
    extent = np.maximum(high - low, 1e-9)
    places = np.full(points.shape, _NO_POSITION, dtype=np.uint16)
    places[placed] = np.rint((points[placed] - low) / extent * _STEPS).astype(np.uint16)
    # UMAP often has a few distant clusters, which must not shrink the rest; zoom out to reach them.
    near, far = np.quantile(known, 0.01, axis=0), np.quantile(known, 0.99, axis=0)
    margin = 0.12 * np.maximum(far - near, 1e-9)
    shown = (*((near - margin - low) / extent).tolist(), *((far + margin - low) / extent).tolist())
    named = [(float((x - low[0]) / extent[0]), float((y - low[1]) / extent[1]), text) for x, y, text in labels]
    return Space(key, title, alt, places, shown, named, warned)


def pack_names(names: Sequence[str]) -> str:
    """Compressed names for the tooltips: 50,000 titles would be most of what the page sends."""
    return _text(zlib.compress("\n".join(shorten(name) for name in names).encode()))


@dataclass(frozen=True)
class Chosen:
    """The selected points.

    Args:
        turn: the browser's counter; a later selection has a greater one.
        points: (n,) row numbers, ascending; empty when the selection was cleared.
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
        points, chosen, key: what is drawn, the selection, and the key of the component.
        marks: drawn above the points, the last on top.
        on_choose: called with a new selection, before the rerun.
        height: of a panel, in pixels.
        name_of: names, raw text, of points beyond the first `MOST_DRAWN`.
    """
    codes = [points.codes] * len(spaces) if isinstance(points.codes, np.ndarray) else points.codes
    n, drawn = len(codes[0]), min(len(codes[0]), MOST_DRAWN)

    def chose() -> None:
        found = read(st.session_state[key].get("chosen"), spaces, codes)
        if found is not None:
            on_choose(found)

    def looked() -> None:
        found = part.read(st.session_state[key].get("looked"), len(spaces))
        if found is not None:
            panel, view = found
            st.session_state[f"{key}.looks"] = _views(key) | {spaces[panel].key: view}

    marked = [point for mark in marks for point in map(int, mark.points)]
    data: dict[str, Any] = {
        "names": points.names,
        "count": drawn,
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
                "part": _part(one, codes[panel], _views(key).get(one.key), marked, chosen.points, name_of),
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
        "selected": _bits(np.isin(np.arange(drawn), chosen.points)) if len(chosen.points) else "",
        "turn": chosen.turn,
        "height": height,
        "radius": 2.6 if n <= 10_000 else 1.6,
        "words": {name: tr(words) if isinstance(words, str) else list(map(tr, words)) for name, words in WORDS.items()},
        # Redraws the canvas when the page's colours change.
        "theme": st.context.theme.type,
    }
    if points.texts is not None:
        texts = np.where(points.texts < 0, _NO_POSITION, points.texts).astype(np.uint16)
        data["texts"] = {"codes": _text(texts.tobytes()), "names": [shorten(name, 24) for name in points.text_names]}
    _scatter(data=data, key=key, on_chosen_change=chose, on_looked_change=looked)


def _views(key: str) -> dict[str, View]:
    """The views of this session, by the keys of the panels."""
    return st.session_state.get(f"{key}.looks", {})


def _part(
    drawn: Space,
    codes: np.ndarray,
    view: View | None,
    marked: Sequence[int],
    chosen: np.ndarray,
    name_of: Callable[[np.ndarray], list[str]],
) -> dict[str, Any] | None:
    """Data of the points beyond the first `MOST_DRAWN`; None where there are none."""
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


def read(message: object, spaces: Sequence[Space], codes: Sequence[np.ndarray]) -> Chosen | None:
    """Parse a selection sent by the browser; None if it is invalid.

    Args:
        message: ``{turn, item}``, or ``{turn, panel, corners, hidden}`` with corners in fractions of the map's extent.
        spaces: as drawn.
        codes: (n,) the points' categories in each panel, as drawn.
    """
    match message:
        case {"turn": int(turn), "item": int(item)}:
            return Chosen(turn, np.array([item] if 0 <= item < len(codes[0]) else [], dtype=np.int64))
        case {"turn": int(turn), "panel": int(panel), "corners": list(corners), "hidden": list(hidden)}:
            outline = [corner for corner in corners if _is_point(corner)]
            if not (0 <= panel < len(spaces) and 3 <= len(outline) <= _MOST_CORNERS and len(outline) == len(corners)):
                return None
            x, y = zip(*outline, strict=True)
            drawn = spaces[panel]
            within = in_polygon(drawn.unit, x, y) & drawn.placed
            shown = ~np.isin(codes[panel], [one for one in hidden if type(one) is int])
            return Chosen(turn, np.flatnonzero(within & shown))
    return None


def _is_point(corner: object) -> bool:
    return (
        isinstance(corner, list)
        and len(corner) == 2
        and all(isinstance(one, int | float) and math.isfinite(one) for one in corner)
    )


def _bits(flags: np.ndarray) -> str:
    return _text(np.packbits(flags, bitorder="little").tobytes())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
