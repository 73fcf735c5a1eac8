"""Language of a session: from the switch, the address or the browser, in this order."""

import threading

import streamlit as st
from streamlit.components.v2 import component

from playrec_core.i18n import LANGUAGES, SOURCE, current, read_from, tr

from .widget_sync import show

_CHOSEN, _SPOKEN, _SWITCH = "playrec_language", "playrec_spoken", "language.switch"
PARAMETER = "lang"
# Streamlit declares every page English. Screen readers choose a voice by the declared language, browsers a font.
_tell = component("playrec_language", js="export default ({ data }) => { document.documentElement.lang = data }")


# A thread runs the script of one session at a time. Reading the session state for every message took 5 % of a page.
_here = threading.local()


def spoken() -> str:
    """The code of this session's language: what `begin` found, for callbacks and fragments too, which run before the
    page or without it, and perhaps in another thread. A page asks some hundred times, so it is found once.
    """
    return getattr(_here, "code", None) or st.session_state.get(_SPOKEN) or _found()


def speak(code: str) -> None:
    """Set the language of this thread, which runs no session."""
    _here.code = code


def _found() -> str:
    """Language that was chosen, else of the address, else of the browser, else English."""
    known = (st.session_state.get(_CHOSEN), st.query_params.get(PARAMETER), (st.context.locale or SOURCE)[:2])
    return next((code for code in known if code in LANGUAGES), SOURCE)


def begin() -> None:
    """Set the language of this rerun; a language in the address wins over an earlier choice."""
    read_from(spoken)
    asked = st.query_params.get(PARAMETER, "")
    if asked in LANGUAGES:
        st.session_state[_CHOSEN] = asked
    elif _CHOSEN in st.session_state:
        st.query_params[PARAMETER] = st.session_state[_CHOSEN]
    st.session_state[_SPOKEN] = _here.code = _found()


def _switched() -> None:
    chosen = st.session_state[_SWITCH]
    if chosen in LANGUAGES:  # it has no value when the browser goes back while the page is drawn
        st.session_state[_CHOSEN] = chosen
        st.query_params[PARAMETER] = chosen


def switch() -> None:
    """Draw the language switch, and tell the browser the language of the page."""
    _tell(data=current(), key="language.told")
    show(_SWITCH, current())
    st.segmented_control(
        tr("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_SWITCH,
        on_change=_switched,
        label_visibility="collapsed",
        width="stretch",
    )
