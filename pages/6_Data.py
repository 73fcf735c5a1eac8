"""Data: what the models learn from. Sizes, distributions, the long tail, dates, and how it is stored."""

import streamlit as st

from playrec_core.data.profile import Profile
from playrec_core.language import mark, tr
from playrec_core.serving import LoadedRun
from playrec_core.ui import bootstrap
from playrec_core.ui.data import csr_lesson, data_sections
from playrec_core.ui.data.data_clusters import clusters
from playrec_core.ui.data.data_features import features
from playrec_core.ui.tabs import tabs


def distributions(run: LoadedRun, found: Profile) -> None:
    data_sections.distributions(run, found)
    data_sections.origin(run)


def matrix(run: LoadedRun, found: Profile) -> None:
    csr_lesson.density(run, found.footprint)
    csr_lesson.lesson(run, data_sections.corner_of(run, run.id))


with bootstrap.page("Data", ":material/database:") as run:
    with st.spinner(tr("Counting …")):
        found = data_sections.profile_of(run, run.id)
    st.title(tr("Data"))
    data_sections.sizes(run, found)
    TABS = {
        mark("Distributions"): lambda: distributions(run, found),
        mark("Long tail"): lambda: data_sections.long_tail(run, found),
        mark("Most popular"): lambda: data_sections.most_popular(run),
        mark("Dates and their repair"): lambda: data_sections.dates(run, found.dates),
        mark("Features"): lambda: features(run),
        mark("Clusters"): lambda: clusters(run),
        mark("Confidence"): lambda: data_sections.confidence(run, found),
        mark("Sparse matrix"): lambda: matrix(run, found),
    }
    for name, tab in tabs("data_tab", list(TABS)).items():
        if tab.open:
            with tab:
                TABS[name]()
