"""Step 1 of the walk: the data first. Counts, what was kept, the most popular, and how a sparse matrix is stored."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import ARTIST, TITLE
from playrec_core.ui.components import csr_view, html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named, words
from playrec_core.ui.runtime import caches
from playrec_core.ui.session import page_files
from playrec_core.ui.wording import items

from .workspace import Desk

MOST_POPULAR, COLUMNS = 30, 3
# 360,000 users by 290,000 artists, a byte a cell; 97 of the units of 1,024 bytes thrice over that it calls GB.
NOTEBOOKS_CELLS = 360_000 * 290_000


def data(desk: Desk) -> None:
    """Draw the step."""
    run, nouns = desk.run, desk.nouns
    found = caches.profile_of(run)
    words(
        tr(
            "Before any model: what is there? {rows:,} {playlists} hold {used:,} {songs}, and {links:,} times one "
            "holds the other. Each of these links says “this belongs here”, and nothing says “this does not”: what is "
            "absent may only be unknown. What is held out to measure with is not among them.",
            rows=found.footprint.rows,
            used=found.used_items,
            links=found.footprint.stored,
            **named(nouns),
        )
    )
    for note in run.dataset.notes:
        st.text(f"• {note}")
    if found.confidence:
        kept = ", ".join(f"{value:g}" for value in found.confidence)
        st.caption(
            tr(
                "The values that are left: {kept}. A high rating is not a higher taste to be predicted but more "
                "confidence that there is a taste at all.",
                kept=kept,
            )
        )
    _most_popular(desk)
    st.subheader(tr("From links to a matrix"))
    words(
        tr(
            "A row for each {playlist}, a column for each {song}. Written out with all its zeros it does not fit: the "
            "notebook’s example, 360,000 users by 290,000 artists, takes {size} (97 GiB) at a byte a cell. CSR keeps "
            "three arrays instead.",
            size=size_in_words(NOTEBOOKS_CELLS),
            **named(nouns),
        )
    )
    csr_view.density(run, found.footprint)
    csr_view.lesson(run, caches.corner_of(run))
    part = desk.part.matrix
    st.caption(
        tr(
            "From here on the walk uses a small part, so that everything can be trained again at once: the {rows:,} "
            "most active {playlists} by {columns:,} {songs}, the best known and the favourites; {links:,} links.",
            rows=part.shape[0],
            columns=part.shape[1],
            links=part.nnz,
            **named(nouns),
        )
    )
    ask_yourself(
        tr("How often would you be right if you recommended the {n} above to everybody?", n=MOST_POPULAR),
        tr(
            "That is the baseline “most popular”. It stands first in the table of every model on the page Metrics: a "
            "model that does not beat it has learned nothing about taste."
        ),
        (page_files.DATA, tr("Data: all of this in full")),
        (page_files.METRICS, tr("Metrics: the baseline’s figures")),
    )


def _most_popular(desk: Desk) -> None:
    run, nouns = desk.run, desk.nouns
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
