"""The measurements of `scaling` as a table and a plot: time and memory against size, on logarithmic axes."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from statistics import linear_regression

Points = Sequence[tuple[float, float]]
"""(size, seconds or bytes), by increasing size."""

_WIDTH, _HEIGHT, _LEFT, _TOP, _LEGEND = 460, 340, 56, 34, 190
_COLOURS = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
    "#393b79", "#637939", "#8c6d31", "#843c39", "#17324d", "#e7298a", "#00aa66", "#555500",
)  # fmt: skip


def slope(points: Points) -> float:
    """Least-squares slope of log value over log size; 1 means proportional growth. NaN for fewer than two points."""
    if len(points) < 2:
        return math.nan
    sizes, values = [math.log(size) for size, _ in points], [math.log(max(value, 1e-9)) for _, value in points]
    return linear_regression(sizes, values).slope


def svg(panels: Mapping[str, Mapping[str, Points]]) -> str:
    """SVG of panels side by side, each with one line per stage, and a common legend.

    Args:
        panels: points by stage, by heading.
    """
    stages = list(dict.fromkeys(stage for lines in panels.values() for stage in lines))
    colours = {stage: _COLOURS[place % len(_COLOURS)] for place, stage in enumerate(stages)}
    width, height = len(panels) * _WIDTH + _LEGEND, _HEIGHT + _TOP
    head = 'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="11"'
    parts = [
        f'<svg {head} viewBox="0 0 {width} {height}">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for place, (heading, lines) in enumerate(panels.items()):
        parts += _panel(heading, lines, colours, place * _WIDTH)
    for row, stage in enumerate(stages):
        x, y = len(panels) * _WIDTH + 8, _TOP + 10 + 16 * row
        parts.append(f'<line x1="{x}" x2="{x + 18}" y1="{y}" y2="{y}" stroke="{colours[stage]}" stroke-width="2"/>')
        parts.append(f'<text x="{x + 24}" y="{y + 4}">{escape(stage)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(heading: str, lines: Mapping[str, Points], colours: Mapping[str, str], left: int) -> list[str]:
    every = [point for points in lines.values() for point in points]
    sizes, values = sorted({size for size, _ in every}), [value for _, value in every]
    bottom, top = math.floor(math.log10(max(min(values), 1e-3))), math.ceil(math.log10(max(values)))
    top = max(top, bottom + 1)

    def across(size: float) -> float:
        share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0]) if len(sizes) > 1 else 0.5
        return left + _LEFT + share * (_WIDTH - _LEFT - 24)

    def down(value: float) -> float:
        share = (math.log10(max(value, 10**bottom)) - bottom) / (top - bottom)
        return _TOP + (1 - share) * (_HEIGHT - 40)

    parts = [f'<text x="{left + _LEFT}" y="18" font-size="13">{escape(heading)}</text>']
    for power in range(bottom, top + 1):
        y = down(10**power)
        parts.append(f'<line x1="{left + _LEFT}" x2="{left + _WIDTH - 24}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left + _LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:g}</text>')
    for size in sizes:
        x = across(size)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{down(10**bottom):.1f}" stroke="#eee"/>')
        parts.append(f'<text x="{x:.1f}" y="{down(10**bottom) + 16:.1f}" text-anchor="middle">{_part(size)}</text>')
    for stage, points in lines.items():
        path = " ".join(f"{across(size):.1f},{down(value):.1f}" for size, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colours[stage]}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{across(size):.1f}" cy="{down(value):.1f}" r="2.5" fill="{colours[stage]}"/>'
            for size, value in points
        ]
    return parts


def _part(size: float) -> str:
    """1/8, 1/4, ..., full."""
    return "full size" if size == 1 else f"1/{1 / size:g}"
