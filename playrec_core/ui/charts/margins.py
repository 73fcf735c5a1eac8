"""How much room the words around a chart take, counted here.

Plotly can find it out by itself ("automargin"), by drawing the chart, measuring it and drawing it again; Streamlit's
theme asks for that. On a page of four charts the second drawing is 50 to 70 ms of the browser's time.
"""

from collections.abc import Iterable
from html import unescape
from math import cos, radians, sin

import plotly.graph_objects as go

from .text_width import LINE, text_pixels

# Of Streamlit's theme for plotly: between chart and tick labels, and between these and an axis's title.
_PAD, _TITLE_OFF_LEFT, _TITLE_OFF_BELOW = 8, 24, 20


def fixed_margins(
    chart: go.Figure,
    *,
    left: Iterable[str] = (),
    below: Iterable[str] = (),
    tilt: float = 0,
    top: float = 10,
    right: float = 20,
) -> None:
    """Give a chart of one pair of axes, whose titles are set, margins that plotly need not measure.

    Args:
        chart: which is changed.
        left: the tick labels of the vertical axis, or such that no label is longer.
        below: those of the horizontal axis; they matter where they are tilted.
        tilt: of the labels below, in degrees.
        top, right: in pixels, as they are; the last label below may stand out to the right by half its width.
    """
    widest, longest = (max((text_pixels(unescape(label)) for label in labels), default=0.0) for labels in (left, below))
    lean = radians(tilt)
    beside = widest + _PAD + (chart.layout.yaxis.ticklabelstandoff or 0)
    under = (longest * sin(lean) if tilt else 0.0) + LINE * cos(lean) + _PAD
    if chart.layout.yaxis.title.text:
        beside += _TITLE_OFF_LEFT + LINE
    if chart.layout.xaxis.title.text:
        under += _TITLE_OFF_BELOW + LINE
    chart.update_layout(
        margin={"l": round(beside), "r": right, "t": top, "b": round(under)},
        xaxis={"automargin": False},
        yaxis={"automargin": False},
    )
