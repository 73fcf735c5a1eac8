"""Continue a playlist: build a seed, and see every model's recommendations side by side."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.charts.theme import card
from playrec_core.ui.components.comparison_grid.grid import grid
from playrec_core.ui.components.model_card import dialog
from playrec_core.ui.components.seed.current_playlist import current, show_example
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.continue_ import continuation
from playrec_core.ui.pages.continue_.playlist_tools import playlist_tools
from playrec_core.ui.pages.continue_.seed_editor import seed_editor
from playrec_core.ui.pages.continue_.seed_panel import seed_panel
from playrec_core.ui.session import model_view, opened_run
from playrec_core.ui.session import playlist as state
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

run = opened_run.current()
noun = plain(collection(run.nouns))
mine, shown, view = state.current(run.dataset), current(run), model_view.current(run)

st.title(tr("Continue a {collection}", collection=noun))
left, right = st.columns([4, 5])
with left, st.container(border=True, key=card("seed")):
    st.header(tr("Your {collection}", collection=noun), anchor=False)
    playlist_tools(run)
    if mine.empty:
        st.markdown(
            tr("Empty. Add {items}, tags or a title; recommendations appear below.", items=plain(run.nouns.items))
        )
    seed_panel(run, mine)
with right, st.container(border=True, key=card("add")):
    st.header(tr("Add to it"), anchor=False)
    seed_editor(run, mine)

if shown.is_example:
    show_example(run, shown)
found = continuation.recommend(run, shown.query, view)
continuation.controls(run, view, found, shown)
continuation.about_held_out(run, shown.query)
if not found:
    st.info(tr("No model is shown. Choose one above."))
    st.stop()
grid(
    continuation.grid_content(run, shown.query, found),
    key=f"continue.board.{run.id}",
    on_click=lambda click: continuation.on_click(run, shown, click),
)
st.caption(continuation.legend(run))
why_dialog.show(run, shown.query, found)
dialog.show(run)
