"""Data: what the models learn from. Sizes, distributions, the long tail, dates, and how it is stored."""

import streamlit as st

from playrec_core.data.profile import Profile
from playrec_core.i18n import mark, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import csr_view
from playrec_core.ui.components.tabs import tabs
from playrec_core.ui.pages.data import sections
from playrec_core.ui.pages.data.clusters import clusters
from playrec_core.ui.pages.data.features import features
from playrec_core.ui.runtime import caches
from playrec_core.ui.session import opened_run


def distributions(run: LoadedRun, found: Profile) -> None:
    sections.distributions(run, found)
    sections.origin(run)


def matrix(run: LoadedRun, found: Profile) -> None:
    csr_view.density(run, found.footprint)
    csr_view.lesson(run, caches.corner_of(run))


run = opened_run.current()
with st.spinner(tr("Counting …")):
    found = caches.profile_of(run)
st.title(tr("Data"))
sections.sizes(run, found)
TABS = {
    mark("Distributions"): lambda: distributions(run, found),
    mark("Long tail"): lambda: sections.long_tail(run, found),
    mark("Most popular"): lambda: sections.most_popular(run),
    mark("Dates and their repair"): lambda: sections.dates(run, found.dates),
    mark("Features"): lambda: features(run),
    mark("Clusters"): lambda: clusters(run),
    mark("Confidence"): lambda: sections.confidence(run, found),
    mark("Sparse matrix"): lambda: matrix(run, found),
}
tabs("data_tab", TABS)
