"""Charts of the Metrics page: means as points with their intervals."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from playrec_core.evaluation.intervals import Interval
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.label_placement import beside
from playrec_core.ui.charts.margins import fixed_margins
from playrec_core.ui.charts.text_width import tick_label
from playrec_core.ui.charts.theme import MUTED, model_colours
from playrec_core.ui.wording.escape import chart_text
from playrec_core.ui.wording.figures import Figures, figure, figures, interval_text
from playrec_core.ui.wording.metrics import MetricWords

_SPREAD = 0.8
"""Share of a slice's width taken by its models."""


def by_model(run: LoadedRun, word: MetricWords) -> go.Figure:
    """One metric of every model, the best at the top."""
    found = figures(run)
    rising = sorted(run.model_names, key=lambda model: found[model, word.name].mean)
    models = rising if word.better == "higher" else rising[::-1]
    colours, digits = model_colours(run), found.places(word.name)
    intervals = [found[model, word.name] for model in models]
    labels = [chart_text(run.model_title(model)) for model in models]
    points = go.Scatter(
        x=[interval.mean for interval in intervals],
        y=labels,
        error_x=_whiskers(intervals),
        mode="markers",
        marker={"color": [colours[model] for model in models], "size": 12, "opacity": 1},
        hovertemplate=[
            f"<b>{label}</b><br>{_hover(interval, digits)}<extra></extra>"
            for label, interval in zip(labels, intervals, strict=True)
        ],
    )
    chart = go.Figure(points)
    height = 80 + (40 if len(models) <= 12 else 26) * len(models)
    chart.update_layout(showlegend=False, height=height)
    chart.update_xaxes(title=_axis(word), rangemode="tozero")
    short = [tick_label(run.model_title(model)) for model in models]
    chart.update_yaxes(ticklabelstandoff=8, range=[-0.7, len(models) - 0.3], tickvals=labels, ticktext=short)
    fixed_margins(chart, left=short)
    return chart


def by_slice(
    run: LoadedRun, models: Sequence[str], word: MetricWords, slices: Mapping[str, Figures], labels: Sequence[str]
) -> go.Figure:
    """One metric of some models by slice; ``labels`` name the slices. The models are drawn in the order given."""
    colours = model_colours(run)
    digits = max(found.places(word.name) for found in slices.values())
    axis = [chart_text(label) for label in labels]
    x, hovers, intervals = [], [], []
    for index, found in enumerate(slices.values()):
        for order, model in enumerate(models):
            interval = found[model, word.name]
            intervals.append(interval)
            x.append(index + _SPREAD * ((order + 0.5) / len(models) - 0.5))
            title = chart_text(run.model_title(model))
            hovers.append(f"<b>{title}</b>, {axis[index]}<br>{_hover(interval, digits)}<extra></extra>")
    points = go.Scatter(
        x=x,
        y=[interval.mean for interval in intervals],
        error_y=_whiskers(intervals),
        mode="markers",
        marker={"color": [colours[model] for model in models] * len(slices), "size": 9, "opacity": 1},
        hovertemplate=hovers,
    )
    chart = go.Figure(points)
    chart.update_layout(showlegend=False, height=430, margin={"l": 0, "r": 0, "t": 10, "b": 0})
    chart.update_yaxes(title=_axis(word), rangemode="tozero")
    chart.update_xaxes(
        showgrid=False,
        zeroline=False,
        range=[-0.5, len(axis) - 0.5],
        tickmode="array",
        tickvals=list(range(len(axis))),
        ticktext=axis,
    )
    for index in range(1, len(labels)):
        chart.add_vline(x=index - 0.5, line={"color": MUTED, "width": 1, "dash": "dot"}, opacity=0.5)
    return chart


def trade_off(run: LoadedRun, models: Sequence[str], accuracy: MetricWords, other: MetricWords) -> go.Figure:
    """Accuracy against another metric, with intervals on both axes."""
    found, colours = figures(run), model_colours(run)
    up, across = ([found[model, word.name] for model in models] for word in (accuracy, other))
    x, y = ([interval.mean for interval in intervals] for intervals in (across, up))
    titles = [chart_text(run.model_title(model)) for model in models]
    up_says, across_says = (
        [f"{chart_text(word.title)} {_hover(interval, found.places(word.name))}" for interval in intervals]
        for word, intervals in ((accuracy, up), (other, across))
    )
    points = go.Scatter(
        x=x,
        y=y,
        error_x=_whiskers(across),
        error_y=_whiskers(up),
        mode="markers+text",
        text=titles,
        textposition=beside(x, y, [run.model_title(model) for model in models], width=800, height=400, floor=0),
        cliponaxis=False,
        marker={"color": [colours[model] for model in models], "size": 13, "opacity": 1},
        hovertemplate=[
            f"<b>{title}</b><br>{first}<br>{second}<extra></extra>"
            for title, first, second in zip(titles, up_says, across_says, strict=True)
        ],
    )
    chart = go.Figure(points)
    chart.update_layout(showlegend=False, height=500, margin={"l": 0, "r": 70, "t": 20, "b": 0})
    chart.update_xaxes(title=_axis(other))
    chart.update_yaxes(title=_axis(accuracy), rangemode="tozero")
    return chart


def _axis(word: MetricWords) -> str:
    return chart_text(f"{word.title} ({word.direction})")


def _whiskers(intervals: Sequence[Interval]) -> dict[str, object]:
    above = [interval.high - interval.mean for interval in intervals]
    below = [interval.mean - interval.low for interval in intervals]
    # One colour: whiskers in the models' colours would need a trace per model, and 50 traces take plotly.js 150 ms.
    line = {"color": MUTED, "thickness": 2, "width": 5}
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, **line}


def _hover(interval: Interval, digits: int) -> str:
    return tr(
        "{mean} ({between}), n = {n:,}",
        mean=figure(interval.mean, digits),
        between=interval_text(interval, digits),
        n=interval.n,
    )
