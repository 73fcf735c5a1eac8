"""The nearest neighbours of an item in every embedding of a run, as item lists."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.similarity.neighbour_space import Similarity
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components.item_lists import ItemList, Row

_NAMES: dict[Similarity, str] = {"cosine": mark("cosine"), "dot": mark("dot product")}
_MEANING = {
    "cosine": mark("cosine similarity: ignores vector length"),
    "dot": mark("dot product: favours long vectors, often of popular items"),
}


def choice_of_similarity(run: LoadedRun, key: str) -> Similarity:
    """Draw the choice of the similarity measure, if any model of the run has vectors."""
    if not run.vector_spaces():
        return "cosine"
    return st.segmented_control(
        tr("Similarity measure"),
        list(_NAMES),
        format_func=lambda one: tr(_NAMES[one]),
        default="cosine",
        required=True,
        key=key,
        persist_state="session",
    )


def neighbour_lists(run: LoadedRun, spaces: Sequence[str], item: int, k: int, similarity: Similarity) -> list[ItemList]:
    """Return one list per model, in the order given."""
    colours, vectors, nouns = model_colours(run), run.vector_spaces(), run.nouns
    lists = []
    for name in spaces:
        found, similarities = neighbours(run, name, item, k, similarity)
        largest = max(float(np.abs(similarities).max(initial=0)), 1e-12)
        rows = [
            Row(one, f"{value:.3f}" if largest < 1000 else f"{value:,.0f}", max(value / largest, 0))
            for one, value in zip(found.tolist(), similarities.tolist(), strict=True)
        ]
        # The similarity measure applies to vectors; item-to-item weights are used as they are.
        note = tr(_MEANING[similarity]) if name in vectors else tr("item-to-item weights of the model")
        empty = tr(
            "No similar {items} in this model: too few training {playlists} contain this {item}.",
            items=nouns.items,
            item=nouns.item,
            playlists=nouns.playlists,
        )
        lists.append(ItemList(run.model_title(name), rows, note, colours[name], empty))
    return lists


@per_run(4096)
def neighbours(run: LoadedRun, name: str, item: int, k: int, similarity: Similarity) -> tuple[np.ndarray, np.ndarray]:
    """`LoadedRun.similar`, cached for all sessions."""
    return run.similar(name, item, k, similarity)
