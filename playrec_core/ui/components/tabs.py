"""Tabs that an address can name, in whatever language they are labelled."""

from collections.abc import Callable, Mapping

import streamlit as st

from playrec_core.i18n import current, tr
from playrec_core.ui.session.url_state import UrlState


def tabs(key: str, content: Mapping[str, Callable[[], None]], former: Mapping[str, str] | None = None) -> None:
    """Draw tabs, and the content of the open one.

    Streamlit's own binding to the address would put the label there, so that a link would hold in one language only,
    and a switch of language would close the tab. The query parameter ``key`` holds the English name, and nothing for
    the first one; ``former`` has names that old addresses use, and the name of today.
    """
    names, widget = list(content), f"{key}.{current()}"
    labels = {tr(name): name for name in names}

    def named(text: str) -> str:
        name = labels.get(text, (former or {}).get(text, text))
        return name if name in names else names[0]

    state = UrlState(
        f"{key}.open",
        (key,),
        lambda given: named(given.get(key, "")),
        lambda name: {} if name == names[0] else {key: name},
        reset=True,
    )
    before, wanted = st.session_state.get(state.name), state.get(valid=names.__contains__)
    # The address wins where it changed the value, and where the widget is new: another page or language was shown.
    if wanted != before or widget not in st.session_state:
        st.session_state[widget] = tr(wanted)
    opened = st.tabs(list(labels), key=widget, on_change="rerun")
    state.put(named(st.session_state[widget]))
    for draw, tab in zip(content.values(), opened, strict=True):
        if tab.open:
            with tab:
                draw()
