"""Metrics: how good every model's answers are, how sure that is, and how it was measured."""

import streamlit as st

from playrec_core.evaluation.published import PUBLISHED
from playrec_core.ui import bootstrap, metric_sections, metric_tables
from playrec_core.ui.measured import as_csv, standings
from playrec_core.ui.metric_definitions import show_definitions, show_protocol
from playrec_core.ui.metric_words import metric_words
from playrec_core.ui.run_words import evidence, tags_are_measurable, why_no_tags

run = bootstrap.begin("Metrics", ":material/monitoring:")
words = metric_words(run)
standing = standings(run, run.id, tuple(words.values()))
st.title("Metrics")
st.markdown(evidence(run))
if not tags_are_measurable(run):
    st.info(why_no_tags(run))
metric_sections.headline(run, words)
overview, questions, sides, pair, published = st.tabs(
    ["All metrics", "By question", "Accuracy and the rest", "Two models", "Published elsewhere"]
)
with overview:
    hits = [word for word in words.values() if word.accuracy]
    metric_tables.show_all(run, hits, standing, "Measured here: finding what was hidden")
    rest = [word for word in words.values() if not word.accuracy]
    metric_tables.show_all(run, rest, standing, f"Measured here: what kind of {run.nouns.items} are answered")
    st.caption("★ ahead of every other model · ≈ best, or not told apart from it (paired bootstrap, 95 %)")
    st.download_button("Download as CSV", as_csv(run), "metrics.csv", "text/csv", on_click="ignore")
    metric_sections.one_metric(run, words)
with questions:
    metric_sections.by_question(run, words)
with sides:
    metric_sections.trade_off(run, words)
with pair:
    metric_sections.two_models(run, words)
with published:
    st.info("Other people's figures: other data, other protocol, no intervals. They do not compare with the ones here.")
    for table in PUBLISHED:
        metric_tables.show_published(table)
with st.expander("How this was measured: protocol and tie rule"):
    show_protocol(run)
with st.expander("What each metric means"):
    show_definitions(list(words.values()))
