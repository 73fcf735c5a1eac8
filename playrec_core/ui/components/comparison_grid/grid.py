"""The board: several models' answers side by side, as one small component.

Streamlit's own tables draw on a canvas, one a model; six of them, with two buttons a row, are neither quick nor
readable at this width. The component is two files beside this one, loads nothing from anywhere, and sets every name
as text.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from playrec_core.ui.frontend.assets import CLICKS, LISTS, MAKE, joined
from playrec_core.ui.frontend.clicks import clickable

_HERE = Path(__file__).parent
_board = component(
    "playrec_board",
    js=joined(MAKE, CLICKS, _HERE / "grid.js"),
    css=joined(LISTS, _HERE / "grid.css"),
)
ACTIONS = ("add", "ban", "why", "tag", "earlier", "later", "hide")


def board(data: dict[str, Any], key: str, on_act: Callable[[str, str], None]) -> None:
    """Draw the board.

    Args:
        data: from `rows.board_data`.
        key: of the component.
        on_act: called before the rerun with one of `ACTIONS` and its item_idx, tag_idx or model name, as text;
            "why" with both model and item_idx, "als:12". All come from a browser: check that the value is one you
            offered.
    """
    clickable(_board, data, key, ACTIONS, on_act)
