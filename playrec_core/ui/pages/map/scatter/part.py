"""The part of a map that somebody looks at, where the map has more points than can be drawn at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playrec_core.projection.out_of_sample import View, density, within

WIDTH, HEIGHT = 240, 200
MOST_NEAR = 10_000
"""Points of a part that are drawn beside those that always are."""
_BEYOND = 0.25


@dataclass(frozen=True)
class Part:
    """What is shown of a part.

    Args:
        view: what the picture shows: a little more than was asked for, so that moving a little shows no edge.
        density: (`HEIGHT`, `WIDTH`) uint8 from `playrec_core.projection.out_of_sample.density`, of all points.
        points: the most popular ones of the part beyond those drawn anyway, and the marked ones, rising.
    """

    view: View
    density: np.ndarray
    points: np.ndarray


def part(places: np.ndarray, asked: View, whole: View, drawn: int, marked: Sequence[int]) -> Part:
    """What there is to show of a part of a map.

    Args:
        places: (n, 2) parts of the map's extent, the most popular points first.
        asked: the part looked at.
        whole: what is shown at first; further points come only to who has zoomed in from there.
        drawn: how many of the first points are drawn anyway.
        marked: points that must be among those shown.
    """
    left, low, right, high = asked
    across, up = _BEYOND * (right - left), _BEYOND * (high - low)
    view = (left - across, low - up, right + across, high + up)
    near = np.empty(0, dtype=np.int64)
    if right - left < 0.95 * (whole[2] - whole[0]):
        near = drawn + np.flatnonzero(within(places[drawn:], view))[:MOST_NEAR]
    hidden = [point for point in marked if drawn <= point < len(places)]
    return Part(view, density(places, view, WIDTH, HEIGHT), np.union1d(near, np.array(hidden, dtype=np.int64)))


def read(said: object, panels: int) -> tuple[int, View] | None:
    """What a browser says is looked at: the panel and the view; None for what is no view.

    Args:
        said: ``{panel, view}``.
        panels: how many there are.
    """
    match said:
        case {"panel": int(panel), "view": [left, low, right, high]} if 0 <= panel < panels:
            sides = (left, low, right, high)
            if all(isinstance(one, int | float) and math.isfinite(one) and abs(one) < 100 for one in sides):
                view = (float(left), float(low), float(right), float(high))
                return (panel, view) if right - left > 1e-4 and high - low > 1e-4 else None
    return None
