"""What all sessions of the process share: opened runs, and answers already computed.

A run id is part of every key, so a new run never shows an old run's answers.
"""

import os
from pathlib import Path

import streamlit as st

from ..schema import Ranked, Seed
from ..serving import LoadedRun


def artifacts_folder() -> Path:
    """Where runs are kept: ``PLAYREC_ARTIFACTS``, or ``artifacts`` in the working folder."""
    return Path(os.environ.get("PLAYREC_ARTIFACTS", "artifacts"))


@st.cache_resource(max_entries=3, show_spinner="Opening the run …")
def loaded_run(artifacts: str, run_id: str) -> LoadedRun:
    """An opened run, shared by all sessions.

    Every file is verified here, once a process: a page meets damage before it has drawn anything, never half-way.

    Raises:
        RunError, DamagedRunError: as `playrec_core.store.Run`.
    """
    run = LoadedRun.open(Path(artifacts), run_id)
    for name in run.run.manifest.files:
        run.run.file(name)
    return run


@st.cache_resource(max_entries=4096, show_spinner=False)
def answer(
    _run: LoadedRun, run_id: str, model: str, seed: Seed, k: int, n_tags: int, banned: tuple[int, ...]
) -> Ranked:
    """One model's continuation. Not copied: nobody changes a `Ranked`."""
    return _run.answer(model, seed, k=k, n_tags=n_tags, banned=banned)
