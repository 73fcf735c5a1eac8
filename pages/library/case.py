"""Case: a saved seed with every answer, read-only, and whether the current run would still answer the same."""

from dataclasses import replace

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.case_export import export
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.seed.current_playlist import answered
from playrec_core.ui.pages.case import case_file
from playrec_core.ui.session import model_view, opened_run
from playrec_core.ui.session import playlist as state
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

run = opened_run.current()
playlist, looking = state.current(run.dataset), model_view.current(run)
built = plain(collection(run.nouns))

st.title(tr("Case file"))
st.markdown(
    tr(
        "A case is one {playlist} with every list that models gave it, why, and what made them: a file to send, or "
        "to come back to. Open one, and it is shown as it was saved, and asked again.",
        playlist=built,
    )
)
case = case_file.uploaded()
if case is None:
    example = held_out.example(run) if playlist.empty else None
    if example is not None:
        playlist = replace(example.playlist(), banned=playlist.banned)
    if not looking.shown:
        st.info(tr("Every model is hidden on Continue. Show one, and its list is part of the case."))
        st.stop()
    seed = answered(playlist, held_out.asked(run, playlist)).seed
    example_says = tr("Yours, as it would be saved now (an example: yours is empty)")
    st.header(example_says if example else tr("Yours, as it would be saved now"))
    with st.container(horizontal=True):
        export.downloads(run, seed, playlist, looking, "case.now")
    case = export.shown_case(run, seed, playlist, looking)
case_file.show(run, case)
