"""The pages of the app, by section of the sidebar. A page is one file below ``pages/``."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from playrec_core.i18n import mark
from playrec_core.ui.shell.app import serve
from playrec_core.ui.shell.navigation import Page

PAGES = {
    "": [Page("home/home.py", mark("Home"), "home", "")],
    mark("Explore"): [
        Page("explore/continue_.py", mark("Continue"), "queue_music", "Continue"),
        Page("explore/similar.py", mark("Similar"), "hub", "Similar"),
        Page("explore/map.py", mark("Map"), "scatter_plot", "Map"),
    ],
    mark("Understand"): [
        Page("understand/explain.py", mark("Explain"), "balance", "Explain"),
        Page("understand/what_if.py", mark("What if"), "alt_route", "What_if"),
        Page("understand/disagreements.py", mark("Disagreements"), "call_split", "Disagreements"),
        Page("understand/models.py", mark("Models"), "category", "Models"),
    ],
    mark("Evaluate"): [
        Page("evaluate/metrics.py", mark("Metrics"), "monitoring", "Metrics"),
        Page("evaluate/panel.py", mark("Panel"), "how_to_vote", "Panel"),
    ],
    mark("Learn"): [Page("learn/learn.py", mark("Lessons"), "school", "Learn")],
    mark("Library"): [
        Page("library/data.py", mark("Data"), "database", "Data"),
        Page("library/case.py", mark("Cases"), "inventory_2", "Case"),
    ],
}

if __name__ == "__main__":
    serve(PAGES)  # for each rerun
else:
    # `streamlit run` imports this file once, when it starts, and serves what it finds here. Without it, Streamlit takes
    # the folder ``pages`` for one of an older kind, and the first deep link opens a dialog "Page not found".
    PagesManager.uses_pages_directory = False
    app = st.App(__file__)
