"""What the Continue page shows of the answers, and what a click on the board does."""

from dataclasses import replace
from typing import Any

import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.schema import Query, Ranked
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.case_export import export
from playrec_core.ui.components.comparison_grid.rows import board_data
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.held_out.held_out import Asked
from playrec_core.ui.components.model_select import model_chooser
from playrec_core.ui.components.seed import exports
from playrec_core.ui.components.seed.current_playlist import answered
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.session import model_view
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.model_view import DEPTHS, View
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.run import in_nouns

N_TAGS = 8


def answer_all(run: LoadedRun, playlist: OpenPlaylist, question: Asked | None, looking: View) -> dict[str, Ranked]:
    """The answer of every model shown, in the order shown."""
    seed = answered(playlist, question).seed
    # Always as deep as it gets, and cut after that: another depth is then no work at all.
    found = run.recommend(Query(seed, playlist.banned), looking.shown, k=DEPTHS[-1], n_tags=N_TAGS)
    return {name: _cut(ranked, looking.depth) for name, ranked in found.items()}


def _cut(ranked: Ranked, depth: int) -> Ranked:
    return replace(ranked, items=ranked.items[:depth], scores=ranked.scores[:depth], sources=ranked.sources[:depth])


def controls(
    run: LoadedRun, looking: View, answers: dict[str, Ranked], playlist: OpenPlaylist, question: Asked | None
) -> None:
    """Which models, how deep, and the answers as a file."""
    show("continue.depth", looking.depth)

    def chose() -> None:
        model_view.put(run, replace(model_view.current(run), depth=st.session_state["continue.depth"]))

    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        model_chooser(run, looking, "continue.models")
        st.segmented_control(tr("Depth"), DEPTHS, key="continue.depth", on_change=chose, required=True)
        st.download_button(
            tr("Answers (CSV)"),
            lambda: exports.answers_csv(answers, run.dataset),
            "answers.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        export.save(run, answered(playlist, question).seed, playlist, looking)


def about_question(run: LoadedRun, question: Asked, playlist: OpenPlaylist) -> None:
    """That this is a held-out playlist, what it hides, and whether the figures still hold."""
    hides = trn(
        "Held-out {playlist} {id}: {n} {item} is hidden, and marked ✓ where a model finds it.",
        "Held-out {playlist} {id}: {n} {items} are hidden, and marked ✓ where a model finds them.",
        len(question.hidden),
        playlist=plain(run.nouns.playlist),
        id=plain(question.id),
        item=plain(run.nouns.item),
        items=plain(run.nouns.items),
    )
    if held_out.as_asked(question, playlist):
        figures = tr(
            "The figures are each model's on this one, as measured at training, {depth} answers deep.",
            depth=run.config.ranking.depth,
        )
    else:
        figures = tr("You have changed it, so the measured figures are no longer shown.")
    st.caption(f"{hides} {figures}")


def board_of(run: LoadedRun, answers: dict[str, Ranked], question: Asked | None) -> dict[str, Any]:
    """What the board draws; figures only where the question is still as it was asked."""
    if question is None:
        return board_data(run, answers)
    unchanged = state.current(run.dataset)
    figures = {}
    if unchanged.empty or held_out.as_asked(question, unchanged):
        figures = {name: held_out.figures(run, question, name) for name in answers}
    return board_data(run, answers, hidden=question.hidden, figures=figures)


def legend(run: LoadedRun) -> str:
    """How to read the board."""
    reads = tr(
        "? tells why a model answers a song. One small field a model, lit where the model itself answers it; songs "
        "that most models agree on are bold and tinted. Scores are on each model's own scale and do not compare across "
        "models."
    )
    return plain(in_nouns(f"{reads} {tr(TIE_RULE)}", run.nouns), 1000)


def act(run: LoadedRun, shown: OpenPlaylist, action: str, value: str) -> None:
    """A click on the board. What comes from a browser is checked against what there is.

    Args:
        shown: what the answers are to; taken over where a person has nothing of their own yet and it is an example.
    """
    if action in ("earlier", "later", "hide"):
        looking = model_view.current(run)
        if value not in looking.shown:
            return
        if action == "hide":
            looking = looking.only(set(looking.shown) - {value})
        else:
            looking = looking.moved(value, -1 if action == "earlier" else 1)
        model_view.put(run, looking)
        return
    if action == "why":
        why_dialog.ask(run, value)
        return
    limit = len(run.dataset.tags) if action == "tag" else run.dataset.n_items
    if not value.isascii() or not value.isdigit() or int(value) >= limit:
        return
    now = state.current(run.dataset)
    playlist = shown if now.empty else now
    changes = {"add": playlist.with_song, "ban": playlist.with_ban, "tag": playlist.with_tag}
    state.put(changes[action](int(value)), run.dataset)
