"""Chooses the one model that a page is about; the pages about one model share the choice, and the address names it."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.models.factorisation.als import Als
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.session import page_files
from playrec_core.ui.session.url_state import UrlState
from playrec_core.ui.session.widget_sync import show

MODEL = "model"


def one_model(run: LoadedRun) -> str:
    """Draw the choice, by family; a model's name in the configuration. ALS until a person has chosen: its
    explanation can be followed to the last digit.
    """
    kinds = {name: registry.kind_of(name, table) for name, table in run.config.models.items()}
    first = next((name for name, kind in kinds.items() if issubclass(kind, Als)), run.model_names[0])

    def read(given: dict[str, str]) -> str:
        return given[MODEL] if given.get(MODEL) in run.model_names else first

    state = UrlState("playrec_model", (MODEL,), read, lambda name: {MODEL: name})
    show("explain.model", state.get(valid=run.model_names.__contains__))

    def chose() -> None:
        state.put(st.session_state["explain.model"])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            tr("Model"),
            [name for family in run.families().values() for name in family],
            format_func=run.model_title,  # a select box shows plain text, not Markdown
            key="explain.model",
            on_change=chose,
            width=360,
        )
        st.page_link(
            page_files.MODELS, label=tr("About this model"), icon=":material/category:", query_params={MODEL: chosen}
        )
    return chosen
