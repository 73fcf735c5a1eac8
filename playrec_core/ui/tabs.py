"""Tabs that keep their place in the address in any language.

Streamlit knows a tab by its label, in the session and in the address alike; a label changes with the language. Here
the address holds the English name, so that a link opens the same tab for whoever follows it.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ..language import current, tr


def tabs(names: Sequence[str], key: str) -> Sequence[Any]:
    """Draw the tabs; only the open one (``.open``) need be filled.

    Args:
        names: the labels in English, marked for translation; the first is open until a person chooses.
        key: of the address: ``?key=name``.

    Returns:
        A container each.
    """
    labels = [tr(name) for name in names]
    widget, written = f"{key}.{current()}", f"{key}.address"
    given = st.query_params.get(key, "")
    if given in names and given != st.session_state.get(written):
        st.session_state[widget] = tr(given)  # by a link, the browser's way back, or in another language
    containers = st.tabs(labels, key=widget, on_change="rerun")
    opened = next((name for name, one in zip(names, containers, strict=True) if one.open), names[0])
    if opened != names[0] or given:
        st.query_params[key] = opened
    st.session_state[written] = opened
    return containers
