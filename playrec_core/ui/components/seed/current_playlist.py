"""The playlist that a page is about: the one being built, or a held-out example while that is empty."""

from dataclasses import replace

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.held_out.held_out import Asked
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels


def answered(playlist: OpenPlaylist, question: Asked | None) -> OpenPlaylist:
    """What the answers are to: a question as it was asked, with the confidence of each item, which the address does
    not hold, or else the playlist itself.
    """
    if question is None or not held_out.as_asked(question, playlist):
        return playlist
    return replace(playlist, seed=question.seed)


def playlist_with_songs(run: LoadedRun, key: str, without: str) -> OpenPlaylist:
    """The playlist being built, or the held-out example while it is empty. One without songs, of tags or a title,
    leaves a page about songs nothing to say: it says so, offers to add one, and stops.

    Args:
        run: whose items.
        key: of the search box.
        without: what to say where there is no song; Markdown.
    """
    playlist = state.current(run.dataset)
    if playlist.empty and (example := held_out.example(run)) is not None:
        playlist = example.playlist()
        show_example(run, playlist)
    if not playlist.seed.songs:
        st.info(without)
        picked = search_box(run, key)
        if picked is not None:
            state.put(playlist.with_song(picked), run.dataset)
            st.rerun()
        st.stop()
    return playlist


def show_example(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Say that what follows is an example, what it holds, and how to make it one's own."""
    seed = playlist.seed
    names = ", ".join(plain(name, 50) for name in labels(run.dataset, seed.songs[:3]))
    if len(seed.songs) > 3:
        names = tr("{names} and {n} more", names=names, n=len(seed.songs) - 3)
    tags = ", ".join(plain(str(tag), 30) for tag in run.dataset.tags.outside(seed.tags))
    parts = (
        names,
        tr("tagged {tags}", tags=tags) if tags else "",
        tr("called “{title}”", title=plain(seed.title)) if seed.title else "",
    )
    says = tr(
        "A held-out {playlist}: {contents}.",
        playlist=plain(run.nouns.playlist),
        contents="; ".join(filter(None, parts)),
    )
    badge = tr("Example")
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":blue-badge[{badge}] {says}", width="stretch")
        st.button(
            tr("Use this example"),
            type="primary",
            key="continue.example",
            on_click=lambda: state.put(playlist, run.dataset),
        )
