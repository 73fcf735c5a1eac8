"""Step 2 of the tutorial: a new user's favourites become one more row of the matrix."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named
from playrec_core.ui.session import page_files, playlist
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.escape import plain, shorten

from .letter_case import trap
from .workspace import Workspace

_TAIL = 4


def favourites(workspace: Workspace) -> None:
    """Draw the step."""
    nouns, chosen, fitted = workspace.nouns, workspace.favourites, workspace.fitted
    before = workspace.subset.matrix
    n = len(workspace.columns)
    st.markdown(
        tr(
            "A recommender asks a new user for a few favourites, and so does this tutorial. We use {whose}. They are "
            "added to the data as a new {playlist}, row {row:,}, each with the highest confidence in the data "
            "({strongest:g}). Then the model is trained on all the data, including the new row.",
            whose=plain(chosen.whose),
            row=before.shape[0],
            strongest=workspace.subset.strongest,
            **named(nouns),
        )
    )
    if chosen.left_out:
        st.caption(
            tr("The tutorial uses the first {n} favourites; {more:,} more are left out.", n=n, more=chosen.left_out)
        )
    _take(workspace)
    counts = np.diff(before.tocsc().indptr)
    rows = [
        [Cell(shorten(name)), f"{column:,}", f"{counts[column]:,}", f"{fitted.scores[column]:z.4f}"]
        for name, column in zip(workspace.labels(workspace.columns), workspace.columns, strict=True)
    ]
    html_table.show(
        [
            nouns.item,
            tr("column index"),
            tr("{playlists} with it", playlists=nouns.playlists),
            tr("score after training"),
        ],
        rows,
    )
    _arrays(workspace)
    trap(workspace)
    ask_yourself(
        tr("If the scores of the favourites were closer to 1, would the model be better?"),
        tr(
            "Not necessarily. The favourites are training data, so a score of 1 only shows that the model fits what "
            "it has seen. With enough factors it always does. Whether it recovers **held-out** {songs} has to be "
            "measured separately; the page Metrics does that.",
            **named(nouns),
        ),
        (page_files.CONTINUE, tr("Continue: choose your own favourites")),
        (page_files.METRICS, tr("Metrics: evaluated on held-out data")),
    )


def _take(workspace: Workspace) -> None:
    """Draw a button that makes the example the open playlist."""

    def take(run: LoadedRun, songs: tuple[int, ...]) -> None:
        playlist.put(OpenPlaylist().with_songs(songs), run.dataset)

    if not workspace.favourites.own:
        st.button(
            tr("Use these favourites as mine"),
            key="learn.take",
            on_click=take,
            args=(workspace.run, workspace.favourites.items),
            help=tr("They become your list on every page. Change it on the page Continue."),
        )


def _arrays(workspace: Workspace) -> None:
    """Draw the ends of the three arrays, with new entries marked."""
    ratings, n = workspace.fitted.ratings, len(workspace.columns)
    st.markdown(
        trn(
            "In CSR this adds {n} entry at the end of `indices` and `data`, and one pointer at the end of `indptr` "
            "(marked below):",
            "In CSR this adds {n} entries at the end of `indices` and `data`, and one pointer at the end of `indptr` "
            "(marked below):",
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
        head = [tr("position"), "…", *(f"{place}" for place in range(first, len(values)))]
        cells = [
            Cell(f"{values[place]:g}", mark="chosen" if place >= len(values) - new else "")
            for place in range(first, len(values))
        ]
        lines.append(html_table.markup(head, [[name, "…", *cells]], narrow=True))
    st.html("".join(lines))
