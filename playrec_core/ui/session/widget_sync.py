"""Widgets that show a value of the session."""

import streamlit as st


def show(key: str, value: object) -> None:
    """Set the value of a widget that is drawn next, for values that belong to the session.

    One that shows it already is left alone: a browser that is told a value puts it in the place of whatever was chosen
    while the page was being drawn, and of clicks in quick succession one was lost.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
