"""Charts of a page, without plotly's toolbar."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run


def plot(figure: go.Figure, alt: str, key: str | None = None) -> None:
    """Draw a figure; ``alt`` describes it to screen readers."""
    st.plotly_chart(figure, config={"displayModeBar": False}, alt=alt, key=key)


def plot_cached(run: LoadedRun, name: str, draw: Callable[[], go.Figure], alt: str, key: str | None = None) -> None:
    """`plot` a figure that depends on the run and the language alone, built once and shared.

    Plotly checks every property of a figure as it is built, which costs more than all else on a page of charts.

    Args:
        run: whose figure.
        name: tells it from the other figures of the run.
        draw: builds it.
        alt, key: as in `plot`.
    """
    plot(_figure(run, name, draw), alt, key)


@per_run(256, in_words=True)
def _figure(run: LoadedRun, name: str, _draw: Callable[[], go.Figure]) -> go.Figure:
    return _draw()
