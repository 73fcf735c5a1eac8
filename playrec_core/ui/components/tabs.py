"""Tabs whose name is part of the address, independent of the language."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from playrec_core.i18n import current, tr

_WRITTEN = "playrec_tabs_address"


def tabs(key: str, names: Sequence[str]) -> Mapping[str, TabContainer]:
    """Return tabs by name; only the ``open`` one need be drawn.

    Streamlit's own binding to the address uses the translated label, so a link would work in one language only, and a
    switch of language would change the tab.

    Args:
        key: query parameter with the name; absent for the first tab.
        names: English messages, translated for labels and used as they are in addresses.
    """
    labels = {tr(name): name for name in names}
    widget = f"{key}.{current()}"
    written: dict[str, str] = st.session_state.setdefault(_WRITTEN, {})
    given = st.query_params.get(key, "")
    given = labels.get(given, given)
    wanted = given if given in names else names[0]
    # If the address changed, or the page or language, the address wins; otherwise the click.
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
