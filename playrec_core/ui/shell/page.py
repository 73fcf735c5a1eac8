"""What every page stands in: its turn, settings, the run, the sidebar, and what to show when there is no run.

Idempotent, and needed by every page alike: after a restart the first page a link opens may be any of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from playrec_core.errors import DamagedRunError, PlayrecError
from playrec_core.i18n import tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run, current_id
from playrec_core.ui.charts.theme import SIDEBAR_PIXELS, STYLE
from playrec_core.ui.runtime.caches import artifacts_folder, loaded_run
from playrec_core.ui.runtime.gc_freeze import settle_once
from playrec_core.ui.runtime.rerun_lock import turn
from playrec_core.ui.session import language, playlist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection, counted

from . import prefetch, warmup
from .navigation import navigation

_RUN = "playrec_run"
_ICON = Path(__file__).with_name("icon.svg")


@contextmanager
def page(title: str, icon: str) -> Iterator[LoadedRun]:
    """Everything a page does stands in this block: it waits for its turn, sets the page up and gives the run this
    session looks at; without a usable run, it says what to do and stops.

    Args:
        title: of the browser's tab, and in the list of pages.
        icon: in the list of pages (`playrec_core.ui.shell.navigation` reads both from this very call).

    A session stays with the run it began with, so that training a new one changes nothing under a person's hands.
    """
    with turn():
        run = _begin(title, icon)
        yield run
        prefetch.begin()
    warmup.begin(run)


def _begin(title: str, icon: str) -> LoadedRun:
    # A Material icon in the browser's tab would be fetched from Google; this picture is served from here.
    language.begin()
    st.set_page_config(
        page_title=f"{tr(title)} · playrec", page_icon=_ICON, layout="wide", initial_sidebar_state=SIDEBAR_PIXELS
    )
    st.html(STYLE)
    artifacts = artifacts_folder()
    with st.sidebar:
        navigation()
        language.switch()
    try:
        newest = Run.open(artifacts).id if _RUN not in st.session_state else ""
        run = loaded_run(str(artifacts), st.session_state.setdefault(_RUN, newest))
    except DamagedRunError as error:
        _stop(tr("The trained run is damaged"), str(error))
    except PlayrecError as error:
        _stop(tr("There is nothing to show yet"), str(error))
    with st.sidebar:
        _about(run)
        if _newer(artifacts, run.id):
            news = tr("A newer run is there. Reload the page to look at it.")
            st.caption(f":material/update: {news}")
    settle_once()
    return run


def _about(run: LoadedRun) -> None:
    """Which data this is, and what is being built; in the sidebar of every page."""
    nouns, seed = run.nouns, playlist.current(run.dataset).seed
    st.divider()
    parts = [
        counted(nouns, len(seed.songs)) if seed.songs else "",
        trn("{n:,} tag", "{n:,} tags", len(seed.tags)) if seed.tags else "",
        tr("a title") if seed.title else "",
    ]
    holds = ", ".join(filter(None, parts)) or tr("empty so far")
    st.caption(plain(tr("Your {collection}: {contents}", collection=collection(nouns), contents=holds)))
    st.caption(plain(tr("Data: {data}, run {run}", data=run.dataset.name, run=run.id)))


def _newer(artifacts: Path, run_id: str) -> bool:
    """Whether another run than this one is the current one now, and can be opened."""
    if current_id(artifacts) in ("", run_id):
        return False
    try:
        return Run.open(artifacts).id != run_id
    except PlayrecError:  # which is no matter of this session's
        return False


def _stop(headline: str, problem: str) -> None:
    st.session_state.pop(_RUN, None)
    st.title(headline)
    st.text(problem)
    st.markdown(tr("In the folder of the program, run this, and then try again:"))
    st.code("python train.py", language="bash")
    st.button(tr("Try again"), type="primary")
    st.stop()
