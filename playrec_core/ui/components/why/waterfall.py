"""An explanation as a chart: a waterfall whose bars add up to the score, or plain bars where they need not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playrec_core.i18n import tr
from playrec_core.models.explanation import Explanation
from playrec_core.ui.charts.margins import fixed_margins
from playrec_core.ui.charts.text_width import text_pixels, tick_label
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE, TOTAL

MOST_BARS = 14
_GAP = 8
CONFIG = {"displayModeBar": False}


@dataclass(frozen=True)
class Bar:
    """One bar: a seed's contribution, the sum of several, or the baseline. ``label`` is raw text."""

    label: str
    value: float


def bars(explanation: Explanation, names: list[str], others: str) -> list[Bar]:
    """The bars of an explanation: the baseline of an exact one, the strongest contributions first, the rest as one.

    Those of an exact explanation add up to its score. Names of the seed songs, and of several songs, are raw text.
    """
    values = explanation.contributions
    order = np.argsort(-np.abs(values), kind="stable")
    shown = order if len(order) <= MOST_BARS else order[: MOST_BARS - 1]
    has_baseline = explanation.kind == "exact" and explanation.baseline
    found = [Bar(tr("baseline"), explanation.baseline)] if has_baseline else []
    found += [Bar(names[place], float(values[place])) for place in shown.tolist()]
    rest = order[len(shown) :]
    if len(rest):
        found.append(Bar(tr("{n} other {items}", n=len(rest), items=others), float(values[rest].sum())))
    return found


def number(value: float, digits: int, sign: str = "-") -> str:
    """A score or a part of one: ``digits`` after the point, fewer when it is large (counts are scores, too)."""
    return f"{value:{sign},.{digits if abs(value) < 10 else 1}f}"


def waterfall(shown: list[Bar], score: float, exact: bool) -> go.Figure:
    """The chart: bars of an exact explanation add up to the score, others all start at zero. Figures are in a column
    to its right, so that a narrow window does not cut them.
    """
    values = [bar.value for bar in shown]
    labels = [tick_label(bar.label) for bar in shown]
    figures = [number(value, 4, "+") for value in values]
    if exact:
        trace: Any = go.Waterfall(
            orientation="h",
            measure=["relative"] * len(values) + ["total"],
            x=[*values, 0],
            y=list(range(len(values) + 1)),
            increasing={"marker": {"color": POSITIVE}},
            decreasing={"marker": {"color": NEGATIVE}},
            totals={"marker": {"color": TOTAL}},
            connector={"line": {"width": 1, "color": TOTAL}},
            hoverinfo="skip",
        )
        ends = np.concatenate([[0.0], np.cumsum(values)])
        labels.append(tr("score"))
        figures.append(number(score, 4))
    else:
        trace = go.Bar(
            orientation="h",
            x=values,
            y=list(range(len(values))),
            marker={"color": [POSITIVE if value >= 0 else NEGATIVE for value in values]},
            hoverinfo="skip",
        )
        ends = np.array([0.0, *values])
    low, high = float(ends.min()), float(ends.max())
    air = 0.02 * max(high - low, 1e-9)
    widest = max(map(text_pixels, figures))
    beside: Any = {"xref": "paper", "x": 1, "xanchor": "right", "xshift": widest + _GAP, "showarrow": False}
    chart = go.Figure(
        trace,
        {
            "height": 70 + 30 * len(labels),
            "showlegend": False,
            "annotations": [{**beside, "y": place, "text": text} for place, text in enumerate(figures)],
            "xaxis": {"range": [low - air if low < 0 else low, high + air], "zeroline": True, "fixedrange": True},
            "yaxis": {
                "tickvals": list(range(len(labels))),
                "ticktext": labels,
                "autorange": "reversed",
                "fixedrange": True,
                "showgrid": False,
            },
        },
    )
    fixed_margins(chart, left=labels, top=6, right=round(widest + 2 * _GAP))
    return chart
