"""What is clicked in a component of the app's own: every click reaches the server, and each is done once, in order.

A trigger of Streamlit's is one value. A second click before the first is answered replaces it, and what a widget says
of itself may be older than what the server drew meanwhile. So clicks are numbered by the browser, and sent until the
server says that they are done.
"""

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st


def clickable(
    mount: Callable[..., Any],
    data: dict[str, Any],
    key: str,
    actions: Collection[str],
    on_act: Callable[[str, str], None],
) -> None:
    """Draw a component whose script has `clicks.js` before it.

    Args:
        mount: what `streamlit.components.v2.component` gave.
        data: what it draws; "handled" is added.
        key: of the component.
        actions: what a click may ask for.
        on_act: called before the rerun with an action and a value. The value comes from a browser: check that it is
            one you offered.
    """
    handled = f"{key}.handled"

    def do(clicks: object) -> bool:
        new = new_clicks(clicks, st.session_state.get(handled, 0), actions)
        for number, action, value in new:
            st.session_state[handled] = number
            on_act(action, value)
        return bool(new)

    def clicked() -> None:
        do(st.session_state[key].get("clicks"))

    result = mount(data={**data, "handled": st.session_state.get(handled, 0)}, key=key, on_clicks_change=clicked)
    # A server that was started anew knows no callback yet when the first click of an open page reaches it.
    if do(result.get("clicks")):
        st.rerun()


def new_clicks(clicks: object, handled: int, actions: Collection[str]) -> list[tuple[int, str, str]]:
    """The clicks that are not done yet, in order: (number, action, value).

    Args:
        clicks: what the browser sent; anything that is no click is left out.
        handled: the number of the last click that was done.
        actions: what a click may ask for.
    """
    new = []
    for click in clicks if isinstance(clicks, list) else ():
        match click:
            case [int(number), str(action), str(value)] if action in actions and number > handled:
                new.append((number, action, value))
                handled = number
    return new
