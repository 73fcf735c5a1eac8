"""Step 1 of the tutorial: the data. Counts, the most popular items, and how a sparse matrix is stored."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import ARTIST, TITLE
from playrec_core.ui.components import csr_view, html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named
from playrec_core.ui.runtime import caches
from playrec_core.ui.session import page_files
from playrec_core.ui.wording import items

from .workspace import Workspace

MOST_POPULAR, COLUMNS = 30, 3
# 360,000 users by 290,000 artists at one byte per cell: 97 GiB, which the notebook calls GB.
NOTEBOOK_CELLS = 360_000 * 290_000


def data(workspace: Workspace) -> None:
    """Draw the step."""
    run, nouns = workspace.run, workspace.nouns
    found = caches.profile_of(run)
    st.markdown(
        tr(
            "Before modelling, look at the data. There are {interactions:,} interactions between {rows:,} {playlists} "
            "and {used:,} {songs}. An interaction says “this belongs here”. Nothing says “this does not belong here”: "
            "a missing {song} may simply be unknown. Interactions held out for evaluation are not counted.",
            rows=found.footprint.rows,
            used=found.used_items,
            interactions=found.footprint.stored,
            **named(nouns),
        )
    )
    for note in run.dataset.notes:
        st.text(f"• {note}")
    if found.confidence:
        values = ", ".join(f"{value:g}" for value in found.confidence)
        st.caption(
            tr(
                "Confidence values in the data: {values}. A high rating is not a larger value to predict. It means "
                "more confidence that the preference exists.",
                values=values,
            )
        )
    _most_popular(workspace)
    st.subheader(tr("From interactions to a matrix"))
    st.markdown(
        tr(
            "The matrix has a row for each {playlist} and a column for each {song}. Storing every zero does not "
            "scale: in the MovieLens notebook’s example, 360,000 users by 290,000 artists, a dense matrix takes "
            "{size} (97 GiB) at one byte per cell. CSR stores three arrays instead.",
            size=size_in_words(NOTEBOOK_CELLS),
            **named(nouns),
        )
    )
    csr_view.density(run, found.footprint)
    csr_view.lesson(run, caches.corner_of(run))
    subset = workspace.subset.matrix
    st.caption(
        tr(
            "The rest of this tutorial uses a small subset, so that a model can be retrained within a second: the "
            "{rows:,} most active {playlists} by {columns:,} {songs} (the most popular ones and the favourites), with "
            "{interactions:,} interactions.",
            rows=subset.shape[0],
            columns=subset.shape[1],
            interactions=subset.nnz,
            **named(nouns),
        )
    )
    ask_yourself(
        tr("If you recommended these {n} to everybody, how often would you be right?", n=MOST_POPULAR),
        tr(
            "This is the “most popular” baseline. The page Metrics compares every model with it. A model that does "
            "not beat it has learned nothing about taste."
        ),
        (page_files.DATA, tr("Data: the full profile")),
        (page_files.METRICS, tr("Metrics: results of the baseline")),
    )


def _most_popular(workspace: Workspace) -> None:
    run, nouns = workspace.run, workspace.nouns
    n = min(MOST_POPULAR, run.dataset.n_items)
    st.subheader(tr("The {n} most popular {songs}", n=n, **named(nouns)))
    table, counts = items.table(run.dataset, range(n)), run.dataset.item_counts
    length = -(-n // COLUMNS)
    for place, column in enumerate(st.columns(COLUMNS, gap="medium")):
        rows = [
            [str(row + 1), Cell(table[TITLE][row], below=table[ARTIST][row]), f"{counts[row]:,}"]
            for row in range(place * length, min((place + 1) * length, n))
        ]
        with column:
            html_table.show(["#", nouns.item, nouns.playlists], rows, text_columns=(1,))
