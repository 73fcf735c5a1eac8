"""The visible part of a map that has more points than can be drawn at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playrec_core.projection.out_of_sample import View, density, within

WIDTH, HEIGHT = 240, 200
MOST_NEAR = 10_000
"""Additional points drawn for a part."""
_BEYOND = 0.25


@dataclass(frozen=True)
class Part:
    """What is drawn of a part.

    Args:
        view: extent of the image: a little more than requested, so that small movements show no edge.
        density: (`HEIGHT`, `WIDTH`) uint8 from `playrec_core.projection.out_of_sample.density`, of all points.
        points: the most popular points of the part beyond those always drawn, and the marked ones, ascending.
    """

    view: View
    density: np.ndarray
    points: np.ndarray


def part(places: np.ndarray, view: View, whole: View, drawn: int, marked: Sequence[int]) -> Part:
    """Return the density and additional points of a part of a map.

    Args:
        places: (n, 2) fractions of the map's extent, the most popular points first.
        view: the visible part.
        whole: the initial view; additional points are sent only when zoomed in from it.
        drawn: number of points that are always drawn.
        marked: points that must be included.
    """
    left, low, right, high = view
    across, up = _BEYOND * (right - left), _BEYOND * (high - low)
    image = (left - across, low - up, right + across, high + up)
    near = np.empty(0, dtype=np.int64)
    if right - left < 0.95 * (whole[2] - whole[0]):
        near = drawn + np.flatnonzero(within(places[drawn:], image))[:MOST_NEAR]
    hidden = [point for point in marked if drawn <= point < len(places)]
    return Part(image, density(places, image, WIDTH, HEIGHT), np.union1d(near, np.array(hidden, dtype=np.int64)))


def read(message: object, panels: int) -> tuple[int, View] | None:
    """Parse a view sent by the browser: panel and view; None if it is invalid.

    Args:
        message: ``{panel, view}``.
        panels: number of panels.
    """
    match message:
        case {"panel": int(panel), "view": [left, low, right, high]} if 0 <= panel < panels:
            sides = (left, low, right, high)
            if all(isinstance(one, int | float) and math.isfinite(one) and abs(one) < 100 for one in sides):
                view = (float(left), float(low), float(right), float(high))
                return (panel, view) if right - left > 1e-4 and high - low > 1e-4 else None
    return None
