"""Clicks in the app's own components: each reaches the server, and each is handled once, in order.

A trigger of Streamlit's has one value. A second click before the first is answered replaces it, and what a widget
reports may be older than what the server drew meanwhile. So the browser numbers clicks, and sends them until the server
says that they are handled.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import streamlit as st


class Click(NamedTuple):
    """A click on an action, for a value (such as an item_idx, as text), in one of the lists of a component ("" where
    there is one only). All of it comes from a browser: check that it is one that was offered.
    """

    number: int
    action: str
    value: str
    list: str


def clickable(
    mount: Callable[..., Any],
    data: dict[str, Any],
    key: str,
    actions: Collection[str],
    on_click: Callable[[Click], None],
) -> None:
    """Draw a component (``mount``) whose script uses `lists.js`; ``on_click`` is called before the rerun, for clicks
    with one of the actions.
    """
    handled = f"{key}.handled"

    def handle(clicks: object) -> bool:
        new = new_clicks(clicks, st.session_state.get(handled, 0), actions)
        for click in new:
            st.session_state[handled] = click.number
            on_click(click)
        return bool(new)

    def clicked() -> None:
        handle(st.session_state[key].get("clicks"))

    result = mount(data={**data, "handled": st.session_state.get(handled, 0)}, key=key, on_clicks_change=clicked)
    # A server that was restarted knows no callback yet when the first click of an open page reaches it.
    if handle(result.get("clicks")):
        st.rerun()


def new_clicks(clicks: object, handled: int, actions: Collection[str]) -> list[Click]:
    """The clicks with offered actions after the last handled one, in order; what is no click is left out."""
    new = []
    for click in clicks if isinstance(clicks, list) else ():
        match click:
            case [int(number), str(action), str(value), str(source)] if action in actions and number > handled:
                new.append(Click(number, action, value, source))
                handled = number
    return new
