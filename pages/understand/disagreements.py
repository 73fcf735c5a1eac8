"""Disagreements: the held-out playlists on which models differ most."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.model_select import model_select
from playrec_core.ui.pages.disagreements import disagreement
from playrec_core.ui.session import model_view, opened_run
from playrec_core.ui.wording.run import evidence

run = opened_run.current()
st.title(tr("Where models disagree"))
st.markdown(evidence(run))
looking = model_view.current(run)
model_select(run, looking, "disagree.models")
# In the configuration's order: the order of columns on Continue must not change the cache key.
models = tuple(name for name in run.model_names if name in looking.shown)
if len(models) < 2:
    st.info(tr("Choose two models or more above."))
    st.stop()
st.fragment(disagreement.finder)(run, models)
disagreement.model_similarity(run, models)
