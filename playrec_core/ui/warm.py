"""Ready before it is asked for: what a page's first view in a process would wait for, made once the first page stands.

The first view of every page needs libraries and things that are made once a run; it took 0.1 to 1.1 s longer than the
second (benchmarks/README.md, "First views"). Somebody who reads the first page needs none of it yet.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from threading import Lock, Thread

import plotly.graph_objects as go
import streamlit as st

from ..errors import PlayrecError
from ..language import current
from ..schema import Seed
from ..serving import LoadedRun
from .language import speak
from .metric_words import metric_words
from .settle import settle
from .turns import turn

_begun: set[str] = set()
_lock = Lock()


def begin(run: LoadedRun) -> None:
    """Do every step of a run in a thread of its own, once a process, if it is a browser that looks: pages are run
    without one in tests, where there is nobody to be quick for.
    """
    with _lock:
        if run.id in _begun or not st.context.headers:
            return
        _begun.add(run.id)
    Thread(target=_all, args=(run, current()), name="warm", daemon=True).start()


def _all(run: LoadedRun, language: str) -> None:
    speak(language)
    for step in steps(run):
        with turn():  # none begins while a page is being drawn
            pass
        with suppress(PlayrecError):  # of a damaged part, say: the page that needs it will tell
            step()
    settle()


def steps(run: LoadedRun) -> Iterator[Callable[[], object]]:
    """Small ones, what is likely to be needed first before the rest."""
    for name in run.first_shown:
        yield partial(run.answer, name, _question(run), k=10, n_tags=10, banned=())
    # Not imported above: this would then be part of starting.
    for module in walk_packages(import_module(__package__ or "").__path__, f"{__package__}."):
        yield partial(import_module, module.name)
    from . import disagreement, measured
    from .map import map_chart, tag_spread
    from .metrics import metric_playlists

    for trace in (go.Scatter, go.Bar, go.Heatmap):  # plotly reads what it knows of a kind with the first of it
        yield lambda trace=trace: go.Figure(trace()).to_json()
    if run.has_map:
        yield partial(map_chart.packed_names, run, run.id)
        if run.dataset.tag_counts.any():
            yield partial(tag_spread.example_tag, run, run.id)
    if len(run.held_out):
        yield lambda: measured.compared(run, metric_words(run))
        yield partial(disagreement.overlaps, run, run.id, run.first_shown)
        yield partial(measured.sliced_figures, run, run.id)
        yield partial(metric_playlists.facts, run, run.id)
        for comparison in run.config.comparisons:
            first, *others = [name for name in comparison.models if name in run.model_names] or [""]
            yield from (partial(measured.head_to_head, run, run.id, model, first) for model in others)


def _question(run: LoadedRun) -> Seed:
    """One that every part of a model looks at: a song, a tag if there are any, and a title."""
    return Seed((0,), (0,) if len(run.dataset.tags) else (), "a title")
