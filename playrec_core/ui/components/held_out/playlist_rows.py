"""Held-out playlists as rows to read, each with its answers and why, and a link that opens it on Continue."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.session import page_files
from playrec_core.ui.session.playlist import to_address
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import labels

from . import held_out
from .held_out import Asked

AT_ONCE, ANSWERS = 8, 10
_NAMED = 2


def name_of(run: LoadedRun, question: Asked) -> str:
    """What a question is called on screen: its title, or else the first of what it shows. Not escaped."""
    seed = question.seed
    if seed.title:
        return f"“{shorten(seed.title, 60)}”"
    if seed.songs:
        return " · ".join(shorten(name, 30) for name in labels(run.dataset, seed.songs[:_NAMED]))
    if seed.tags:
        return " ".join(f"#{shorten(str(tag), 20)}" for tag in run.dataset.tags.outside(seed.tags[:4]))
    return tr("{playlist} {id}", playlist=run.nouns.playlist, id=question.id)


def shown_by(run: LoadedRun, question: Asked) -> str:
    """What a question shows and hides, in a line. Not escaped."""
    seed, nouns = question.seed, run.nouns
    tags = " ".join(f"#{shorten(str(tag), 20)}" for tag in run.dataset.tags.outside(seed.tags[:4]))
    parts = [
        tr("no. {id}", id=question.id),
        tr("{n} {items} shown", n=len(seed.songs), items=nouns.item if len(seed.songs) == 1 else nouns.items),
        tr("{n} hidden", n=len(question.hidden)),
        tags,
    ]
    return " · ".join(filter(None, parts))


def show_playlists(
    run: LoadedRun,
    rows: Sequence[int] | np.ndarray,
    says: Callable[[int], str],
    key: str,
    models: Callable[[int], Sequence[str]],
) -> None:
    """Some questions, a screenful at a time.

    Args:
        run: whose questions.
        rows: their places among the held-out questions, in the order shown.
        says: Markdown beside a row, given its place: its figures.
        key: of the pager; another list of rows needs another key, or it would open in the middle.
        models: whose answers can be read beneath a row, given its place.
    """
    if not len(rows):
        st.info(tr("No {playlist} is like that.", playlist=plain(run.nouns.playlist)))
        return
    pages = -(-len(rows) // AT_ONCE)
    # The pager stands below the rows and is asked before they are drawn.
    body, foot = st.container(), st.container(horizontal=True, vertical_alignment="center")
    with foot:
        page = st.pagination(pages, key=key) if pages > 1 else 1
        st.caption(
            tr(
                "{n:,} {playlists} · a click opens one on Continue, with every model's answer",
                n=len(rows),
                playlists=plain(run.nouns.playlist if len(rows) == 1 else run.nouns.playlists),
            )
        )
    for row in rows[(page - 1) * AT_ONCE : page * AT_ONCE]:
        question = held_out.asked_at(run, int(row))
        with body.container(border=True):
            left, right = st.columns([5, 6], vertical_alignment="center")
            with left:
                st.page_link(
                    page_files.CONTINUE,
                    label=plain(name_of(run, question)),
                    icon=":material/open_in_new:",
                    query_params=to_address(question.playlist(), run.dataset),
                )
                st.caption(plain(shown_by(run, question), 200))
            with right:
                st.markdown(says(int(row)))
                opened = st.toggle(tr("The answers, and why"), key=f"{key}.answers.{row}")
            if opened:
                _answers(run, question, models(int(row)), f"{key}.why.{row}")


def _answers(run: LoadedRun, question: Asked, models: Sequence[str], key: str) -> None:
    answers = run.recommend(Query(question.seed), models, k=ANSWERS)
    why_dialog.lists(run, question.playlist(), answers, key, question.hidden)
