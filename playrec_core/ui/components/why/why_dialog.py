"""The drawer *Why*: one recommendation's explanation and its evidence, over the page that lists it.

Wherever recommendations are listed, `ask` notes which one a person asks about and `show` opens the drawer: after a
click in a component, or in `lists` and `select`, which bring a button and a field of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models.explanation import Explanation
from playrec_core.schema import Query, Ranked, Source
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components.comparison_grid.rows import path_names, score_text
from playrec_core.ui.components.item_lists import Action, ItemList, Row, item_lists
from playrec_core.ui.components.one_model import MODEL
from playrec_core.ui.session import page_files
from playrec_core.ui.session.playlist import OpenPlaylist, to_address
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels, markdown, titles

from .evidence import evidence
from .why import why

ITEM = "why"
"""The query parameter that names the explained item."""
_ASKED = "playrec_why"
_WHY = "why"
_ABREAST = 4


@dataclass(frozen=True)
class Asked:
    """What a person asked about: a model's recommendation (item_idx), and which of the lists of a page it is in."""

    model: str
    item: int
    place: str = ""


@dataclass(frozen=True)
class Listed:
    """One model's recommendations for a query, and which of them (item_idx) a page lists. The heading tells this list
    from another of the page, "" where there is one only.
    """

    query: Query
    model: str
    ranked: Ranked
    items: Sequence[int]
    heading: str = ""


def ask(run: LoadedRun, model: str, item: int, place: str = "") -> None:
    """Note what a person asked about. It comes from a browser: what the run does not have is dropped."""
    if model in run.model_names and 0 <= item < run.dataset.n_items:
        st.session_state[_ASKED] = Asked(model, item, place)


def show(run: LoadedRun, query: Query, found: Mapping[str, Ranked], place: str = "") -> None:
    """Open the drawer if a person has just asked about one of these recommendations, by model, in this place."""
    asked: Asked | None = st.session_state.get(_ASKED)
    if asked is None or asked.place != place or asked.model not in found:
        return
    del st.session_state[_ASKED]
    title = tr("Why this {item}?", item=plain(run.nouns.item))
    opened = st.dialog(title, width="medium", position="right", icon=":material/balance:")
    opened(_body)(run, query, asked, found[asked.model])


def lists(
    run: LoadedRun, query: Query, found: Mapping[str, Ranked], key: str, hidden: frozenset[int] = frozenset()
) -> None:
    """Draw recommendations by model, each row with a button that asks why; ``hidden`` items are marked."""
    colours = model_colours(run)
    action = Action(_WHY, "?", tr("Why does the model recommend this {item}?", item=run.nouns.item))
    names = list(found)
    for start in range(0, len(names), _ABREAST):
        some = names[start : start + _ABREAST]
        for name, column in zip(some, st.columns(max(len(some), min(_ABREAST, len(names)))), strict=False):
            ranked = found[name]
            rows = [
                Row(item, score_text(score))
                for item, score in zip(ranked.items.tolist(), ranked.scores.tolist(), strict=True)
            ]
            with column:
                item_lists(
                    run.dataset,
                    [ItemList(run.model_title(name), rows, colour=colours[name])],
                    f"{key}.{name}",
                    lambda _, item, name=name: ask(run, name, item, key),
                    actions=[action],
                    chosen=hidden,
                    wide=True,
                )
    if any(hidden.intersection(ranked.items.tolist()) for ranked in found.values()):
        st.caption(tr("Marked: held-out items of this {playlist}.", playlist=plain(run.nouns.playlist)))
    show(run, query, found, key)


def select(run: LoadedRun, key: str, *shown: Listed) -> None:
    """Draw a field that lists the recommendations of a chart, which cannot have buttons. The chosen one is explained
    by the first list that has it.
    """
    by_item: dict[int, tuple[Listed, int]] = {}
    for one in shown:
        for rank, item in enumerate(one.items, start=1):
            by_item.setdefault(item, (one, rank))
    names = dict(zip(by_item, titles(run.dataset, list(by_item)), strict=True))

    def name(item: int) -> str:
        one, rank = by_item[item]
        return f"{rank} · {names[item]}" + (f" ({one.heading})" if one.heading else "")

    def chose() -> None:
        item = st.session_state[key]
        if item in by_item:
            ask(run, by_item[item][0].model, item, key)
        st.session_state[key] = None  # so that the same one can be chosen again

    st.selectbox(
        tr("Why?"),
        list(by_item),
        None,
        format_func=name,
        key=key,
        on_change=chose,
        placeholder=tr("Choose a recommendation to see why"),
        label_visibility="collapsed",
    )
    asked: Asked | None = st.session_state.get(_ASKED)
    if asked is not None and asked.place == key and asked.item in by_item:
        one, _ = by_item[asked.item]
        show(run, one.query, {one.model: one.ranked}, key)


def _body(run: LoadedRun, query: Query, asked: Asked, ranked: Ranked) -> None:
    nouns, title = run.nouns, plain(run.model_title(asked.model))
    by_item = zip(ranked.items.tolist(), ranked.sources.tolist(), strict=True)
    source = next((source for item, source in by_item if item == asked.item), Source.MODEL)
    if source != Source.MODEL:
        st.markdown(f"## {markdown(run.dataset, asked.item)}")
        path = plain(path_names(nouns)[source])
        st.info(tr("{model} has no score for it. This recommendation is a fallback: {path}.", model=title, path=path))
    elif not query.seed.songs:
        st.markdown(f"## {markdown(run.dataset, asked.item)}")
        st.info(
            tr(
                "{model} recommends this for the tags and the title; there is no seed {item} to attribute it to.",
                model=title,
                item=plain(nouns.item),
            )
        )
    else:
        _evidence(run, f"{asked.model}.{hash(query)}", why(run, asked.model, query, asked.item))
    address = link(run, query, asked.model, asked.item)
    with st.container(horizontal=True):
        more, what_if = tr("More on Explain"), tr("Try it on What if")
        st.page_link(page_files.EXPLAIN, label=more, icon=":material/balance:", query_params=address)
        st.page_link(page_files.WHAT_IF, label=what_if, icon=":material/alt_route:", query_params=address)


def _evidence(run: LoadedRun, key: str, explanation: Explanation) -> None:
    """The playlists containing the item and one seed song: the most influential one, until another is chosen."""
    order = np.argsort(-explanation.contributions, kind="stable")
    songs = explanation.songs[order].tolist()
    heading = tr("Evidence: {playlists} containing both", playlists=plain(run.nouns.playlists))
    st.markdown(f"### {heading}")
    names = dict(zip(songs, labels(run.dataset, songs), strict=True))
    with_song = st.selectbox(
        tr("Co-occurrence with (most influential first)"),
        songs,
        format_func=names.__getitem__,
        key=f"why.evidence.{run.id}.{key}.{explanation.item}",  # the order differs between models
    )
    evidence(run, with_song, explanation.item)


def link(run: LoadedRun, query: Query, model: str, item: int) -> dict[str, str]:
    """Query parameters of the pages Explain and What if for this query, model and item."""
    outside = str(run.dataset.items.outside([item])[0])
    return {**to_address(OpenPlaylist.of(query), run.dataset), MODEL: model, ITEM: outside}
