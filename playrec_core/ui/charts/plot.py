"""Charts of a page, without plotly's toolbar."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.runtime.caches import chart


def plot(figure: go.Figure, alt: str, key: str | None = None) -> None:
    """Draw a figure; ``alt`` describes it to screen readers."""
    st.plotly_chart(figure, config={"displayModeBar": False}, alt=alt, key=key)


def plot_cached(run: LoadedRun, name: str, draw: Callable[[], go.Figure], alt: str, key: str | None = None) -> None:
    """`plot` a figure that is built once: see `playrec_core.ui.runtime.caches.chart`."""
    plot(chart(run, name, draw), alt, key)
