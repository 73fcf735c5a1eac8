"""Whose language a page speaks: the session's, from the switch, the address or the browser, in this order."""

import threading

import streamlit as st
from streamlit.components.v2 import component

from playrec_core.i18n import LANGUAGES, SOURCE, current, read_from, tr

from .widget_sync import show

_CHOSEN, _SPOKEN, _SWITCH = "playrec_language", "playrec_spoken", "language.switch"
PARAMETER = "lang"
# Streamlit's page says that it is English. A screen reader chooses its voice by this, a browser its font and whether to
# offer a translation.
_tell = component("playrec_language", js="export default ({ data }) => { document.documentElement.lang = data }")


# A thread runs one session's pages and no other's. Looking into the session's state a hundred times a page took a
# twentieth of its time.
_here = threading.local()


def spoken() -> str:
    """The code of this session's language: what `begin` found, for callbacks and fragments too, which run before the
    page or without it, and perhaps in another thread. A page asks some hundred times, so it is found once.
    """
    return getattr(_here, "code", None) or st.session_state.get(_SPOKEN) or _found()


def speak(code: str) -> None:
    """Let this thread, which runs no session's pages, say what it says in a language."""
    _here.code = code


def _found() -> str:
    return st.session_state.get(_CHOSEN) or _offered()


def _offered() -> str:
    """What the address asks for, else what the browser prefers, else English."""
    locale = st.context.locale or SOURCE
    return next((code for code in (st.query_params.get(PARAMETER, ""), locale[:2]) if code in LANGUAGES), SOURCE)


def begin() -> None:
    """Take the language up; a language that a person put into the address wins over an earlier choice."""
    read_from(spoken)
    asked = st.query_params.get(PARAMETER, "")
    if asked in LANGUAGES:
        st.session_state[_CHOSEN] = asked
    elif _CHOSEN in st.session_state:
        st.query_params[PARAMETER] = st.session_state[_CHOSEN]
    st.session_state[_SPOKEN] = _here.code = _found()


def _switched() -> None:
    chosen = st.session_state[_SWITCH]
    st.session_state[_CHOSEN] = chosen
    st.query_params[PARAMETER] = chosen


def switch() -> None:
    """The switch: every language by its own name. The browser is told which one the page is in."""
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
