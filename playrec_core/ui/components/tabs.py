"""Tabs that an address can name, in whatever language they are labelled."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from playrec_core.i18n import current, tr

_WRITTEN = "playrec_tabs_address"


def tabs(key: str, names: Sequence[str]) -> Mapping[str, TabContainer]:
    """Tabs by name, of which only the ``open`` one need be drawn.

    Streamlit's own binding to the address would put the label there, so that a link would hold in one language only,
    and a switch of language would close the tab.

    Args:
        key: of the query parameter; it holds the name, and nothing for the first one.
        names: English messages, which `tr` puts into the reader's language. Addresses know them as they are.
    """
    labels = {tr(name): name for name in names}
    widget = f"{key}.{current()}"
    written: dict[str, str] = st.session_state.setdefault(_WRITTEN, {})
    given = st.query_params.get(key, "")
    given = labels.get(given, given)
    wanted = given if given in names else names[0]
    # A person changed the address, or came from another page or language: the address wins. Otherwise the click.
    if wanted != written.get(key) or widget not in st.session_state:
        st.session_state[widget] = tr(wanted)
    opened = st.tabs(list(labels), key=widget, on_change="rerun")
    now = labels.get(st.session_state[widget], names[0])
    if now != names[0] and given != now:
        st.query_params[key] = now
    elif now == names[0] and key in st.query_params:
        del st.query_params[key]
    written[key] = now
    return dict(zip(names, opened, strict=True))
