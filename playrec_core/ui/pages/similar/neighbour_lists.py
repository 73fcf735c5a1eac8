"""The neighbours of one item in every space of a run, as shelves."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.similarity.neighbour_space import Similarity
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components.item_lists import Row, Shelf

_NAMES: dict[Similarity, str] = {"cosine": mark("cosine"), "dot": mark("dot")}
_MEANING = {
    "cosine": mark("cosine of the vectors: direction alone"),
    "dot": mark("dot product: long vectors, often popular, first"),
}


def choice_of_similarity(run: LoadedRun, key: str) -> Similarity:
    """How likeness is measured; a person chooses where a space of the run has vectors."""
    if not run.vector_spaces():
        return "cosine"
    return st.segmented_control(
        tr("Likeness of vectors"),
        list(_NAMES),
        format_func=lambda one: tr(_NAMES[one]),
        default="cosine",
        required=True,
        key=key,
        persist_state="session",
    )


def neighbour_shelves(run: LoadedRun, spaces: Sequence[str], item: int, k: int, similarity: Similarity) -> list[Shelf]:
    """One shelf a space, in the order given."""
    colours, vectors, nouns = model_colours(run), run.vector_spaces(), run.nouns
    shelves = []
    for name in spaces:
        found, likeness = neighbours(run, name, item, k, similarity)
        largest = max(float(np.abs(likeness).max(initial=0)), 1e-12)
        rows = [
            Row(one, f"{value:.3f}" if largest < 1000 else f"{value:,.0f}", max(value / largest, 0))
            for one, value in zip(found.tolist(), likeness.tolist(), strict=True)
        ]
        # Weights between items are measured in one way only; vectors in two.
        if name in vectors:
            note = tr(_MEANING[similarity])
        else:
            note = tr("weights between {items}, as the model uses them", items=nouns.items)
        empty = tr(
            "This model knows nothing like this {item}: too few training {playlists} hold it.",
            item=nouns.item,
            playlists=nouns.playlists,
        )
        shelves.append(Shelf(run.model_title(name), rows, note, colours[name], empty))
    return shelves


@per_run(4096)
def neighbours(run: LoadedRun, name: str, item: int, k: int, similarity: Similarity) -> tuple[np.ndarray, np.ndarray]:
    """`LoadedRun.similar`, once for all sessions."""
    return run.similar(name, item, k, similarity)
