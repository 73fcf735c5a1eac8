"""Metrics: the evaluation of every model, with intervals and definitions."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.ui.components.tabs import tabs
from playrec_core.ui.pages.metrics import error_analysis, sections, tables
from playrec_core.ui.pages.metrics.comparisons import comparisons
from playrec_core.ui.pages.metrics.definitions import show_definitions, show_protocol
from playrec_core.ui.pages.metrics.explanations import explanations
from playrec_core.ui.pages.metrics.protocol_sensitivity import protocol_sensitivity
from playrec_core.ui.pages.metrics.sweeps import sweeps
from playrec_core.ui.pages.metrics.weighted_vote import weighted_vote
from playrec_core.ui.session import opened_run
from playrec_core.ui.wording.figures import standings
from playrec_core.ui.wording.metrics import metric_words
from playrec_core.ui.wording.run import evidence, tags_are_measurable, why_no_tags

run = opened_run.current()
words = metric_words(run)
standing = standings(run, words)
st.title(tr("Metrics"))
st.markdown(evidence(run))
if not tags_are_measurable(run):
    st.info(why_no_tags(run))
sections.headline(run, words)
models = sections.chosen_models(run, words)
TABS = {
    mark("All metrics"): lambda: sections.overview(run, models, words, standing),
    mark("By segment"): lambda: sections.by_segment(run, models, words),
    mark("Error analysis"): lambda: error_analysis.playlists_behind(run, models, words),
    mark("Trade-offs"): lambda: sections.trade_off(run, models, words),
    mark("Two models"): lambda: sections.two_models(run, words),
    mark("Protocols"): lambda: protocol_sensitivity(run, models),
    mark("Explanations"): lambda: explanations(run, models),
    mark("Weighted vote"): lambda: weighted_vote(run, words),
    mark("Replications"): lambda: comparisons(run, words),
    mark("Sweeps"): lambda: sweeps(run, words),
    mark("Published"): tables.show_all_published,
}
# Names that addresses of earlier versions have.
FORMER = {
    "By question": "By segment",
    "Open a figure": "Error analysis",
    "Protocol lens": "Protocols",
    "Mix": "Weighted vote",
    "Compared": "Replications",
}
tabs("metrics_tab", TABS, FORMER)
with st.expander(tr("How this was measured: protocol and tie rule")):
    show_protocol(run)
meanings = st.expander(tr("What each metric means"), key="metrics.meanings", on_change="rerun")
if meanings.open:
    with meanings:
        show_definitions(list(words.values()))
