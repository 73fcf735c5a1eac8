"""Charts of the data page: distributions and the long tail."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playrec_core.data.profile import Dates, Distribution, LongTail
from playrec_core.i18n import tr
from playrec_core.ui.charts.margins import fixed_margins
from playrec_core.ui.charts.theme import MUTED, NEGATIVE, POSITIVE
from playrec_core.ui.wording.escape import chart_text

_COUNTS = ("1500",)
"""The widest count on an axis: plotly writes larger ones as 20k or 1.5M."""


def distribution(found: Distribution, across: str, up: str) -> go.Figure:
    """Histogram of a distribution, with its median; ``across`` and ``up`` are the titles of the axes."""
    labels = found.labels
    hover = f"%{{x}} {chart_text(across)}<br>%{{y:,}} {chart_text(up)}<extra></extra>"
    chart = go.Figure(go.Bar(x=labels, y=found.counts, marker_color=POSITIVE, hovertemplate=hover))
    middle = next((place for place, edge in enumerate(found.edges[1:]) if found.median < edge), 0)
    chart.add_vline(
        x=middle,
        line={"color": NEGATIVE, "width": 2, "dash": "dot"},
        annotation={
            "text": tr("median {value:,.0f}", value=found.median),
            "showarrow": False,
            "yref": "paper",
            "y": 1.08,
        },
    )
    # Bins are categories, though their labels look like numbers (or dates: "2–3").
    tilt = 45 if len(labels) > 12 else 0
    chart.update_xaxes(type="category", tickangle=-tilt)
    return _calm(chart, across, up, _COUNTS, height=300, below=labels, tilt=tilt)


def years(found: Dates, up: str) -> go.Figure:
    """Items by release year."""
    hover = f"%{{x}}<br>%{{y:,}} {chart_text(up)}<extra></extra>"
    chart = go.Figure(go.Bar(x=found.years, y=found.counts, marker_color=POSITIVE, hovertemplate=hover))
    chart.update_xaxes(tickformat="d")
    return _calm(chart, tr("release year"), up, _COUNTS, height=300)


def popularity_curve(tail: LongTail, item: str, playlists: str) -> go.Figure:
    """Popularity by rank, both logarithmic: a straight line is a power law."""
    rank = tr("rank")
    chart = go.Figure(
        go.Scatter(
            x=tail.ranks,
            y=tail.counts,
            mode="lines",
            line={"color": POSITIVE, "width": 3, "simplify": False},
            hovertemplate=f"{rank} %{{x:,}}<br>%{{y:,}} {chart_text(playlists)}<extra></extra>",
        )
    )
    # dtick 1 of a logarithmic axis: ticks at 1, 10, 100 only.
    chart.update_xaxes(type="log", dtick=1, tickformat=",d")
    chart.update_yaxes(type="log", dtick=1, tickformat=",d")
    widest = f"{10 ** len(str(max(tail.counts))):,}"  # the next decade may have a tick
    across, up = tr("{item} by popularity rank", item=item), tr("{playlists} with it", playlists=playlists)
    return _calm(chart, across, up, [widest])


def lorenz_curve(tail: LongTail, items: str) -> go.Figure:
    """Lorenz curve: cumulative share of interactions of the most popular items, against an even distribution."""
    chart = go.Figure(
        [
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", line={"color": MUTED, "dash": "dot"}, hoverinfo="skip", name="even"
            ),
            go.Scatter(
                x=tail.item_shares,
                y=tail.interaction_shares,
                mode="lines",
                line={"color": POSITIVE, "width": 3, "simplify": False},
                hovertemplate=tr("top {share}: {held} of interactions", share="%{x:.1%}", held="%{y:.1%}")
                + "<extra></extra>",
            ),
            go.Scatter(
                x=list(tail.top),
                y=list(tail.top.values()),
                mode="markers+text",
                text=[tr("top {share:.0%}: {held:.0%}", share=share, held=held) for share, held in tail.top.items()],
                textposition="middle right",
                marker={"color": NEGATIVE, "size": 9},
                hoverinfo="skip",
            ),
        ]
    )
    chart.add_annotation(
        x=0.56, y=0.48, text=tr("equal popularity"), showarrow=False, xanchor="left", font={"color": MUTED}
    )
    chart.update_xaxes(tickformat=".0%", range=[-0.01, 1])
    chart.update_yaxes(tickformat=".0%", range=[0, 1.02])
    across, up = tr("share of the {items}, most popular first", items=items), tr("share of all interactions")
    return _calm(chart, across, up, ["100%"])


def _calm(chart: go.Figure, across: str, up: str, left: Sequence[str], height: int = 380, **tilted: Any) -> go.Figure:
    """The chart with titles, and with margins for the tick labels, as in `fixed_margins`."""
    chart.update_layout(showlegend=False, height=height, bargap=0.08)
    chart.update_xaxes(title=chart_text(across), showgrid=False)
    chart.update_yaxes(title=chart_text(up))
    fixed_margins(chart, left=left, top=28, **tilted)
    return chart
