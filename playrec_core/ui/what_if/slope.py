"""A slope chart: one list on the left, another on the right, and a line for every item in either."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ...explain import Move
from ...language import tr
from ..text import chart_text
from ..theme import MUTED, NEGATIVE, POSITIVE

CONFIG = {"displayModeBar": False}
_LONGEST = 20
_GAP = "\u00a0" * 3  # between a marker and its text


def slope(moves: Sequence[Move], names: Sequence[str], top: int, before: str, after: str) -> go.Figure:
    """The chart: blue lines rise, orange ones fall; who is beyond the list enters and leaves below it.

    Args:
        moves: from `playrec_core.explain.moves`.
        names: one a move, raw text; short ones fit.
        top: length of both lists.
        before, after: headings of the two lists.
    """
    beyond, gone = top + 1.2, tr("gone")
    lines: dict[str, tuple[list[Any], list[Any]]] = {colour: ([], []) for colour in (MUTED, NEGATIVE, POSITIVE)}
    left: tuple[list[float], list[str]] = ([], [])
    right: tuple[list[float], list[str]] = ([], [])
    for move, name in zip(moves, names, strict=True):
        old = move.before if move.before is not None and move.before <= top else None
        new = move.after if move.after is not None and move.after <= top else None
        rose = (new or beyond) < (old or beyond)
        colour = MUTED if old == new else POSITIVE if rose else NEGATIVE
        lines[colour][0].extend([0, 1, None])
        lines[colour][1].extend([old or beyond, new or beyond, None])
        text = chart_text(name, _LONGEST)
        if old is not None:
            left[0].append(old)
            now = "" if new else f" → {move.after or gone}"
            left[1].append(f"{text}{now} <b>{old}</b>{_GAP}")
        if new is not None:
            right[0].append(new)
            was = tr("was {place}", place=move.before) if move.before else tr("new")
            right[1].append(f"{_GAP}<b>{new}</b> {text}{'' if old else f' ({was})'}")
    traces = [
        go.Scatter(
            x=x,
            y=y,
            mode="lines+markers",
            line={"color": colour, "width": 2 if colour != MUTED else 1},
            marker={"size": 7},
            hoverinfo="skip",
        )
        for colour, (x, y) in lines.items()
        if x
    ]
    ends = ((0, left, "middle left"), (1, right, "middle right"))
    traces += [
        go.Scatter(x=[x] * len(y), y=y, text=text, mode="text", textposition=side, hoverinfo="skip")
        for x, (y, text), side in ends
    ]
    heading = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "font": {"size": 13}}
    axis = {"visible": False, "fixedrange": True}
    return go.Figure(
        traces,
        {
            "height": 110 + 30 * top,
            "margin": {"l": 0, "r": 0, "t": 34, "b": 4},
            "showlegend": False,
            "xaxis": {**axis, "range": [-1.45, 2.45]},
            "yaxis": {**axis, "range": [beyond + 0.6, 0.4]},
            "annotations": [
                {**heading, "x": 0, "xanchor": "right", "text": f"<b>{chart_text(before)}</b>"},
                {**heading, "x": 1, "xanchor": "left", "text": f"<b>{chart_text(after)}</b>"},
                {**heading, "x": 0.5, "y": beyond, "yref": "y", "yanchor": "top", "text": tr("beyond {top}", top=top)},
            ],
        },
    )
