"""Placement of text labels beside a chart's points without overlaps."""

from collections.abc import Sequence

import numpy as np

from .text_width import LINE, text_pixels

# In pixels: a marker of size 14 with padding, and the gap between a label and its neighbour.
_DOT, _AIR = 18.0, 10.0
_SIDES = {
    "top center": (-0.5, 1.0),
    "bottom center": (-0.5, -1.0),
    "middle right": (0.0, 0.0),
    "middle left": (-1.0, 0.0),
    "top right": (0.0, 1.0),
    "top left": (-1.0, 1.0),
    "bottom right": (0.0, -1.0),
    "bottom left": (-1.0, -1.0),
}
"""Plotly's ``textposition``: horizontal offset in label widths, vertical offset in marker heights."""

Box = tuple[float, float, float, float]


def beside(
    x: Sequence[float], y: Sequence[float], names: Sequence[str], *, width: float, height: float, floor: float = np.inf
) -> list[str]:
    """A ``textposition`` for each point: the first side, in a fixed order, with the least overlap.

    Args:
        x, y: of the points.
        names: their labels.
        width, height: approximate size of the chart in pixels; the axes are assumed to span the points.
        floor: start of the vertical axis, if below all points.
    """
    if not names:
        return []
    across, up = _pixels(x, width, np.inf), _pixels(y, height, floor)
    dots = [_box(a, b, _DOT, _DOT) for a, b in zip(across, up, strict=True)]
    placed: list[Box] = []
    chosen: list[str] = []
    for dot, name in enumerate(names):
        others = [box for other, box in enumerate(dots) if other != dot] + placed
        options = {side: _name(across[dot], up[dot], name, side) for side in _SIDES}
        best = min(options, key=lambda side: sum(_common(options[side], other) for other in others))
        placed.append(options[best])
        chosen.append(best)
    return chosen


def _pixels(values: Sequence[float], length: float, floor: float) -> list[float]:
    low = min(floor, *values)
    span = (max(values) - low) or 1.0
    return [length * (value - low) / span for value in values]


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _name(x: float, y: float, name: str, side: str) -> Box:
    begins, above = _SIDES[side]
    width = text_pixels(name) + _AIR
    # A label to the left or right is offset by the marker; above or below it may overlap its column.
    left = x + begins * width + (_DOT / 2 if begins == 0 else -_DOT / 2 if begins == -1 else 0)
    middle = y + above * (_DOT + LINE) / 2
    return left, middle - LINE / 2, left + width, middle + LINE / 2


def _common(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(up, 0.0)
