"""The neighbours of one item in every space of a run, as shelves."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ..neighbours import Similarity
from ..serving import LoadedRun
from .shelves import Row, Shelf
from .theme import model_colours

_MEANING = {
    "cosine": "cosine of the vectors: direction alone",
    "dot": "dot product: long vectors, often popular, first",
}


def has_vectors(run: LoadedRun) -> bool:
    """Whether any space of the run offers a choice of similarity."""
    return any(run.space(name).similarities for name in run.spaces())


def neighbour_shelves(run: LoadedRun, spaces: Sequence[str], item: int, k: int, similarity: Similarity) -> list[Shelf]:
    """One shelf a space, in the order given."""
    colours = model_colours(run.model_names)
    shelves = []
    for name in spaces:
        found, likeness = neighbours(run, run.id, name, item, k, similarity)
        largest = max(float(np.abs(likeness).max(initial=0)), 1e-12)
        rows = [
            Row(one, f"{value:.3f}" if largest < 1000 else f"{value:,.0f}", max(value / largest, 0))
            for one, value in zip(found.tolist(), likeness.tolist(), strict=True)
        ]
        # Weights between items are measured in one way only; vectors in two.
        note = _MEANING[similarity] if run.space(name).similarities else "weights between items, as the model uses them"
        note = note.replace("items", run.nouns.items)
        empty = f"This model knows nothing like this {run.nouns.item}: too few training {run.nouns.playlists} hold it."
        shelves.append(Shelf(run.model_title(name), rows, note, colours[name], empty))
    return shelves


@st.cache_resource(max_entries=4096, show_spinner=False)
def neighbours(
    _run: LoadedRun, run_id: str, name: str, item: int, k: int, similarity: Similarity
) -> tuple[np.ndarray, np.ndarray]:
    """`LoadedRun.similar`, once for all sessions."""
    return _run.similar(name, item, k, similarity)
