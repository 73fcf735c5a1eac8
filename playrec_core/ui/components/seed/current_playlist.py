"""The playlist that a page is about: the open one, or a held-out example while that is empty."""

from dataclasses import dataclass, replace

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels


@dataclass(frozen=True)
class Current:
    """What a page is about: the open playlist or the example, and the same as models are asked, made once a rerun."""

    playlist: OpenPlaylist
    query: Query
    is_example: bool


def current(run: LoadedRun) -> Current:
    """The open playlist; while it is empty, a held-out playlist as an example."""
    playlist = state.current(run.dataset)
    example = held_out.example(run) if playlist.empty else None
    if example is not None:
        playlist = replace(OpenPlaylist.of(Query(example.seed, (), example)), banned=playlist.banned)
    return Current(playlist, playlist.query(run), example is not None)


def current_with_songs(run: LoadedRun, key: str, without: str) -> Current:
    """`current`, for pages that are about songs. If there is none, say so in Markdown, offer to add one, and stop."""
    found = current(run)
    if found.is_example:
        show_example(run, found)
    if not found.query.seed.songs:
        st.info(without)
        search_box(run, key, lambda item: state.put(found.playlist.with_song(item), run.dataset))
        st.stop()
    return found


def show_example(run: LoadedRun, example: Current) -> None:
    """Say that what follows is an example, what it contains, and how to use it."""
    seed = example.query.seed
    names = ", ".join(plain(name, 50) for name in labels(run.dataset, seed.songs[:3]))
    if len(seed.songs) > 3:
        names = tr("{names} and {n} more", names=names, n=len(seed.songs) - 3)
    tags = ", ".join(plain(tag, 30) for tag in terms.tags(run.dataset, seed.tags))
    parts = (
        names,
        tr("tagged {tags}", tags=tags) if tags else "",
        tr("titled “{title}”", title=plain(seed.title)) if seed.title else "",
    )
    text = tr(
        "A held-out {playlist}: {contents}.",
        playlist=plain(run.nouns.playlist),
        contents="; ".join(filter(None, parts)),
    )
    badge = tr("Example")
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":blue-badge[{badge}] {text}", width="stretch")
        st.button(
            tr("Use this example"),
            type="primary",
            key="continue.example",
            on_click=lambda: state.put(example.playlist, run.dataset),
        )
