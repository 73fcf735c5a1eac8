"""What the open playlist holds: its items, tags and title, each taken out with one click; bans; export."""

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.seed import exports
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels

MOST_SHOWN = 60
_MANY, _SCROLLED = 7, 270  # the answers below should stay in sight


def seed_panel(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Draw the open playlist; every change goes into the session and the address before the page is drawn again."""
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
    _chips(run, "tags", tr("Tags"), seed.tags, dataset.tags.outside(seed.tags), OpenPlaylist.without_tag)
    bans = playlist.banned[-MOST_SHOWN:]
    _chips(run, "bans", tr("Banned: click to allow again"), bans, labels(dataset, bans), OpenPlaylist.without_ban)
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
        # Drawn when it is open: closed, it would cost every page as much as a model's answer.
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
    """One chip a value; a click on it takes the value out."""
    if not values:
        return
    key = f"continue.chips.{name}"
    shown: dict[int, str] = {}
    # Streamlit tells chips apart by their text alone, and two items may well be called the same.
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
