"""The same answers in another order: a penalty on what everybody plays, and more variety."""

import numpy as np
import streamlit as st

from ..explain import moves
from ..rerank import rerank, variety
from ..serving import LoadedRun
from . import items, resources, slope
from .state import OpenPlaylist
from .text import plain


@st.fragment
def reorder(run: LoadedRun, model: str, playlist: OpenPlaylist, top: int) -> None:
    """Draw the sliders, the list before and after, and what that did to popularity and variety."""
    nouns = run.nouns
    ranked = resources.answer(run, run.id, model, playlist.seed, run.config.ranking.depth, 0, playlist.banned)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        penalty = st.slider(
            "Popularity penalty", 0.0, 2.0, 0.5, 0.1, key="whatif.penalty", help="0 leaves the order as it is"
        )
        diversity = st.slider(
            "Diversity", 0.0, 1.0, 0.3, 0.05, key="whatif.diversity", help="0 by score alone, 1 by difference alone"
        )
    vectors, measured = item_vectors(run, model, ranked.items)
    counts = run.dataset.item_counts[ranked.items]
    # Where another path filled the list up, its scores are on another scale: a place in the list is not.
    scores = ranked.scores if (ranked.sources == ranked.sources[:1]).all() else -np.arange(len(counts))
    order = rerank(scores, counts, vectors, penalty=penalty, diversity=diversity)
    after = ranked.items[order]
    moved = moves(ranked.items, after, top)
    with left:
        for label, old, new in (
            (
                f"Training {nouns.playlists} that hold a {nouns.item} of the list, median",
                f"{np.median(counts[:top]):,.0f}",
                f"{np.median(counts[order[:top]]):,.0f}",
            ),
            (
                f"How unlike the {nouns.items} of the list are, 0 to 1",
                f"{variety(vectors[:top]):.2f}",
                f"{variety(vectors[order[:top]]):.2f}",
            ),
        ):
            st.markdown(f"{plain(label)}: {old} → **{new}**")
        st.caption(
            plain(
                f"The first {len(after)} answers in another order: scores are stretched to 0 to 1, less the penalty "
                f"times log popularity, and each place then goes to the {nouns.item} that is good and least like those "
                f"above it (maximal marginal relevance). Likeness: cosine of {measured}.",
                500,
            )
        )
    with right:
        st.plotly_chart(
            slope.slope(moved, items.titles(run.dataset, [move.item for move in moved]), top, "by score", "reordered"),
            config=slope.CONFIG,
            key=f"whatif.reorder.{run.id}.{model}",
            alt=f"The first {top} by score and reordered",
        )


def item_vectors(run: LoadedRun, model: str, rows: np.ndarray) -> tuple[np.ndarray, str]:
    """(n, d) what items are compared by, and its name: the model's own vectors, or the tags they met in training."""
    vectors = run.model(model).item_embeddings()
    if vectors is not None:
        return np.asarray(vectors[rows]), "the model's own vectors"
    return run.ranker.item_tags[rows, :].toarray(), f"the tags of the {run.nouns.playlists} they are in"
