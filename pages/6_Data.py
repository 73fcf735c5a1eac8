"""Data: what the models learn from. Sizes, distributions, the long tail, dates, and how it is stored."""

import streamlit as st

from playrec_core.language import mark, tr
from playrec_core.ui import bootstrap, csr_lesson, data_sections
from playrec_core.ui.data_clusters import clusters
from playrec_core.ui.data_features import features
from playrec_core.ui.tabs import tabs

run = bootstrap.begin("Data", ":material/database:")
with st.spinner(tr("Counting …")):
    found = data_sections.profile_of(run, run.id)
st.title(tr("Data"))
data_sections.sizes(run, found)
glance, tail, popular, dates, content, kinds, weights, matrix = tabs(
    [
        mark("Distributions"),
        mark("Long tail"),
        mark("Most popular"),
        mark("Dates and their repair"),
        mark("Features"),
        mark("Clusters"),
        mark("Confidence"),
        mark("Sparse matrix"),
    ],
    key="data_tab",
)
if glance.open:
    with glance:
        data_sections.distributions(run, found)
        data_sections.origin(run)
if tail.open:
    with tail:
        data_sections.long_tail(run, found)
if popular.open:
    with popular:
        data_sections.most_popular(run)
if dates.open:
    with dates:
        data_sections.dates(run, found.dates)
if content.open:
    with content:
        features(run)
if kinds.open:
    with kinds:
        clusters(run)
if weights.open:
    with weights:
        data_sections.confidence(run, found)
if matrix.open:
    with matrix:
        csr_lesson.density(run, found.footprint)
        csr_lesson.lesson(run, data_sections.corner_of(run, run.id))
