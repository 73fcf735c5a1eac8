"""Step 2 of the walk: a new user's favourites become one more row of the matrix."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named, words
from playrec_core.ui.session import page_files, playlist
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.escape import plain, shorten

from .letter_case import trap
from .workspace import Desk

_TAIL = 4


def favourites(desk: Desk) -> None:
    """Draw the step."""
    nouns, chosen, lesson = desk.nouns, desk.favourites, desk.lesson
    before = desk.part.matrix
    n = len(desk.columns)
    words(
        tr(
            "A recommender asks a newcomer for a few favourites, and so do we. These are {whose}. They enter the data "
            "as one more {playlist}, row {row:,}, each with the strongest confidence there is ({strongest:g}); then "
            "the model is trained with everybody, the newcomer among them.",
            whose=plain(chosen.whose),
            row=before.shape[0],
            strongest=desk.part.strongest,
            **named(nouns),
        )
    )
    if chosen.left_out:
        st.caption(tr("The walk takes the first {n}; {more:,} more are left out.", n=n, more=chosen.left_out))
    _take(desk)
    held = np.diff(before.tocsc().indptr)
    rows = [
        [Cell(shorten(name)), f"{column:,}", f"{held[column]:,}", f"{lesson.scores[column]:z.4f}"]
        for name, column in zip(desk.labels(desk.columns), desk.columns, strict=True)
    ]
    html_table.show(
        [
            nouns.item,
            tr("its column"),
            tr("{playlists} with it", playlists=nouns.playlists),
            tr("score after training"),
        ],
        rows,
    )
    _arrays(desk)
    trap(desk)
    ask_yourself(
        tr("If the scores of the favourites came nearer to 1, would the model be better?"),
        tr(
            "Not known. They were in the training data, so 1 only says that the model fits what it was shown; more "
            "factors always get there. Whether it finds what was **hidden** from it is measured on other {songs}: that "
            "is what the page Metrics does.",
            **named(nouns),
        ),
        (page_files.CONTINUE, tr("Continue: choose your own favourites")),
        (page_files.METRICS, tr("Metrics: measured on what was hidden")),
    )


def _take(desk: Desk) -> None:
    """A button that makes an example one's own."""

    def take(run: LoadedRun, songs: tuple[int, ...]) -> None:
        playlist.put(OpenPlaylist().with_songs(songs), run.dataset)

    if not desk.favourites.own:
        st.button(
            tr("Use these favourites as mine"),
            key="learn.take",
            on_click=take,
            args=(desk.run, desk.favourites.items),
            help=tr("They become the list that all pages answer. Change it on the page Continue."),
        )


def _arrays(desk: Desk) -> None:
    """The ends of the three arrays, what is new in them marked."""
    ratings, n = desk.lesson.ratings, len(desk.columns)
    words(
        trn(
            "In the three arrays that is {n} new entry at the end of `indices` and of `data`, and one new pointer at "
            "the end of `indptr` (new ones are marked):",
            "In the three arrays that is {n} new entries at the end of `indices` and of `data`, and one new pointer at "
            "the end of `indptr` (new ones are marked):",
            n,
        )
    )
    lines = []
    for name, values, new in (
        ("indptr", ratings.indptr, 1),
        ("indices", ratings.indices, n),
        ("data", ratings.data, n),
    ):
        first = max(len(values) - new - _TAIL, 0)
        head = [tr("place"), "…", *(f"{place}" for place in range(first, len(values)))]
        cells = [
            Cell(f"{values[place]:g}", mark="chosen" if place >= len(values) - new else "")
            for place in range(first, len(values))
        ]
        lines.append(html_table.markup(head, [[name, "…", *cells]], narrow=True))
    st.html("".join(lines))
