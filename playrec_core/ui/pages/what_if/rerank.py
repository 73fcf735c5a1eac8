"""Re-rank recommendations: a popularity penalty, and more diversity."""

from dataclasses import asdict

import numpy as np
import streamlit as st

from playrec_core.explain.attribution import moves
from playrec_core.i18n import tr
from playrec_core.ranking.rerank import rerank, variety
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.wording.escape import plain

from .slope import slope


@st.fragment
def rerank_list(run: LoadedRun, model: str, query: Query, top: int) -> None:
    """Draw the sliders, the list before and after, and the effect on popularity and diversity."""
    nouns = run.nouns
    ranked = run.recommend(query, [model], k=run.config.ranking.depth)[model]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        penalty = st.slider(
            tr("Popularity penalty"), 0.0, 2.0, 0.5, 0.1, key="whatif.penalty", help=tr("0 keeps the original order")
        )
        diversity = st.slider(
            tr("Diversity"), 0.0, 1.0, 0.3, 0.05, key="whatif.diversity", help=tr("0: score only, 1: diversity only")
        )
    vectors, measured = item_vectors(run, model, ranked.items)
    counts = run.dataset.item_counts[ranked.items]
    # Scores of a fallback are on a different scale, so ranks are used where one filled up the list.
    scores = ranked.scores if (ranked.sources == ranked.sources[:1]).all() else -np.arange(len(counts))
    order = rerank(scores, counts, vectors, penalty=penalty, diversity=diversity)
    after = ranked.items[order]
    moved = moves(ranked.items, after, top)
    with left:
        popularity = tr("Popularity: median training {playlists} per {item}", **asdict(nouns))
        old, new = (f"{np.median(counts[rows]):,.0f}" for rows in (slice(top), order[:top]))
        st.markdown(f"{plain(popularity)}: {old} → **{new}**")
        spread = tr("Intra-list diversity, 0 to 1")
        old, new = (f"{variety(vectors[rows]):.2f}" for rows in (slice(top), order[:top]))
        st.markdown(f"{plain(spread)}: {old} → **{new}**")
        st.caption(
            plain(
                tr(
                    "The top {n}, re-ranked: scores are scaled to 0 to 1, minus the penalty times log popularity; each "
                    "rank then goes to the {item} with the best balance of score and dissimilarity to those above it "
                    "(maximal marginal relevance). Similarity: cosine of {measured}.",
                    n=len(after),
                    item=nouns.item,
                    measured=measured,
                ),
                500,
            )
        )
    with right:
        label = tr("Top {top} by score and re-ranked", top=top)
        slope(run, moved, top, (tr("by score"), tr("re-ranked")), label, f"whatif.reorder.{run.id}")
        why_dialog.select(
            run,
            "whatif.reorder.why",
            why_dialog.Listed(query, model, ranked, after[:top].tolist(), tr("re-ranked")),
            why_dialog.Listed(query, model, ranked, ranked.items[:top].tolist(), tr("by score")),
        )


def item_vectors(run: LoadedRun, model: str, rows: np.ndarray) -> tuple[np.ndarray, str]:
    """Return (n, d) vectors to compare items by, and their name: the model's own, or tag counts in training."""
    vectors = run.model(model).item_embeddings()
    if vectors is not None:
        return np.asarray(vectors[rows]), tr("the model's item vectors")
    measured = tr("the tags of the {playlists} that contain them", playlists=run.nouns.playlists)
    return run.ranker.item_tags[rows, :].toarray(), measured
