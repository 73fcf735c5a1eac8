"""Chart margins computed from the text widths.

Streamlit's theme uses plotly's "automargin", which draws every chart twice: on a page of four charts the second drawing
takes 50 to 70 ms.
"""

from collections.abc import Iterable
from html import unescape
from math import cos, radians, sin

import plotly.graph_objects as go

from .text_width import LINE, text_pixels

# From Streamlit's theme for plotly: gaps between chart, tick labels and axis titles.
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
    """Set fixed margins on a chart with one pair of axes, whose titles are already set.

    Args:
        chart: changed in place.
        left: the tick labels of the vertical axis, or any as wide as the widest.
        below: those of the horizontal axis, needed if they are tilted.
        tilt: of the labels below, in degrees.
        top, right: in pixels; the last label below may extend to the right by half its width.
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
