"""Metrics: how good every model's answers are, how sure that is, and how it was measured."""

import streamlit as st

from playrec_core.language import mark, tr
from playrec_core.ui import bootstrap
from playrec_core.ui.measured import standings
from playrec_core.ui.metric_words import metric_words
from playrec_core.ui.metrics import metric_playlists, metric_sections, metric_tables, mix
from playrec_core.ui.metrics.comparisons import comparisons
from playrec_core.ui.metrics.explanations import explanations
from playrec_core.ui.metrics.metric_definitions import show_definitions, show_protocol
from playrec_core.ui.metrics.protocol_lens import protocol_lens
from playrec_core.ui.metrics.sweeps import sweeps
from playrec_core.ui.run_words import evidence, tags_are_measurable, why_no_tags
from playrec_core.ui.tabs import tabs

with bootstrap.page("Metrics", ":material/monitoring:") as run:
    words = metric_words(run)
    standing = standings(run, words)
    st.title(tr("Metrics"))
    st.markdown(evidence(run))
    if not tags_are_measurable(run):
        st.info(why_no_tags(run))
    metric_sections.headline(run, words)
    models = metric_sections.chosen_models(run, words)
    TABS = {
        mark("All metrics"): lambda: metric_sections.overview(run, models, words, standing),
        mark("By question"): lambda: metric_sections.by_question(run, models, words),
        mark("Open a figure"): lambda: metric_playlists.playlists_behind(run, models, words),
        mark("Trade-offs"): lambda: metric_sections.trade_off(run, models, words),
        mark("Two models"): lambda: metric_sections.two_models(run, words),
        mark("Protocol lens"): lambda: protocol_lens(run, models),
        mark("Explanations"): lambda: explanations(run, models),
        mark("Mix"): lambda: mix.mix(run, words),
        mark("Compared"): lambda: comparisons(run, words),
        mark("Sweeps"): lambda: sweeps(run, words),
        mark("Published"): metric_tables.show_all_published,
    }
    for name, tab in tabs("metrics_tab", list(TABS)).items():
        if tab.open:
            with tab:
                TABS[name]()
    with st.expander(tr("How this was measured: protocol and tie rule")):
        show_protocol(run)
    meanings = st.expander(tr("What each metric means"), key="metrics.meanings", on_change="rerun")
    if meanings.open:
        with meanings:
            show_definitions(list(words.values()))
