"""The frame of every page: settings, the session's run, the sidebar, and what to show while there is no run."""

from pathlib import Path
from typing import Never

import streamlit as st

from playrec_core.bundle import train_command
from playrec_core.errors import DamagedRunError, PlayrecError
from playrec_core.i18n import tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run, current_id
from playrec_core.ui.charts.theme import SIDEBAR_PIXELS, STYLE
from playrec_core.ui.runtime.caches import artifacts_folder
from playrec_core.ui.runtime.gc_freeze import settle_once
from playrec_core.ui.runtime.rerun_lock import turn
from playrec_core.ui.session import language, opened_run, playlist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection, counted

from . import navigation, prefetch, warmup
from .navigation import Sections

# A Material icon in the browser's tab would be fetched from Google; this picture is served from here.
_ICON = Path(__file__).with_name("icon.svg")


def serve(sections: Sections) -> None:
    """Run the page that the address names, in the frame that all pages share."""
    with turn():
        language.begin()
        # Before the navigation: the sidebar has its width from the start.
        st.set_page_config(page_icon=_ICON, layout="wide", initial_sidebar_state=SIDEBAR_PIXELS)
        page = navigation.chosen(sections)
        st.set_page_config(page_title=f"{page.title} · playrec")
        st.html(STYLE)
        with st.sidebar:
            language.switch()
        run = _opened(artifacts_folder())
        page.run()
        prefetch.begin()
    warmup.begin(run, [page.address for pages in sections.values() for page in pages])


def _opened(artifacts: Path) -> LoadedRun:
    try:
        run = opened_run.open_in(artifacts)
    except DamagedRunError as error:
        _stop(tr("The trained run is damaged"), str(error))
    except PlayrecError as error:
        _stop(tr("There is nothing to show yet"), str(error))
    with st.sidebar:
        _about(run)
        if _newer(artifacts, run.id):
            news = tr("A newer run is available. Reload the page to open it.")
            st.caption(f":material/update: {news}")
    settle_once()
    return run


def _about(run: LoadedRun) -> None:
    """Which data this is, and what the playlist contains; in the sidebar of every page."""
    nouns, seed = run.nouns, playlist.current(run.dataset).seed
    parts = [
        counted(nouns, len(seed.songs)) if seed.songs else "",
        trn("{n:,} tag", "{n:,} tags", len(seed.tags)) if seed.tags else "",
        tr("a title") if seed.title else "",
    ]
    contents = ", ".join(filter(None, parts)) or tr("empty so far")
    st.caption(plain(tr("Your {collection}: {contents}", collection=collection(nouns), contents=contents)))
    st.caption(plain(tr("Data: {data}, run {run}", data=run.dataset.name, run=run.id)))


def _newer(artifacts: Path, run_id: str) -> bool:
    """Whether another run is the current one now, and can be opened."""
    if current_id(artifacts) in ("", run_id):
        return False
    try:
        return Run.open(artifacts).id != run_id
    except PlayrecError:  # this session does not need it
        return False


def _stop(headline: str, problem: str) -> Never:
    st.title(headline)
    st.text(problem)
    st.markdown(tr("In the folder of the program, run this, and then try again:"))
    st.code(train_command(), language="bash")
    st.button(tr("Try again"), type="primary")
    st.stop()
