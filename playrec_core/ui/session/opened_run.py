"""The run that this session looks at: the one that was current when it began, until the page is reloaded."""

import threading
from pathlib import Path

import streamlit as st

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run
from playrec_core.ui.runtime.caches import loaded_run

_RUN = "playrec_run"
# A thread runs one session's script at a time.
_here = threading.local()


def current() -> LoadedRun:
    """The run of the session whose page is being run; `open_in` comes first."""
    return _here.run


def open_in(artifacts: Path) -> LoadedRun:
    """Open the run of this session. Training another one changes nothing under a person's hands.

    Raises:
        PlayrecError: there is no run, or it cannot be opened. The next rerun looks for the then current run.
    """
    try:
        newest = "" if _RUN in st.session_state else Run.open(artifacts).id
        _here.run = loaded_run(str(artifacts), st.session_state.setdefault(_RUN, newest))
    except Exception:
        st.session_state.pop(_RUN, None)
        raise
    return _here.run
