"""Continue a playlist: build a seed, and see every model's answer to it side by side."""

from dataclasses import replace

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.charts.theme import card
from playrec_core.ui.components.comparison_grid.grid import board
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.seed.current_playlist import answered, show_example
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.continue_ import continuation
from playrec_core.ui.pages.continue_.seed_editor import seed_editor
from playrec_core.ui.pages.continue_.seed_panel import seed_panel
from playrec_core.ui.session import model_view, opened_run
from playrec_core.ui.session import playlist as state
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

run = opened_run.current()
built = plain(collection(run.nouns))
playlist = state.current(run.dataset)
looking = model_view.current(run)

st.title(tr("Continue a {collection}", collection=built))
left, right = st.columns([4, 5])
with left, st.container(border=True, key=card("seed")):
    st.header(tr("Your {collection}", collection=built), anchor=False)
    if playlist.empty:
        st.markdown(
            tr(
                "Nothing in it yet. Add to it on the right; what every model would continue with is shown below, "
                "at once."
            )
        )
    seed_panel(run, playlist)
with right, st.container(border=True, key=card("add")):
    st.header(tr("Add to it"), anchor=False)
    seed_editor(run, playlist)

open_playlist = playlist
if playlist.empty:
    example = held_out.example(run)
    if example is not None:
        open_playlist = replace(example.playlist(), banned=playlist.banned)
        show_example(run, open_playlist)

question = held_out.asked(run, open_playlist)
answers = continuation.answer_all(run, open_playlist, question, looking)
continuation.controls(run, looking, answers, open_playlist, question)
if question is not None:
    continuation.about_question(run, question, open_playlist)
if not answers:
    st.info(tr("Every model is hidden. Choose one above."))
    st.stop()
board(
    continuation.board_of(run, answers, question),
    key=f"continue.board.{run.id}",
    on_act=lambda act, value: continuation.act(run, open_playlist, act, value),
)
st.caption(continuation.legend(run))
why_dialog.show(run, answered(open_playlist, question), answers)
