"""A paged list of held-out playlists, each with its recommendations, explanations and a link to Continue."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import HeldOutPlaylist, Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.session import page_files
from playrec_core.ui.session.playlist import to_address
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import labels

from . import held_out

PER_PAGE, TOP = 8, 10
_NAMED = 2


def name_of(run: LoadedRun, question: HeldOutPlaylist) -> str:
    """A label: the title, or else the first items or tags shown. Not escaped."""
    seed = question.seed
    if seed.title:
        return f"“{shorten(seed.title, 60)}”"
    if seed.songs:
        return " · ".join(shorten(name, 30) for name in labels(run.dataset, seed.songs[:_NAMED]))
    if seed.tags:
        return " ".join(f"#{shorten(tag, 20)}" for tag in terms.tags(run.dataset, seed.tags[:4]))
    return tr("{playlist} {id}", playlist=run.nouns.playlist, id=question.id)


def shown_by(run: LoadedRun, question: HeldOutPlaylist) -> str:
    """A line with what is shown and how many items are held out. Not escaped."""
    seed, nouns = question.seed, run.nouns
    tags = " ".join(f"#{shorten(tag, 20)}" for tag in terms.tags(run.dataset, seed.tags[:4]))
    parts = [
        tr("ID {id}", id=question.id),
        tr("{n} {items} shown", n=len(seed.songs), items=nouns.item if len(seed.songs) == 1 else nouns.items),
        tr("{n} held out", n=len(question.hidden)),
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
    """Draw some held-out playlists, a page at a time, each with Markdown beside it (``says``) and the recommendations
    of some models to open below it. Another list of rows needs another key, to start at its first page.
    """
    if not len(rows):
        st.info(tr("No matching {playlists}.", playlists=plain(run.nouns.playlists)))
        return
    pages = -(-len(rows) // PER_PAGE)
    # The pager is below the rows, but its value is needed first.
    body, foot = st.container(), st.container(horizontal=True, vertical_alignment="center")
    with foot:
        page = st.pagination(pages, key=key) if pages > 1 else 1
        st.caption(
            tr(
                "{n:,} {playlists} · click one to open it on Continue with every model's recommendations",
                n=len(rows),
                playlists=plain(run.nouns.playlist if len(rows) == 1 else run.nouns.playlists),
            )
        )
    for row in rows[(page - 1) * PER_PAGE : page * PER_PAGE]:
        question = run.held_out_playlist(int(row))
        with body.container(border=True):
            left, right = st.columns([5, 6], vertical_alignment="center")
            with left:
                st.page_link(
                    page_files.CONTINUE,
                    label=plain(name_of(run, question)),
                    icon=":material/open_in_new:",
                    query_params=to_address(held_out.playlist_of(question), run.dataset),
                )
                st.caption(plain(shown_by(run, question), 200))
            with right:
                st.markdown(says(int(row)))
                opened = st.toggle(tr("Recommendations and why"), key=f"{key}.answers.{row}")
            if opened:
                _answers(run, question, models(int(row)), f"{key}.why.{row}")


def _answers(run: LoadedRun, question: HeldOutPlaylist, models: Sequence[str], key: str) -> None:
    answers = run.recommend(Query(question.seed), models, k=TOP)
    why_dialog.lists(run, Query(question.seed, (), question), answers, key, question.hidden)
