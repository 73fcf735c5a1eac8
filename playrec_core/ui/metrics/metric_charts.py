"""The charts of the metrics page. Means are points with their intervals; a model keeps its colour everywhere."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from ...evaluation.intervals import Interval
from ...language import tr
from ...serving import LoadedRun
from ..labels import beside
from ..measured import Figures, figure, figures, interval_text, places
from ..metric_words import MetricWords
from ..text import chart_text
from ..theme import MUTED, model_colours

CONFIG = {"displayModeBar": False}
_WHISKER = {"type": "data", "symmetric": False, "thickness": 2, "width": 5}


def by_model(run: LoadedRun, word: MetricWords) -> go.Figure:
    """One metric of every model, the best on top."""
    found = figures(run, run.id)
    rising = sorted(run.model_names, key=lambda model: found[model, word.name].mean)
    colours, digits = model_colours(run), places(found, word.name)
    chart = go.Figure()
    for model in rising if word.better == "higher" else reversed(rising):
        interval, label = found[model, word.name], chart_text(run.model_title(model))
        chart.add_scatter(
            x=[interval.mean],
            y=[label],
            error_x=_whiskers([interval]),
            marker={"color": colours[model], "size": 12},
            hovertemplate=f"<b>{label}</b><br>{_hover(interval, digits)}<extra></extra>",
        )
    height = 80 + (40 if len(rising) <= 12 else 26) * len(rising)
    chart.update_layout(showlegend=False, height=height, margin={"l": 0, "r": 20, "t": 10, "b": 0})
    chart.update_xaxes(title=_axis(word), rangemode="tozero")
    chart.update_yaxes(automargin=True, ticklabelstandoff=8)
    return chart


def by_slice(
    run: LoadedRun, models: Sequence[str], word: MetricWords, slices: Mapping[str, Figures], labels: Sequence[str]
) -> go.Figure:
    """One metric of some models over some slices of the questions, which the axis calls ``labels``."""
    colours = model_colours(run)
    digits = max(places(found, word.name) for found in slices.values())
    axis = [chart_text(label) for label in labels]
    chart = go.Figure()
    for model in models:
        title = chart_text(run.model_title(model))
        intervals = [found[model, word.name] for found in slices.values()]
        chart.add_scatter(
            x=axis,
            y=[interval.mean for interval in intervals],
            error_y=_whiskers(intervals),
            mode="markers",
            name=title,
            offsetgroup=model,
            marker={"color": colours[model], "size": 9},
            hovertemplate=[f"<b>{title}</b>, %{{x}}<br>{_hover(i, digits)}<extra></extra>" for i in intervals],
        )
    chart.update_layout(
        scattermode="group",
        scattergap=0.3,
        height=430,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        legend={"orientation": "h", "y": -0.16, "x": 0},
    )
    chart.update_yaxes(title=_axis(word), rangemode="tozero")
    chart.update_xaxes(showgrid=False)
    for place in range(1, len(labels)):
        chart.add_vline(x=place - 0.5, line={"color": MUTED, "width": 1, "dash": "dot"}, opacity=0.5)
    return chart


def trade_off(run: LoadedRun, models: Sequence[str], accuracy: MetricWords, other: MetricWords) -> go.Figure:
    """Accuracy against another side of the answers, an interval both ways."""
    found, colours = figures(run, run.id), model_colours(run)
    x, y = ([found[model, word.name].mean for model in models] for word in (other, accuracy))
    sides = beside(x, y, [run.model_title(model) for model in models], width=800, height=400, floor=0)
    chart = go.Figure()
    for model, side in zip(models, sides, strict=True):
        up, across = found[model, accuracy.name], found[model, other.name]
        title = chart_text(run.model_title(model))
        lines = [
            f"{chart_text(word.title)} {_hover(interval, places(found, word.name))}"
            for word, interval in ((accuracy, up), (other, across))
        ]
        chart.add_scatter(
            x=[across.mean],
            y=[up.mean],
            error_x=_whiskers([across]),
            error_y=_whiskers([up]),
            mode="markers+text",
            text=[title],
            textposition=side,
            cliponaxis=False,
            marker={"color": colours[model], "size": 13},
            hovertemplate=f"<b>{title}</b><br>{'<br>'.join(lines)}<extra></extra>",
        )
    chart.update_layout(showlegend=False, height=500, margin={"l": 0, "r": 0, "t": 20, "b": 0})
    chart.update_xaxes(title=_axis(other))
    chart.update_yaxes(title=_axis(accuracy), rangemode="tozero")
    return chart


def _axis(word: MetricWords) -> str:
    return chart_text(f"{word.title} ({word.direction})")


def _whiskers(intervals: Sequence[Interval]) -> dict[str, object]:
    above = [interval.high - interval.mean for interval in intervals]
    below = [interval.mean - interval.low for interval in intervals]
    return {**_WHISKER, "array": above, "arrayminus": below}


def _hover(interval: Interval, digits: int) -> str:
    return tr(
        "{mean} ({between}), n = {n:,}",
        mean=figure(interval.mean, digits),
        between=interval_text(interval, digits),
        n=interval.n,
    )
