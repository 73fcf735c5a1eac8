"""The board: several models' answers side by side, as one small component.

Streamlit's own tables draw on a canvas, one a model; six of them, with two buttons a row, are neither quick nor
readable at this width. The component is two files beside this one, loads nothing from anywhere, and sets every name
as text.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from ..assets import LISTS, MAKE, joined

_HERE = Path(__file__).parent
_board = component(
    "playrec_board",
    js=joined(MAKE, _HERE / "board.js"),
    css=joined(LISTS, _HERE / "board.css"),
)
ACTIONS = ("add", "ban", "why", "tag", "earlier", "later", "hide")


def board(data: dict[str, Any], key: str, on_act: Callable[[str, str], None]) -> None:
    """Draw the board.

    Args:
        data: from `playrec_core.ui.answers.board_data`.
        key: of the component.
        on_act: called before the rerun with one of `ACTIONS` and its item_idx, tag_idx or model name, as text;
            "why" with both model and item_idx, "als:12". All come from a browser: check that the value is one you
            offered.
    """

    handled = f"{key}.handled"

    def do(clicks: object) -> bool:
        new = new_clicks(clicks, st.session_state.get(handled, 0))
        for number, action, value in new:
            st.session_state[handled] = number
            on_act(action, value)
        return bool(new)

    def clicked() -> None:
        do(st.session_state[key].get("clicks"))

    result = _board(data={**data, "handled": st.session_state.get(handled, 0)}, key=key, on_clicks_change=clicked)
    # A server that was started anew knows no callback yet when the first click of an open page reaches it.
    if do(result.get("clicks")):
        st.rerun()


def new_clicks(clicks: object, handled: int) -> list[tuple[int, str, str]]:
    """The clicks that are not done yet, in order: (number, one of `ACTIONS`, value).

    Args:
        clicks: what the browser sent; anything that is no click is left out.
        handled: the number of the last click that was done.
    """
    new = []
    for click in clicks if isinstance(clicks, list) else ():
        match click:
            case [int(number), str(action), str(value)] if action in ACTIONS and number > handled:
                new.append((number, action, value))
                handled = number
    return new
