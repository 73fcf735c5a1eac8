"""Opened runs and figures, shared by all sessions of the process."""

import os
from pathlib import Path

import streamlit as st

from playrec_core.data.profile import Corner, Profile, corner, profile
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.voting import saved as mixes


def artifacts_folder() -> Path:
    """Where runs are kept: ``PLAYREC_ARTIFACTS``, or ``artifacts`` in the working folder."""
    return Path(os.environ.get("PLAYREC_ARTIFACTS", "artifacts"))


def loaded_run(artifacts: str, run_id: str) -> LoadedRun:
    """An opened run with the votes that are saved for it now, shared by all sessions.

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


@per_run(1)
def profile_of(run: LoadedRun) -> Profile:
    """The profile of the data."""
    return profile(run.dataset)


@per_run(1)
def corner_of(run: LoadedRun) -> Corner:
    """A corner of the interaction matrix."""
    return corner(run.dataset)
