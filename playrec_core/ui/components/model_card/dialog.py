"""The dialog *About this model*, over a page on which the model's name is a heading."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.one_model import MODEL
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import plain

from .summary import description, facts

_ASKED = "playrec_about_model"


def ask(run: LoadedRun, name: str) -> None:
    """Note which model a person asked about. It comes from a browser: what the run does not have is dropped."""
    if name in run.model_names:
        st.session_state[_ASKED] = name


def show(run: LoadedRun) -> None:
    """Open the dialog if a person has just asked about a model."""
    name = st.session_state.pop(_ASKED, None)
    if name in run.model_names:
        opened = st.dialog(plain(run.model_title(name)), width="medium", position="right", icon=":material/category:")
        opened(_body)(run, name)


def _body(run: LoadedRun, name: str) -> None:
    description(run, name)
    facts(run, name)
    label = tr("Settings, metrics and published figures")
    st.page_link(page_files.MODELS, label=label, icon=":material/category:", query_params={MODEL: name})
