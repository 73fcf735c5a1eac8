"""Several models' recommendations side by side, as one component.

Streamlit's own tables draw on a canvas, one a model; six of them, with buttons in every row, are neither quick nor
readable at this width.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playrec_core.ui.frontend.assets import lists_component
from playrec_core.ui.frontend.clicks import Click, clickable

_grid = lists_component("playrec_board", Path(__file__).with_name("grid.js"))
ACTIONS = ("add", "ban", "why", "tag", "earlier", "later", "about", "hide")


def grid(data: dict[str, Any], key: str, on_click: Callable[[Click], None]) -> None:
    """Draw the grid of `rows.grid_data`. A click has one of `ACTIONS`, an item_idx, tag_idx or model name, and the
    model in whose list it was made.
    """
    clickable(_grid, data, key, ACTIONS, on_click)
