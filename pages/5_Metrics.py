"""Metrics: how good every model's answers are, how sure that is, and how it was measured."""

import streamlit as st

from playrec_core.evaluation.published import PUBLISHED
from playrec_core.ui import bootstrap, metric_playlists, metric_sections, metric_tables, mix
from playrec_core.ui.comparisons import comparisons
from playrec_core.ui.explanations import explanations
from playrec_core.ui.measured import standings
from playrec_core.ui.metric_definitions import show_definitions, show_protocol
from playrec_core.ui.metric_words import metric_words
from playrec_core.ui.protocol_lens import protocol_lens
from playrec_core.ui.run_words import evidence, tags_are_measurable, why_no_tags
from playrec_core.ui.sweeps import sweeps

run = bootstrap.begin("Metrics", ":material/monitoring:")
words = metric_words(run)
standing = standings(run, run.id, tuple(words.values()))
st.title("Metrics")
st.markdown(evidence(run))
if not tags_are_measurable(run):
    st.info(why_no_tags(run))
metric_sections.headline(run, words)
models = metric_sections.chosen_models(run, words)
TABS = (
    *("All metrics", "By question", "Open a figure", "Trade-offs", "Two models", "Protocol lens", "Explanations"),
    *("Mix", "Compared", "Sweeps", "Published"),
)
overview, questions, opened, sides, pair, lens, told, mixed, systems, searched, published = st.tabs(
    TABS,
    key="metrics_tab",
    bind="query-params",
    on_change="rerun",  # only the open tab is drawn
)
if overview.open:
    with overview:
        metric_sections.overview(run, models, words, standing)
if questions.open:
    with questions:
        metric_sections.by_question(run, models, words)
if opened.open:
    with opened:
        metric_playlists.playlists_behind(run, models, words)
if sides.open:
    with sides:
        metric_sections.trade_off(run, models, words)
if pair.open:
    with pair:
        metric_sections.two_models(run, words)
if lens.open:
    with lens:
        protocol_lens(run, models)
if told.open:
    with told:
        explanations(run, models)
if mixed.open:
    with mixed:
        mix.mix(run, words)
if systems.open:
    with systems:
        comparisons(run, words)
if searched.open:
    with searched:
        sweeps(run, words)
if published.open:
    with published:
        st.info(
            "Other people's figures: other data, other protocol, no intervals. They do not compare with the ones here."
        )
        for table in PUBLISHED:
            metric_tables.show_published(table)
with st.expander("How this was measured: protocol and tie rule"):
    show_protocol(run)
meanings = st.expander("What each metric means", key="metrics.meanings", on_change="rerun")
if meanings.open:
    with meanings:
        show_definitions(list(words.values()))
