"""Clicks in the app's own components: each reaches the server, and each is handled once, in order.

A trigger of Streamlit's has one value. A second click before the first is answered replaces it, and what a widget
reports may be older than what the server drew meanwhile. So the browser numbers clicks, and sends them until the server
says that they are handled.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import streamlit as st


class Click(NamedTuple):
    """A click. All of it comes from a browser: check that it is one that was offered.

    Args:
        number: of the click in its component.
        action: what was clicked.
        value: what it was clicked for, an item_idx for example, as text.
        list: the list of the component that it was clicked in, "" where there is one only.
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
    """Draw a component whose script uses `lists.js`.

    Args:
        mount: what `streamlit.components.v2.component` returned.
        data: what it draws; "handled" is added.
        key: of the component.
        actions: the actions that it offers; clicks with another are dropped.
        on_click: called before the rerun.
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
    """The clicks that are not handled yet, in order.

    Args:
        clicks: what the browser sent; anything that is no click is left out.
        handled: the number of the last click that was handled.
        actions: the actions that are offered.
    """
    new = []
    for click in clicks if isinstance(clicks, list) else ():
        match click:
            case [int(number), str(action), str(value), str(source)] if action in actions and number > handled:
                new.append(Click(number, action, value, source))
                handled = number
    return new
