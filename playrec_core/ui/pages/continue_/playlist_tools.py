"""The playlists of this session: undo and redo, and switching between several."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import FIRST_NAME, OpenPlaylist
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording.escape import shorten

LONGEST_NAME = 60


def playlist_tools(run: LoadedRun) -> None:
    """Draw undo, redo and the choice of playlists."""
    dataset, playlists = run.dataset, state.named(run.dataset)
    history = playlists.current

    with st.container(horizontal=True, vertical_alignment="center"):
        for name, label, possible, change in (
            ("undo", tr("Undo"), history.before, state.undo),
            ("redo", tr("Redo"), history.undone, state.redo),
        ):
            key, icon = f"continue.{name}", f":material/{name}:"
            st.button("", key=key, icon=icon, help=label, disabled=not possible, on_click=change, args=(dataset,))
        if len(playlists.all) > 1:
            show("continue.playlist", playlists.open)
            st.selectbox(
                tr("Playlist"),
                list(playlists.all),
                format_func=lambda name: _name(run, name),
                key="continue.playlist",
                on_change=lambda: state.put_named(playlists.opened(st.session_state["continue.playlist"]), dataset),
                label_visibility="collapsed",
            )
        opened = st.popover(tr("Playlists"), icon=":material/queue:", key="continue.playlists", on_change="rerun")
        if opened.open:
            with opened:
                _manage(run)


def _name(run: LoadedRun, name: str) -> str:
    """The name of a playlist on screen."""
    return tr("First {playlist}", playlist=run.nouns.playlist) if name == FIRST_NAME else shorten(name, LONGEST_NAME)


def _manage(run: LoadedRun) -> None:
    """New, renamed and removed playlists."""
    dataset, playlists = run.dataset, state.named(run.dataset)

    def entered() -> str:
        name = st.session_state["continue.new_name"].strip()[:LONGEST_NAME]
        st.session_state["continue.new_name"] = ""
        # Streamlit identifies options by their text, and the first playlist has one of the same text.
        return f"{name} 2" if name == _name(run, FIRST_NAME) else name

    def add() -> None:
        state.put_named(playlists.added(entered() or tr("New playlist"), OpenPlaylist()), dataset)

    def rename() -> None:
        state.put_named(playlists.renamed(entered()), dataset)

    st.text_input(tr("Name"), key="continue.new_name", max_chars=LONGEST_NAME)
    with st.container(horizontal=True):
        st.button(tr("New"), key="continue.new", icon=":material/add:", on_click=add)
        st.button(tr("Rename"), key="continue.rename", icon=":material/edit:", on_click=rename)
        st.button(
            tr("Remove"),
            key="continue.remove",
            icon=":material/delete:",
            disabled=len(playlists.all) < 2,
            on_click=lambda: state.put_named(playlists.removed(), dataset),
        )
    st.caption(tr("Kept in this session. Each has its own undo."))
