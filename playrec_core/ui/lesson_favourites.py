"""Step 2 of the walk: a new user's favourites become one more row of the matrix."""

import numpy as np
import streamlit as st

from ..serving import LoadedRun
from . import html_table, state
from .html_table import Cell
from .lesson_desk import Desk
from .lesson_step import ask_yourself, words
from .lesson_trap import trap
from .state import OpenPlaylist
from .text import plain, shorten

_TAIL = 4


def favourites(desk: Desk) -> None:
    """Draw the step."""
    nouns, chosen, lesson = desk.nouns, desk.favourites, desk.lesson
    before = desk.part.matrix
    n = len(desk.columns)
    words(
        f"A recommender asks a newcomer for a few favourites, and so do we. These are {plain(chosen.whose)}. They "
        f"enter the data as one more {plain(nouns.playlist)}, row {before.shape[0]:,}, each with the strongest "
        f"confidence there is ({desk.part.strongest:g}); then the model is trained with everybody, the newcomer among "
        "them."
    )
    if chosen.left_out:
        st.caption(f"The walk takes the first {n}; {chosen.left_out:,} more are left out.")
    _take(desk)
    held = np.diff(before.tocsc().indptr)
    rows = [
        [Cell(shorten(name)), f"{column:,}", f"{held[column]:,}", f"{lesson.scores[column]:z.4f}"]
        for name, column in zip(desk.labels(desk.columns), desk.columns, strict=True)
    ]
    html_table.show([nouns.item, "its column", f"{nouns.playlists} with it", "score after training"], rows)
    _arrays(desk)
    trap(desk)
    ask_yourself(
        "If the scores of the favourites came nearer to 1, would the model be better?",
        "Not known. They were in the training data, so 1 only says that the model fits what it was shown; more "
        f"factors always get there. Whether it finds what was **hidden** from it is measured on other "
        f"{plain(nouns.items)}: that is what the page Metrics does.",
        ("pages/1_Continue.py", "Continue: choose your own favourites"),
        ("pages/5_Metrics.py", "Metrics: measured on what was hidden"),
    )


def _take(desk: Desk) -> None:
    """A button that makes an example one's own."""

    def take(run: LoadedRun, songs: tuple[int, ...]) -> None:
        state.put(OpenPlaylist().with_songs(songs), run.dataset)

    if not desk.favourites.own:
        st.button(
            "Use these favourites as mine",
            key="learn.take",
            on_click=take,
            args=(desk.run, desk.favourites.items),
            help="They become the list that all pages answer. Change it on the page Continue.",
        )


def _arrays(desk: Desk) -> None:
    """The ends of the three arrays, what is new in them marked."""
    ratings, n = desk.lesson.ratings, len(desk.columns)
    words(
        f"In the three arrays that is {n} new entries at the end of `indices` and of `data`, and one new pointer at "
        "the end of `indptr` (new ones are marked):"
    )
    lines = []
    for name, values, new in (
        ("indptr", ratings.indptr, 1),
        ("indices", ratings.indices, n),
        ("data", ratings.data, n),
    ):
        first = max(len(values) - new - _TAIL, 0)
        head = ["place", "…", *(f"{place}" for place in range(first, len(values)))]
        cells = [
            Cell(f"{values[place]:g}", mark="chosen" if place >= len(values) - new else "")
            for place in range(first, len(values))
        ]
        lines.append(html_table.markup(head, [[name, "…", *cells]], narrow=True))
    st.html("".join(lines))
