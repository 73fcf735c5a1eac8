"""What if: recommendations for an edited seed, counterfactuals, and re-ranking."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.one_model import one_model
from playrec_core.ui.components.seed.current_playlist import current_with_songs
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.what_if.counterfactuals import counterfactuals
from playrec_core.ui.pages.what_if.edited_seed import edit_seed
from playrec_core.ui.pages.what_if.rerank import rerank_list
from playrec_core.ui.session import item_focus, opened_run
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

DEPTHS = (5, 10, 20)

run = opened_run.current()
dataset, nouns = run.dataset, run.nouns
built = plain(collection(nouns))

st.title(tr("What if?"))
query = current_with_songs(
    run,
    "whatif.first",
    tr("The {playlist} has no {item} to edit. Add one here, or on Continue.", item=plain(nouns.item), playlist=built),
).query

with st.container(horizontal=True, vertical_alignment="bottom"):
    model = one_model(run)
    top = st.segmented_control(
        tr("Show top"), DEPTHS, default=10, required=True, key="whatif.top", persist_state="session"
    )
item = item_focus.current(dataset, why_dialog.ITEM)

st.header(tr("Edit the seed"))
edit_seed(run, model, query, top)
st.header(tr("Counterfactuals"))
counterfactuals(run, model, query, item, top)
st.header(tr("Re-rank: less popular, more diverse"))
rerank_list(run, model, query, top)
