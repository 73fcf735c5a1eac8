"""Panel: which list would a person choose, not knowing whose it is?"""

import streamlit as st

from playrec_core.ui import bootstrap, panel_judge, panel_reveal
from playrec_core.ui.items import collection
from playrec_core.ui.text import plain

run = bootstrap.begin("Panel", ":material/how_to_vote:")
now = panel_judge.settings(run)

st.title("Blind panel")
st.markdown(
    f"A {plain(collection(run.nouns))}, and lists that continue it, without the models' names and in shuffled order. "
    f"Say which is best; 👍 or 👎 a {plain(run.nouns.item)} if you like. Then see whose they were, and whether nDCG "
    "would have chosen the same."
)
judging, revealing = st.tabs(["Judge", "Reveal"], key="panel_tab", bind="query-params", on_change="rerun")
if judging.open:
    with judging:
        panel_judge.setup(run, now)
        panel_judge.judge(run, now)
if revealing.open:
    with revealing:
        panel_reveal.reveal(run, now)
