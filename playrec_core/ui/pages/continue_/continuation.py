"""Recommendations on the Continue page: what is shown of them, and what a click on one does."""

from dataclasses import replace
from typing import Any

import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.schema import Query, Ranked
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.case_export import export
from playrec_core.ui.components.comparison_grid.rows import grid_data
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.model_card import dialog
from playrec_core.ui.components.model_select import model_select
from playrec_core.ui.components.seed import exports
from playrec_core.ui.components.seed.current_playlist import Current
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.frontend.clicks import Click
from playrec_core.ui.session import model_view
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.model_view import DEPTHS, View
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.run import in_nouns

N_TAGS = 8

Recommendations = dict[str, Ranked]
"""By model name, in the order shown."""


def recommend(run: LoadedRun, query: Query, view: View) -> Recommendations:
    """The recommendations of the models shown."""
    # Always the longest list, cut here: showing more is then no work at all.
    found = run.recommend(query, view.shown, k=DEPTHS[-1], n_tags=N_TAGS)
    return {name: _cut(ranked, view.depth) for name, ranked in found.items()}


def _cut(ranked: Ranked, depth: int) -> Ranked:
    return replace(ranked, items=ranked.items[:depth], scores=ranked.scores[:depth], sources=ranked.sources[:depth])


def controls(run: LoadedRun, view: View, found: Recommendations, current: Current) -> None:
    """Which models, how many recommendations, and files of them."""
    show("continue.depth", view.depth)

    def chose() -> None:
        model_view.put(run, replace(model_view.current(run), depth=st.session_state["continue.depth"]))

    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        model_select(run, view, "continue.models")
        st.segmented_control(tr("Show top"), DEPTHS, key="continue.depth", on_change=chose, required=True)
        st.download_button(
            tr("Recommendations (CSV)"),
            lambda: exports.recommendations_csv(found, run.dataset),
            "recommendations.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        export.save(run, current.query.seed, current.playlist, view)


def about_held_out(run: LoadedRun, query: Query) -> None:
    """That this is a held-out playlist, what is hidden, and whether its metrics are shown."""
    if query.held_out is None:
        return
    hides = trn(
        "Held-out {playlist} {id}: {n} {item} is hidden, marked ✓ where a model recommends it.",
        "Held-out {playlist} {id}: {n} {items} are hidden, marked ✓ where a model recommends them.",
        len(query.held_out.hidden),
        playlist=plain(run.nouns.playlist),
        id=plain(query.held_out.id),
        item=plain(run.nouns.item),
        items=plain(run.nouns.items),
    )
    if query.unchanged:
        metrics = tr(
            "Metrics for this {playlist}, from the evaluation run (top {depth}).",
            playlist=plain(run.nouns.playlist),
            depth=run.config.ranking.depth,
        )
    else:
        metrics = tr("You edited it, so its metrics are no longer shown.")
    st.caption(f"{hides} {metrics}")


def grid_content(run: LoadedRun, query: Query, found: Recommendations) -> dict[str, Any]:
    """What the grid draws; metrics only for a held-out playlist as it was evaluated."""
    if query.held_out is None:
        return grid_data(run, found)
    figures = {}
    if query.unchanged:
        figures = {name: held_out.figures(run, query.held_out, name) for name in found}
    return grid_data(run, found, hidden=query.held_out.hidden, figures=figures)


def legend(run: LoadedRun) -> str:
    """How to read the grid."""
    text = tr(
        "? explains why a model recommends a song. One square per model, filled if it recommends the song; songs that "
        "most models agree on are bold and tinted. Scores are on each model's own scale and cannot be compared across "
        "models."
    )
    return plain(in_nouns(f"{text} {tr(TIE_RULE)}", run.nouns), 1000)


def on_click(run: LoadedRun, current: Current, click: Click) -> None:
    """Handle a click on the grid. What comes from a browser is checked against what there is.

    Args:
        run: whose models, items and tags.
        current: what the recommendations are for; an example is taken over by a change.
        click: of `grid.ACTIONS`.
    """
    if click.action == "about":
        dialog.ask(run, click.value)
        return
    if click.action in ("earlier", "later", "hide"):
        view = model_view.current(run)
        if click.value in view.shown:
            if click.action == "hide":
                view = view.only(set(view.shown) - {click.value})
            else:
                view = view.moved(click.value, -1 if click.action == "earlier" else 1)
            model_view.put(run, view)
        return
    known = len(run.dataset.tags) if click.action == "tag" else run.dataset.n_items
    if not click.value.isascii() or not click.value.isdigit() or int(click.value) >= known:
        return
    number = int(click.value)
    if click.action == "why":
        why_dialog.ask(run, click.list, number)
        return
    now = state.current(run.dataset)
    playlist = current.playlist if now.empty else now
    changes = {"add": playlist.with_song, "ban": playlist.with_ban, "tag": playlist.with_tag}
    state.put(changes[click.action](number), run.dataset)
