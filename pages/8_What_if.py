"""What if: the list under another seed, what it takes to lose or win an answer, and the same answers reordered."""

import streamlit as st

from playrec_core.language import tr
from playrec_core.ui import bootstrap, focus
from playrec_core.ui.answers import continuation
from playrec_core.ui.items import collection
from playrec_core.ui.one_model import one_model
from playrec_core.ui.text import plain
from playrec_core.ui.what_if.reorder import reorder
from playrec_core.ui.what_if.what_if import another
from playrec_core.ui.what_if.what_it_takes import what_it_takes
from playrec_core.ui.why import why_dialog

DEPTHS = (5, 10, 20)

with bootstrap.page("What if", ":material/alt_route:") as run:
    dataset, nouns = run.dataset, run.nouns
    built, items = plain(collection(nouns)), plain(nouns.items)

    st.title(tr("What if?"))
    playlist = continuation.playlist_with_songs(
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
        top = st.segmented_control(
            tr("List"), DEPTHS, default=10, required=True, key="whatif.top", persist_state="session"
        )
    item = focus.current(dataset, why_dialog.ITEM)

    st.header(tr("… your {playlist} were another", playlist=built))
    another(run, model, playlist, top)
    st.header(tr("What it takes"))
    what_it_takes(run, model, playlist, item, top)
    st.header(tr("… you wanted other {items} than the best known", items=items))
    reorder(run, model, playlist, top)
