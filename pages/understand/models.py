"""Models: every model of the run, what it does, where it comes from, what it costs and how its settings compare."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.pages.models import selected
from playrec_core.ui.pages.models.card import card
from playrec_core.ui.pages.models.overview import overview
from playrec_core.ui.session import opened_run
from playrec_core.ui.wording.run import evidence

run = opened_run.current()
st.title(tr("Models"))
model = selected.current(run)
if model:
    card(run, model)
else:
    st.markdown(evidence(run))
    overview(run)
