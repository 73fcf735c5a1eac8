"""Search for an item of the catalogue, or a tag, while typing: Korean or English, by title or artist.

The search runs on the server and sends at most twenty hits: a select box with every title takes a browser from a second
(10,000 titles) to far too long (700,000).

Items whose title equals the text come first, and others that contain its words are hidden behind a button: "men in
black" finds one movie, not its sequels. Several items with the same title are all shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.schema import ARTIST, TAGS, TITLE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.text_index.catalogue_search import normalise
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import labels

MOST_HITS = 20
_HIT_HEIGHT, _VISIBLE_HITS = 40, 6

_LONGEST_TITLE = 1000

Hit = tuple[int, str]
"""The value returned by a click, and the text shown."""


@dataclass(frozen=True)
class Hits:
    """Hits that contain the text, best first, and hits with exactly this name, beside which the rest is collapsed."""

    rest: Sequence[Hit]
    named: Sequence[Hit] = ()


def search_box(
    run: LoadedRun, key: str, on_pick: Callable[[int], object], *, label: str = "", icon: str = ":material/add:"
) -> None:
    """Draw a search field with its hits.

    Typing reruns this fragment only; a click on a hit calls ``on_pick`` with its item_idx and reruns the page once.
    """

    def find(text: str) -> Hits:
        named = run.search.exact(text)[:MOST_HITS].tolist() if len(text) <= _LONGEST_TITLE else []
        rest = [hit for hit in run.search.search(text, MOST_HITS).tolist() if hit not in named]
        names = list(zip([*named, *rest], labels(run.dataset, [*named, *rest]), strict=True))
        return Hits(names[len(named) :], names[: len(named)])

    nouns = (run.nouns.item, run.nouns.items)
    _box(find, on_pick, key, label or tr("Find a {item}", item=run.nouns.item), _placeholder(run), icon, nouns=nouns)


def tag_box(
    run: LoadedRun, key: str, on_pick: Callable[[int], object], *, label: str = "", icon: str = ":material/add:"
) -> None:
    """As `search_box`, for training tags: a tag_idx is picked. Without a text, shows the most frequent tags."""

    def find(text: str) -> Hits:
        wanted = normalise(text[:100])
        hits = [tag for tag, names in enumerate(_normal_tags(run)) if any(wanted in name for name in names)][:MOST_HITS]
        return Hits(list(zip(hits, map(shorten, terms.tags(run.dataset, hits)), strict=True)))

    nouns = (tr("tag"), tr("tags"))
    _box(find, on_pick, key, label or tr("Find a tag"), tr("Tag or part of one"), icon, nouns=nouns, at_once=True)


def _placeholder(run: LoadedRun) -> str:
    """What can be searched: not every catalogue has artists, or even titles."""
    first = run.dataset.catalogue.slice(0, 100)
    if first[TITLE].to_pylist() == list(map(str, run.dataset.items.ids[: len(first)])):
        return tr("Id or part of it")
    if any(first[ARTIST].to_pylist()):
        return tr("Title or artist, or part of either")
    return tr("Title or part of it")


@per_run(3)
def _normal_tags(run: LoadedRun) -> list[set[str]]:
    """Every name of every tag, normalised."""
    return [{normalise(name) for name in run.dataset.terms.all_names(TAGS, str(tag))} for tag in run.dataset.tags.ids]


@st.fragment
def _box(
    find: Callable[[str], Hits],
    on_pick: Callable[[int], object],
    key: str,
    label: str,
    placeholder: str,
    icon: str,
    *,
    nouns: tuple[str, str],
    at_once: bool = False,
) -> None:
    text = st.text_input(label, key=f"{key}.text", type="search", live="200ms", placeholder=placeholder).strip()  # type: ignore[union-attr] - never None without a None default
    if not text and not at_once:
        return
    hits = find(text)
    if not hits.named and not hits.rest:
        st.caption(tr("No results for “{text}”.", text=plain(text, 60)))
        return
    if len(hits.named) > 1:
        st.caption(
            tr(
                "{n} {items} are named “{text}”: which one?",
                n=len(hits.named),
                items=plain(nouns[1]),
                text=plain(text, 60),
            )
        )
    with st.container(border=False, gap=None):
        _buttons(hits.named, on_pick, f"{key}.named", key, icon)
        expanded = not hits.named or _expand(hits, key, text, nouns)
        if expanded:
            _buttons(hits.rest, on_pick, f"{key}.hits", key, icon)
    if expanded and len(hits.named) + len(hits.rest) >= MOST_HITS:
        st.caption(tr("Top {n} matches. Add a word to narrow.", n=MOST_HITS))


def _buttons(hits: Sequence[Hit], on_pick: Callable[[int], object], place: str, key: str, icon: str) -> None:
    if not hits:
        return
    height = "content" if len(hits) <= _VISIBLE_HITS else _HIT_HEIGHT * _VISIBLE_HITS
    with st.container(height=height, border=False, gap=None, key=place):
        for hit, name in hits:
            if st.button(plain(name), key=f"{key}.hit.{hit}", type="tertiary", icon=icon, wrap=False):
                on_pick(hit)
                st.rerun()


def _expand(hits: Hits, key: str, text: str, nouns: tuple[str, str]) -> bool:
    """Draw the button before the hits that only contain the words; return whether they are expanded for this text."""
    if not hits.rest:
        return False
    state, wanted = f"{key}.unfolded", normalise(text)
    expanded = st.session_state.get(state) == wanted
    n = len(hits.rest)
    count = f"{n}+" if len(hits.named) + n >= MOST_HITS else f"{n}"
    label = plain(
        trn(
            "{count} more {item} with these words",
            "{count} more {items} with these words",
            n,
            count=count,
            item=nouns[0],
            items=nouns[1],
        )
    )
    st.button(
        f":gray[{label}]",
        key=f"{key}.more",
        type="tertiary",
        icon=":material/expand_less:" if expanded else ":material/expand_more:",
        on_click=lambda: st.session_state.update({state: "" if expanded else wanted}),
    )
    return expanded
