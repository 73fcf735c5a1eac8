"""Tabs that an address can name, in whatever language they are labelled."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from playrec_core.i18n import current, tr
from playrec_core.ui.session.url_state import UrlState


def tabs(key: str, names: Sequence[str], former: Mapping[str, str] | None = None) -> Mapping[str, TabContainer]:
    """Tabs by name, of which only the ``open`` one need be drawn.

    Streamlit's own binding to the address would put the label there, so that a link would hold in one language only,
    and a switch of language would close the tab.

    Args:
        key: of the query parameter; it holds the name, and nothing for the first one.
        names: English messages, which `tr` puts into the reader's language. Addresses know them as they are.
        former: names that old addresses use, and the name of today.
    """
    labels, widget = {tr(name): name for name in names}, f"{key}.{current()}"

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
    return dict(zip(names, opened, strict=True))
