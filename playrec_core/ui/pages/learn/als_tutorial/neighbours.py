"""Step 4 of the tutorial: items with the most similar vectors."""

import streamlit as st

from playrec_core.data.dataset import binary
from playrec_core.i18n import tr
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import plain, shorten

from .workspace import Workspace

DEPTH = 15


def neighbours(workspace: Workspace) -> None:
    """Draw the step."""
    nouns = workspace.nouns
    st.markdown(
        tr(
            "Two {songs} that share many {playlists} get vectors that point in similar directions. The cosine of the "
            "angle between them measures how similar. The model was told nothing about the content of a {song}; it "
            "only knows the interactions. The {n} nearest neighbours of one favourite:",
            n=DEPTH,
            **named(nouns),
        )
    )
    names = dict(zip(workspace.columns, workspace.labels(workspace.columns), strict=True))
    anchor = st.pills(
        tr("Neighbours of"),
        workspace.columns,
        format_func=lambda column: plain(names[column], 40),
        default=workspace.columns[0],
        required=True,
        key=f"learn.neighbours.{workspace.run.id}.{workspace.favourites.items}",
    )
    found, cosines = workspace.fitted.neighbours(anchor, DEPTH)
    interactions = binary(workspace.subset.matrix)
    shared = (interactions[:, found].T @ interactions[:, [anchor]]).toarray()[:, 0].astype(int)
    rows = [
        [
            str(place),
            Cell(shorten(name, 80), below=tr("also a favourite") if column in names else ""),
            f"{cosine:.3f}",
            f"{count:,}",
        ]
        for place, (name, column, cosine, count) in enumerate(
            zip(workspace.labels(found), found.tolist(), cosines.tolist(), shared.tolist(), strict=True), start=1
        )
    ]
    html_table.show(
        ["#", nouns.item, tr("cosine"), tr("{playlists} with both", playlists=nouns.playlists)], rows, text_columns=(1,)
    )
    ask_yourself(
        tr("What happens to the neighbours with 2 factors? With 128?"),
        tr(
            "With 2 factors, all vectors lie in a plane. Hundreds of cosines are near 1, so the {songs} become "
            "indistinguishable. With 128, the model can memorise single {playlists}: cosines fall, and the list "
            "depends more on chance. The useful range lies in between.",
            **named(nouns),
        ),
        (page_files.SIMILAR, tr("Similar: neighbours in every model, with evidence")),
    )
