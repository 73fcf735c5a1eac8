"""Chooses the one model that a page is about; the pages about one model share the choice, and the address names it."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models.factorisation.als import Als
from playrec_core.serving.loaded_run import LoadedRun

MODEL = "model"
_CHOICE, _WRITTEN = "explain.model", "explain.model.address"


def one_model(run: LoadedRun) -> str:
    """Draw the choice, by family; a model's name in the configuration. ALS until a person has chosen: its
    explanation is the one that can be followed to the last digit.
    """
    default = next((name for name in run.model_names if isinstance(run.model(name), Als)), run.model_names[0])
    given = st.query_params.get(MODEL)
    if given in run.model_names and given != st.session_state.get(_WRITTEN):
        st.session_state[_CHOICE] = given  # by a link, or the browser's way back
    elif st.session_state.get(_CHOICE) not in run.model_names:
        st.session_state[_CHOICE] = default
    names = [name for family in run.families().values() for name in family]
    model = st.selectbox(
        tr("Model"),
        names,
        format_func=run.model_title,  # a select box shows plain text, not Markdown
        key=_CHOICE,
        persist_state="session",
        width=360,
    )
    st.query_params[MODEL] = st.session_state[_WRITTEN] = model
    return model
