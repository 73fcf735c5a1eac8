"""What the open playlist contains: items, tags, title and excluded items, each removed with a click; export."""

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.seed import exports
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels

MOST_SHOWN = 60
_MANY, _SCROLLED = 7, 270  # the recommendations below should stay in view


def seed_panel(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Draw the open playlist. Changes go into the session and the address before the page is rerun."""
    nouns, seed, dataset = run.nouns, playlist.seed, run.dataset
    if seed.title:
        _chips(run, "title", tr("Title"), [0], [seed.title], lambda now, _: now.with_title(""))
    songs = seed.songs[-MOST_SHOWN:]
    heading = tr("{items}, {n:,}", items=nouns.items.capitalize(), n=len(seed.songs))
    if len(songs) < len(seed.songs):
        heading = tr(
            "{items}, {n:,} (the last {shown} shown)",
            items=nouns.items.capitalize(),
            n=len(seed.songs),
            shown=len(songs),
        )
    _chips(run, "songs", heading, songs, labels(dataset, songs), OpenPlaylist.without_song)
    _chips(run, "tags", tr("Tags"), seed.tags, terms.tags(dataset, seed.tags), OpenPlaylist.without_tag)
    bans = playlist.banned[-MOST_SHOWN:]
    _chips(run, "bans", tr("Excluded (click to restore)"), bans, labels(dataset, bans), OpenPlaylist.without_ban)
    with st.container(horizontal=True):
        st.button(
            tr("Clear"),
            icon=":material/delete:",
            key="continue.clear",
            on_click=lambda: state.put(OpenPlaylist(), dataset),
            disabled=playlist == OpenPlaylist(),
        )
        opened = st.popover(
            tr("Export"),
            icon=":material/download:",
            disabled=playlist.empty,
            key="continue.export",
            on_change="rerun",
        )
        # Drawn only while it is open, to keep the page fast.
        formats = (
            ("CSV", "seed.csv", "text/csv", exports.seed_csv),
            ("JSON", "seed.json", "application/json", exports.seed_json),
            (tr("Contest format"), "questions.json", "application/json", exports.seed_contest),
        )
        with opened:
            for label, name, mime, make in formats if opened.open else ():
                st.download_button(
                    label, lambda make=make: make(playlist, dataset), name, mime, on_click="ignore", width="stretch"
                )


def _chips(
    run: LoadedRun,
    name: str,
    heading: str,
    values: Sequence[int],
    texts: Sequence[object],
    without: Callable[[OpenPlaylist, int], OpenPlaylist],
) -> None:
    """One pill per value; a click on it removes the value."""
    if not values:
        return
    key = f"continue.chips.{name}"
    shown: dict[int, str] = {}
    # Streamlit identifies pills by their text, and two items can have the same name.
    times = Counter[str]()
    for value, text in zip(values, texts, strict=True):
        name = plain(str(text), 50)
        times[name] += 1
        shown[value] = name if times[name] == 1 else f"{name} ({times[name]})"

    def clicked() -> None:
        value = st.session_state[key]
        st.session_state[key] = None
        if value is not None:
            state.put(without(state.current(run.dataset), value), run.dataset)

    with st.container(height=_SCROLLED if len(shown) > _MANY else "content", border=False):
        st.pills(
            heading,
            list(shown),
            format_func=lambda value: f":material/close: {shown[value]}",
            key=key,
            on_change=clicked,
        )
