"""Step 4 of the walk: the items whose vectors point the same way."""

import streamlit as st

from ..data.dataset import binary
from . import html_table
from .html_table import Cell
from .lesson_desk import Desk
from .lesson_step import ask_yourself, words
from .text import plain, shorten

DEPTH = 15


def neighbours(desk: Desk) -> None:
    """Draw the step."""
    nouns = desk.nouns
    words(
        f"Two {plain(nouns.items)} held by the same {plain(nouns.playlists)} get vectors that point the same way; the "
        f"cosine of the angle between them says how much. Nobody told the model what a {plain(nouns.item)} is about: "
        f"it only knows who holds it. The {DEPTH} nearest to one of the favourites:"
    )
    names = dict(zip(desk.columns, desk.labels(desk.columns), strict=True))
    anchor = st.pills(
        "Neighbours of",
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
            Cell(shorten(name, 80), below="a favourite, too" if column in names else ""),
            f"{cosine:.3f}",
            f"{count:,}",
        ]
        for place, (name, column, cosine, count) in enumerate(
            zip(desk.labels(found), found.tolist(), cosines.tolist(), shared.tolist(), strict=True), start=1
        )
    ]
    html_table.show(["#", nouns.item, "cosine", f"{nouns.playlists} with both"], rows, text_columns=(1,))
    ask_yourself(
        "What happens to these neighbours with 2 factors? And with 128?",
        f"With 2 all vectors lie in a plane: hundreds of cosines are near 1, and nothing tells the "
        f"{plain(nouns.items)} apart. With 128 there is room to remember single {plain(nouns.playlists)}: the cosines "
        f"fall, and chance decides more of the list. In between lies what the {plain(nouns.items)} have in common.",
        ("pages/2_Similar.py", "Similar: the neighbours of every model, with the evidence"),
    )
