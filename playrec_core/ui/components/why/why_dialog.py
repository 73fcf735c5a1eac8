"""*Why* beside the list: one answer's explanation and its evidence, opened over the page that shows it.

Wherever a model's answers to a seed stand, `ask` notes which one a person asks about and `show` opens the dialog:
a component's click, or `lists` and `chooser`, which bring a button and a field of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models.explanation import Explanation
from playrec_core.schema import Ranked, Source
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components.comparison_grid.rows import path_names, score_text
from playrec_core.ui.components.item_lists import Action, Row, Shelf, shelves
from playrec_core.ui.components.one_model import MODEL
from playrec_core.ui.session import page_files
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels, markdown, titles

from .evidence import evidence
from .why import why

ITEM = "why"
"""The query parameter that names the explained item."""
_ASKED = "playrec_why_asked"
_WHY = "why"
_ABREAST = 4


@dataclass(frozen=True)
class Answers:
    """One model's answer to one playlist, as a page shows it.

    Args:
        playlist: what was asked.
        model: who answers.
        ranked: the answer.
        items: those of it that can be asked about, in the order shown.
        heading: what sets this list apart from another of the same page, "" where there is one only.
    """

    playlist: OpenPlaylist
    model: str
    ranked: Ranked
    items: Sequence[int]
    heading: str = ""


def ask(run: LoadedRun, value: str, place: str = "") -> None:
    """Note that a person asked why; "als:12" comes from a browser, so what the run does not have is left out.

    Args:
        run: whose models and items.
        value: model and item_idx.
        place: which of a page's lists it was, for `show`.
    """
    model, _, item = value.rpartition(":")
    known = item.isascii() and item.isdigit() and int(item) < run.dataset.n_items
    if model in run.model_names and known:
        st.session_state[_ASKED] = (place, model, int(item))


def show(run: LoadedRun, playlist: OpenPlaylist, answers: Mapping[str, Ranked], place: str = "") -> None:
    """Open the dialog if a person has just asked.

    Args:
        run: whose models.
        playlist: what the answers are to.
        answers: by model, as shown.
        place: as given to `ask`.
    """
    asked, model, item = st.session_state.get(_ASKED, ("", "", 0))
    if asked != place or model not in answers:
        return
    del st.session_state[_ASKED]
    title = tr("Why this {item}?", item=plain(run.nouns.item))
    opened = st.dialog(title, width="medium", position="right", icon=":material/balance:")
    opened(_body)(run, playlist, model, item, answers[model])


def lists(
    run: LoadedRun,
    playlist: OpenPlaylist,
    answers: Mapping[str, Ranked],
    key: str,
    hidden: frozenset[int] = frozenset(),
) -> None:
    """Draw several models' answers to one playlist, each row with a button that asks why.

    Args:
        run: whose models.
        playlist: what the answers are to.
        answers: by model, in the order shown.
        key: of the components.
        hidden: item_idx that were held out of this playlist, to be marked.
    """
    colours = model_colours(run)
    action = Action(_WHY, "?", tr("Why does the model answer this {item}?", item=run.nouns.item))
    names = list(answers)
    for start in range(0, len(names), _ABREAST):
        some = names[start : start + _ABREAST]
        for name, column in zip(some, st.columns(max(len(some), min(_ABREAST, len(names)))), strict=False):
            ranked = answers[name]
            rows = [
                Row(item, score_text(score))
                for item, score in zip(ranked.items.tolist(), ranked.scores.tolist(), strict=True)
            ]
            with column:
                shelves(
                    run.dataset,
                    [Shelf(run.model_title(name), rows, colour=colours[name])],
                    f"{key}.{name}",
                    lambda _, item, name=name: ask(run, f"{name}:{item}", key),
                    actions=[action],
                    chosen=hidden,
                    wide=True,
                )
    if any(hidden.intersection(ranked.items.tolist()) for ranked in answers.values()):
        st.caption(tr("Marked: held out of this {playlist}, and found.", playlist=plain(run.nouns.playlist)))
    show(run, playlist, answers, key)


def chooser(run: LoadedRun, key: str, *shown: Answers) -> None:
    """Draw a field that lists the answers of a chart, which cannot hold buttons; the one chosen is explained.

    Args:
        run: whose models.
        key: of the field.
        shown: the lists; an item of several is explained by the first that has it.
    """
    answered = {}
    for one in shown:
        for place, item in enumerate(one.items, start=1):
            answered.setdefault(item, (one, place))
    names = dict(zip(answered, titles(run.dataset, list(answered)), strict=True))

    def name(item: int) -> str:
        one, place = answered[item]
        return f"{place} · {names[item]}" + (f" ({one.heading})" if one.heading else "")

    def chose() -> None:
        item = st.session_state[key]
        if item in answered:
            ask(run, f"{answered[item][0].model}:{item}", key)
        st.session_state[key] = None  # so that the same one can be asked about again

    st.selectbox(
        tr("Why?"),
        list(answered),
        None,
        format_func=name,
        key=key,
        on_change=chose,
        placeholder=tr("Choose an answer to see why it is there"),
        label_visibility="collapsed",
    )
    asked, _, item = st.session_state.get(_ASKED, ("", "", 0))
    if asked == key and item in answered:
        one, _ = answered[item]
        show(run, one.playlist, {one.model: one.ranked}, key)


def _body(run: LoadedRun, playlist: OpenPlaylist, model: str, item: int, ranked: Ranked) -> None:
    nouns, title = run.nouns, plain(run.model_title(model))
    source = next((int(s) for i, s in zip(ranked.items, ranked.sources, strict=True) if i == item), Source.MODEL)
    if source != Source.MODEL:
        st.markdown(f"## {markdown(run.dataset, item)}")
        path = plain(path_names(nouns)[source])
        st.info(tr("{model} has no score for it. This answer comes from {path}.", model=title, path=path))
    elif not playlist.seed.songs:
        st.markdown(f"## {markdown(run.dataset, item)}")
        st.info(
            tr(
                "{model} answers this to the tags and the title; there is no {item} to share it among.",
                model=title,
                item=plain(nouns.item),
            )
        )
    else:
        _evidence(run, f"{model}.{hash(playlist)}", why(run, model, playlist, item))
    query = link(run, playlist, model, item)
    with st.container(horizontal=True):
        more, what_if = tr("More on Explain"), tr("Ask what if")
        st.page_link(page_files.EXPLAIN, label=more, icon=":material/balance:", query_params=query)
        st.page_link(page_files.WHAT_IF, label=what_if, icon=":material/alt_route:", query_params=query)


def _evidence(run: LoadedRun, asked: str, explanation: Explanation) -> None:
    """The playlists that hold the answer and one of the seed's songs: the strongest one, until another is chosen."""
    order = np.argsort(-explanation.contributions, kind="stable")
    songs = explanation.songs[order].tolist()
    heading = tr("Evidence: {playlists} that hold both", playlists=plain(run.nouns.playlists))
    st.markdown(f"### {heading}")
    names = dict(zip(songs, labels(run.dataset, songs), strict=True))
    with_song = st.selectbox(
        tr("With which of the seed's {items}? The strongest first", items=run.nouns.items),
        songs,
        format_func=names.__getitem__,
        key=f"why.evidence.{run.id}.{asked}.{explanation.item}",  # for another model another is the strongest
    )
    evidence(run, with_song, explanation.item)


def link(run: LoadedRun, playlist: OpenPlaylist, model: str, item: int) -> dict[str, str]:
    """Query parameters of the pages Explain and What if for this very question."""
    outside = str(run.dataset.items.outside([item])[0])
    return {**state.to_address(playlist, run.dataset), MODEL: model, ITEM: outside}
