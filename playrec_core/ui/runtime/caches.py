"""What all sessions of the process share: opened runs, and answers already computed.

A run id is part of every key, so a new run never shows an old run's answers.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from playrec_core.data.profile import Corner, Profile, corner, profile
from playrec_core.i18n import current, tr
from playrec_core.schema import Ranked, Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.voting import saved as mixes


def artifacts_folder() -> Path:
    """Where runs are kept: ``PLAYREC_ARTIFACTS``, or ``artifacts`` in the working folder."""
    return Path(os.environ.get("PLAYREC_ARTIFACTS", "artifacts"))


def loaded_run(artifacts: str, run_id: str) -> LoadedRun:
    """An opened run with the mixes saved beside it now, shared by all sessions.

    Every file is verified here, by the first process that opens it or when it was touched since: a page meets damage
    before it has drawn anything, never half-way.

    Raises:
        RunError, DamagedRunError: as `playrec_core.store.run.Run`.
        PlayrecError: the Qdrant server that ``PLAYREC_QDRANT`` names cannot serve it.
    """
    with st.spinner(tr("Opening the run …")):
        run = _verified_run(artifacts, run_id)
    return _with_mixes(run, artifacts, run_id, mixes.listing(Path(artifacts), run_id))


@st.cache_resource(max_entries=3, show_spinner=False)
def _verified_run(artifacts: str, run_id: str) -> LoadedRun:
    run = LoadedRun.open(Path(artifacts), run_id)
    run.run.verify_once(Path(artifacts) / "verified" / f"{run.id}.json")
    if server := os.environ.get("PLAYREC_QDRANT"):
        run.search_on(server)
    return run


@st.cache_resource(max_entries=8, show_spinner=False)
def _with_mixes(_run: LoadedRun, artifacts: str, run_id: str, saved: tuple[tuple[str, int, int], ...]) -> LoadedRun:
    return _run.refreshed(Path(artifacts))


def answer(run: LoadedRun, run_id: str, model: str, seed: Seed, k: int, n_tags: int, banned: tuple[int, ...]) -> Ranked:
    """One model's continuation, computed once. Not copied: nobody changes a `Ranked`."""
    return _answer(run, run_id, model, seed, k, n_tags, tuple(banned))


def answers(
    run: LoadedRun, run_id: str, models: Sequence[str], seed: Seed, k: int, n_tags: int, banned: tuple[int, ...]
) -> dict[str, Ranked]:
    """`answer` of several models. In a large catalogue models are asked side by side, as many as there are cores: they
    read their vectors outside Python. In a small one threads would only wait for each other.
    """

    def ask(model: str) -> Ranked:
        return answer(run, run_id, model, seed, k, n_tags, banned)

    if run.dataset.n_items < _LARGE:
        return {model: ask(model) for model in models}
    return dict(zip(models, _pool().map(ask, models), strict=True))


_LARGE = 100_000
"""Items from which one model's answer takes longer than handing it to a thread."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "answers")


# Not streamlit's cache: it would walk the whole seed to hash it, and took as long as a model's answer.
@lru_cache(maxsize=4096)
def _answer(
    run: LoadedRun, run_id: str, model: str, seed: Seed, k: int, n_tags: int, banned: tuple[int, ...]
) -> Ranked:
    return run.answer(model, seed, k=k, n_tags=n_tags, banned=banned)


def chart(run_id: str, name: str, draw: Callable[[], go.Figure]) -> go.Figure:
    """A figure that depends on the run alone (and on the language), built once and shared: never change it.

    Plotly checks every property of a figure as it is built, which costs more than all else on a page of charts.

    Args:
        run_id: whose.
        name: tells it from the run's other figures.
        draw: builds it.
    """
    return _chart(run_id, name, current(), draw)


@st.cache_resource(max_entries=256, show_spinner=False)
def _chart(run_id: str, name: str, language: str, _draw: Callable[[], go.Figure]) -> go.Figure:
    return _draw()


@st.cache_resource(max_entries=4, show_spinner=False)
def profile_of(_run: LoadedRun, run_id: str) -> Profile:
    """The run's profile."""
    return profile(_run.dataset)


@st.cache_resource(max_entries=4, show_spinner=False)
def corner_of(_run: LoadedRun, run_id: str) -> Corner:
    """The run's corner of the matrix."""
    return corner(_run.dataset)
