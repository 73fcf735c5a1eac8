"""Cases: a saved seed with all recommendations, and whether the current run reproduces them."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.case_export import export
from playrec_core.ui.components.seed.current_playlist import current
from playrec_core.ui.pages.case import case_file
from playrec_core.ui.session import model_view, opened_run
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

run = opened_run.current()
now, view = current(run), model_view.current(run)

st.title(tr("Case file"))
st.markdown(
    tr(
        "A case is one {playlist} with the recommendations of every model, the reasons and the provenance: a file to "
        "send or to keep. Open one to see it as it was saved, and whether the current run reproduces it.",
        playlist=plain(collection(run.nouns)),
    )
)
case = case_file.uploaded()
if case is None:
    if not view.shown:
        st.info(tr("No model is shown on Continue. Show one; its recommendations are part of the case."))
        st.stop()
    st.header(tr("Preview (an example, since yours is empty)") if now.is_example else tr("Preview of your case"))
    with st.container(horizontal=True):
        export.downloads(run, now.query.seed, now.playlist, view, "case.now")
    case = export.shown_case(run, now.query.seed, now.playlist, view)
case_file.show(run, case)
