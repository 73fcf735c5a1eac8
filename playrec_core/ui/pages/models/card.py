"""The card of one model: its description, its metrics here, and its settings and figures beside published ones."""

import streamlit as st

from playrec_core.evaluation.published import reimplemented_by
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.model_card.summary import description, facts
from playrec_core.ui.components.one_model import MODEL
from playrec_core.ui.components.published_table import show_published
from playrec_core.ui.session import model_view, page_files
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.run import evidence

from . import selected
from .figures_here import figures_here
from .settings_table import settings_table

_CHOICE = "models.choice"


def card(run: LoadedRun, name: str) -> None:
    """Draw the card of a model of the run."""
    _navigation(run, name)
    st.header(plain(run.model_title(name)))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        description(run, name)
    with right:
        facts(run, name)
    st.subheader(tr("Metrics in this run"))
    figures_here(run, name)
    st.caption(evidence(run) + ".")
    st.subheader(tr("Settings"))
    settings_table(run, name)
    if published := reimplemented_by([name]):
        st.subheader(tr("Published figures"))
        st.caption(
            tr(
                "By the source, with its own settings and data and without intervals: not comparable with the metrics "
                "above."
            )
        )
        for table in published:
            show_published(table)


def _navigation(run: LoadedRun, name: str) -> None:
    def chose() -> None:
        selected.put(run, st.session_state[_CHOICE])

    show(_CHOICE, name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        back = tr("All models")
        st.button(back, icon=":material/arrow_back:", key="models.all", on_click=selected.put, args=(run, ""))
        st.selectbox(
            tr("Model"),
            [one for family in run.families().values() for one in family],
            format_func=run.model_title,  # a select box shows plain text, not Markdown
            key=_CHOICE,
            on_change=chose,
            width=360,
        )
        for page, label, icon, address in (
            (page_files.CONTINUE, tr("Recommendations"), "queue_music", {model_view.MODELS: name}),
            (page_files.EXPLAIN, tr("Explain"), "balance", {MODEL: name}),
        ):
            st.page_link(page, label=label, icon=f":material/{icon}:", query_params=address)
