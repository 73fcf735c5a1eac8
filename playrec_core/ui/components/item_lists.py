"""Shelves: short lists of items side by side, one click away from what can be done with each.

One small component for all of them, because a button a row and action would be two hundred Streamlit elements a
page. The component is two files beside this one, loads nothing from anywhere, and sets every name as text.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from streamlit.components.v2 import component

from playrec_core.data.dataset import Dataset
from playrec_core.schema import ARTIST, TITLE
from playrec_core.ui.frontend.assets import CLICKS, LISTS, MAKE, joined
from playrec_core.ui.frontend.clicks import clickable
from playrec_core.ui.wording import items

_HERE = Path(__file__).parent
_shelves = component(
    "playrec_shelves",
    js=joined(MAKE, CLICKS, _HERE / "item_lists.js"),
    css=joined(LISTS, _HERE / "item_lists.css"),
)
OPEN = "open"
"""What a click on a name asks for."""


@dataclass(frozen=True)
class Row:
    """One item on a shelf.

    Args:
        item: item_idx.
        value: a figure or word at the end of the row.
        bar: 0 to 1, drawn beneath the row.
        change: places gained (negative: lost) for an arrow; None for none.
    """

    item: int
    value: str = ""
    bar: float = 0.0
    change: int | None = None


@dataclass(frozen=True)
class Shelf:
    """One list.

    Args:
        title: its heading.
        rows: best first.
        note: a line below the heading.
        colour: of the dot before the heading and of the bars; "" for none.
        empty: what it says when there are no rows.
        numbered: whether rows have numbers.
    """

    title: str
    rows: Sequence[Row]
    note: str = ""
    colour: str = ""
    empty: str = ""
    numbered: bool = True


@dataclass(frozen=True)
class Action:
    """A button on every row.

    Args:
        name: what ``on_act`` is told.
        symbol: one or two characters.
        label: what it does, in words.
    """

    name: str
    symbol: str
    label: str


def shelves(
    dataset: Dataset,
    content: Sequence[Shelf],
    key: str,
    on_act: Callable[[str, int], None],
    *,
    open_label: str = "",
    actions: Sequence[Action] = (),
    chosen: Collection[int] = (),
    wide: bool = False,
    heading: Literal[2, 3] = 3,
) -> None:
    """Draw shelves.

    Args:
        dataset: whose items.
        content: the shelves.
        key: of the component.
        on_act: called before the rerun with `OPEN` or an action's name, and the item_idx.
        open_label: what a click on a name does; "" when names are not to be clicked.
        actions: buttons of every row.
        chosen: items to be marked.
        wide: let a shelf be as wide as the page.
        heading: the level of the shelves' headings: 3 below a heading of their own, 2 below the page's title.
    """
    shown = list(dict.fromkeys(row.item for shelf in content for row in shelf.rows))
    allowed = {action.name for action in actions} | ({OPEN} if open_label else set())

    named = items.table(dataset, shown)
    names = zip(named[TITLE], named[ARTIST], strict=True)
    data = {
        "shelves": [{**vars(shelf), "rows": [vars(row) for row in shelf.rows]} for shelf in content],
        "items": {str(item): texts for item, texts in zip(shown, names, strict=True)},
        "open": open_label,
        "actions": [vars(action) for action in actions],
        "chosen": [item for item in shown if item in chosen],
        "wide": wide,
        "heading": f"h{heading}",
    }

    def act(action: str, value: str) -> None:
        # This comes from a browser: only what was offered counts. Of the lists a session keeps no more than that.
        if value.isdecimal() and int(value) in shown:
            on_act(action, int(value))

    clickable(_shelves, data, key, allowed, act)
