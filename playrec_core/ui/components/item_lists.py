"""Item lists: short lists of items side by side, with buttons on every row.

One component for all lists, because a button per row and action would be two hundred Streamlit elements per page.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playrec_core.data.dataset import Dataset
from playrec_core.ui.frontend.assets import lists_component
from playrec_core.ui.frontend.clicks import Click, clickable
from playrec_core.ui.wording import items

_lists = lists_component("playrec_shelves", Path(__file__).with_name("item_lists.js"))
OPEN = "open"
"""Action of a click on a name."""


@dataclass(frozen=True)
class Row:
    """One item (item_idx) of a list, with a text at the end of the row and a bar of 0 to 1 below it."""

    item: int
    value: str = ""
    bar: float = 0.0


@dataclass(frozen=True)
class ItemList:
    """One list, best first, with a note below its title; the colour is that of a dot before the title and of the bars.
    ``empty`` is the text shown if there are no rows.
    """

    title: str
    rows: Sequence[Row]
    note: str = ""
    colour: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Action:
    """A button on every row, with a symbol of one or two characters; its name is passed to ``on_act``."""

    name: str
    symbol: str
    label: str


def item_lists(
    dataset: Dataset,
    content: Sequence[ItemList],
    key: str,
    on_act: Callable[[str, int], None],
    *,
    open_label: str = "",
    actions: Sequence[Action] = (),
    chosen: Collection[int] = (),
    wide: bool = False,
    heading: Literal[2, 3] = 3,
) -> None:
    """Draw item lists, the ``chosen`` items highlighted; each list takes the full width if ``wide``.

    ``on_act`` is called before the rerun with the name of an action, or with `OPEN` for a click on a name, and the
    item_idx. ``open_label`` describes that click; names are not clickable without it.
    """
    shown = list(dict.fromkeys(row.item for one in content for row in one.rows))
    allowed = {action.name for action in actions} | ({OPEN} if open_label else set())
    data = {
        "lists": [{**vars(one), "rows": [vars(row) for row in one.rows]} for one in content],
        "items": {str(item): texts for item, texts in zip(shown, items.names(dataset, shown), strict=True)},
        "open": open_label,
        "actions": [vars(action) for action in actions],
        "chosen": [item for item in shown if item in chosen],
        "wide": wide,
        "heading": f"h{heading}",
    }

    def act(click: Click) -> None:
        # Input from a browser: only items of these lists are accepted.
        if click.value.isdecimal() and int(click.value) in shown:
            on_act(click.action, int(click.value))

    clickable(_lists, data, key, allowed, act)
