"""Step 4 of the walk: the items whose vectors point the same way."""

import streamlit as st

from playrec_core.data.dataset import binary
from playrec_core.i18n import tr
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named, words
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import plain, shorten

from .workspace import Desk

DEPTH = 15


def neighbours(desk: Desk) -> None:
    """Draw the step."""
    nouns = desk.nouns
    words(
        tr(
            "Two {songs} held by the same {playlists} get vectors that point the same way; the cosine of the angle "
            "between them says how much. Nobody told the model what a {song} is about: it only knows who holds it. The "
            "{n} nearest to one of the favourites:",
            n=DEPTH,
            **named(nouns),
        )
    )
    names = dict(zip(desk.columns, desk.labels(desk.columns), strict=True))
    anchor = st.pills(
        tr("Neighbours of"),
        desk.columns,
        format_func=lambda column: plain(names[column], 40),
        default=desk.columns[0],
        required=True,
        key=f"learn.neighbours.{desk.run.id}.{desk.favourites.items}",
    )
    anchor = desk.columns[0] if anchor is None else anchor
    found, cosines = desk.lesson.neighbours(anchor, DEPTH)
    held = binary(desk.part.matrix)
    shared = (held[:, found].T @ held[:, [anchor]]).toarray()[:, 0].astype(int)
    rows = [
        [
            str(place),
            Cell(shorten(name, 80), below=tr("a favourite, too") if column in names else ""),
            f"{cosine:.3f}",
            f"{count:,}",
        ]
        for place, (name, column, cosine, count) in enumerate(
            zip(desk.labels(found), found.tolist(), cosines.tolist(), shared.tolist(), strict=True), start=1
        )
    ]
    html_table.show(
        ["#", nouns.item, tr("cosine"), tr("{playlists} with both", playlists=nouns.playlists)], rows, text_columns=(1,)
    )
    ask_yourself(
        tr("What happens to these neighbours with 2 factors? And with 128?"),
        tr(
            "With 2 all vectors lie in a plane: hundreds of cosines are near 1, and nothing tells the {songs} apart. "
            "With 128 there is room to remember single {playlists}: the cosines fall, and chance decides more of the "
            "list. In between lies what the {songs} have in common.",
            **named(nouns),
        ),
        (page_files.SIMILAR, tr("Similar: the neighbours of every model, with the evidence")),
    )
