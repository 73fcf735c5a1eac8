"""What if: the list under another seed, what it takes to lose or win an answer, and the same answers reordered."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.one_model import one_model
from playrec_core.ui.components.seed.current_playlist import playlist_with_songs
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.what_if.counterfactuals import what_it_takes
from playrec_core.ui.pages.what_if.edited_seed import another
from playrec_core.ui.pages.what_if.rerank import reorder
from playrec_core.ui.session import item_focus, opened_run
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

DEPTHS = (5, 10, 20)

run = opened_run.current()
dataset, nouns = run.dataset, run.nouns
built, items = plain(collection(nouns)), plain(nouns.items)

st.title(tr("What if?"))
playlist = playlist_with_songs(
    run,
    "whatif.first",
    tr(
        "There is no {item} in the {playlist} that could be changed. Add one here, or on Continue.",
        item=plain(nouns.item),
        playlist=built,
    ),
)

with st.container(horizontal=True, vertical_alignment="bottom"):
    model = one_model(run)
    top = st.segmented_control(tr("List"), DEPTHS, default=10, required=True, key="whatif.top", persist_state="session")
item = item_focus.current(dataset, why_dialog.ITEM)

st.header(tr("… your {playlist} were another", playlist=built))
another(run, model, playlist, top)
st.header(tr("What it takes"))
what_it_takes(run, model, playlist, item, top)
st.header(tr("… you wanted other {items} than the best known", items=items))
reorder(run, model, playlist, top)
