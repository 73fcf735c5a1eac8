"""Panel: which list would a person choose, not knowing whose it is?"""

import streamlit as st

from playrec_core.language import mark, tr
from playrec_core.ui import bootstrap
from playrec_core.ui.items import collection
from playrec_core.ui.panel import panel_judge, panel_reveal
from playrec_core.ui.tabs import tabs
from playrec_core.ui.text import plain

with bootstrap.page("Panel", ":material/how_to_vote:") as run:
    now = panel_judge.settings(run)

    st.title(tr("Blind panel"))
    st.markdown(
        tr(
            "A {playlist}, and lists that continue it, without the models' names and in shuffled order. Say which is "
            "best; :material/thumb_up: or :material/thumb_down: a {item} if you like. Then see whose they were, and "
            "whether nDCG would have chosen the same.",
            playlist=plain(collection(run.nouns)),
            item=plain(run.nouns.item),
        )
    )
    opened = tabs("panel_tab", (mark("Judge"), mark("Reveal")))
    if opened["Judge"].open:
        with opened["Judge"]:
            panel_judge.setup(run, now)
            panel_judge.judge(run, now)
    if opened["Reveal"].open:
        with opened["Reveal"]:
            panel_reveal.reveal(run, now)
