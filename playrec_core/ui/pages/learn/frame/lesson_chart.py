"""Charts of the lessons: without zoom and without a toolbar."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

LEGEND_BELOW = {"legend": {"orientation": "h", "y": -0.25}, "hovermode": "x unified"}


def show_chart(figure: go.Figure, key: str, alt: str, **layout: Any) -> None:
    """Draw a figure with a layout, as in ``go.Figure.update_layout``."""
    figure.update_layout({"margin": {"l": 0, "r": 0, "t": 5, "b": 0}, **layout})
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)


def curves(
    sizes: Sequence[int],
    lines: Iterable[tuple[str, np.ndarray, dict[str, Any]]],
    x_title: str,
    y_title: str,
    top: float,
) -> go.Figure:
    """Return curves of shares over sizes on a log axis.

    Args:
        sizes: values of x, ascending.
        lines: a name, (n_sizes,) shares and a plotly line style each.
        x_title, y_title: of the axes.
        top: end of the y axis.
    """
    figure = go.Figure()
    for name, shares, line in lines:
        figure.add_scatter(
            x=list(sizes), y=shares, name=name, mode="lines+markers", line=line, hovertemplate="%{y:.1%}"
        )
    figure.update_xaxes(type="log", title=x_title, tickvals=list(sizes), ticktext=[f"{size:,}" for size in sizes])
    figure.update_yaxes(tickformat=".0%", title=y_title, range=[0, top])
    return figure
