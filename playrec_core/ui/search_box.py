"""Finds one item of the whole catalogue, or one tag, while a person types: Korean or English, by title or artist.

The search runs on the server and at most twenty hits travel: a list box with every title of a catalogue takes a
browser from a second (10 k titles) to for ever (700 k).
"""

from collections.abc import Callable, Sequence

import streamlit as st

from ..schema import ARTIST, TITLE
from ..search import normalise
from ..serving import LoadedRun
from .items import labels
from .text import plain, shorten

MOST_HITS = 20
_HIT_HEIGHT, _VISIBLE_HITS = 40, 6

Hits = Sequence[tuple[int, str]]
"""(what a click gives, what is shown), best first."""


def search_box(run: LoadedRun, key: str, *, label: str = "", icon: str = ":material/add:") -> int | None:
    """A search field with its hits below it; the item_idx a person clicked, once, else None.

    Typing reruns this part of the page alone; a click on a hit reruns the page.

    Args:
        run: whose catalogue.
        key: tells this box from others; give each page its own.
        label: what the field asks for; "Find a song" by default, in the run's own noun.
        icon: shown on each hit, for what the click will do.
    """

    def find(text: str) -> Hits:
        hits = run.search.search(text, MOST_HITS).tolist()
        return list(zip(hits, labels(run.dataset, hits), strict=True))

    return _box(find, key, label or f"Find a {run.nouns.item}", _asks(run), icon)


def tag_box(run: LoadedRun, key: str, *, label: str = "Find a tag", icon: str = ":material/add:") -> int | None:
    """As `search_box`, for the tags that training knew; gives a tag_idx. Without a text, the most frequent ones."""

    def find(text: str) -> Hits:
        tags, wanted = run.dataset.tags.ids, normalise(text[:100])
        hits = (tag for tag, name in enumerate(_normal_tags(run, run.id)) if wanted in name)
        return [(tag, shorten(str(tags[tag]))) for tag, _ in zip(hits, range(MOST_HITS), strict=False)]

    return _box(find, key, label, "A tag, or a part of one", icon, at_once=True)


def _asks(run: LoadedRun) -> str:
    """What can be typed: not every catalogue knows artists, or even titles."""
    first = run.dataset.catalogue.slice(0, 100)
    if first[TITLE].to_pylist() == list(map(str, run.dataset.items.ids[: len(first)])):
        return "Id, or a part of it"
    return "Title or artist, or a part of them" if any(first[ARTIST].to_pylist()) else "Title, or a part of it"


@st.cache_resource(max_entries=3, show_spinner=False)
def _normal_tags(_run: LoadedRun, run_id: str) -> list[str]:
    return [normalise(str(name)) for name in _run.dataset.tags.ids]


def _box(
    find: Callable[[str], Hits], key: str, label: str, placeholder: str, icon: str, at_once: bool = False
) -> int | None:
    _typing(find, key, label, placeholder, icon, at_once)
    return st.session_state.pop(_picked(key), None)


def _picked(key: str) -> str:
    return f"{key}.picked"


@st.fragment
def _typing(find: Callable[[str], Hits], key: str, label: str, placeholder: str, icon: str, at_once: bool) -> None:
    text = st.text_input(label, key=f"{key}.text", type="search", live="200ms", placeholder=placeholder).strip()  # type: ignore[union-attr] - never None without a None default
    if not text and not at_once:
        return
    hits = find(text)
    if not hits:
        st.caption(f"Nothing holds every word of “{plain(text, 60)}”.")
        return
    height = "content" if len(hits) <= _VISIBLE_HITS else _HIT_HEIGHT * _VISIBLE_HITS
    with st.container(height=height, border=False, gap=None, key=f"{key}.hits"):
        for hit, name in hits:
            if st.button(plain(name), key=f"{key}.hit.{hit}", type="tertiary", icon=icon, wrap=False):
                st.session_state[_picked(key)] = hit
                st.rerun()
    if len(hits) == MOST_HITS:
        st.caption(f"The {MOST_HITS} most frequent matches; another word narrows them down.")
