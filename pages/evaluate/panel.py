"""Panel: which list would a person choose, not knowing whose it is?"""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.ui.components.tabs import tabs
from playrec_core.ui.pages.panel import judging, results
from playrec_core.ui.session import opened_run
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

run = opened_run.current()
now = judging.settings(run)

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


def judge() -> None:
    judging.setup(run, now)
    judging.judge(run, now)


tabs("panel_tab", {mark("Judge"): judge, mark("Reveal"): lambda: results.reveal(run, now)})
