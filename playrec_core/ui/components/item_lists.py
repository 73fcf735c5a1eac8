"""Item lists: short lists of items side by side, with buttons on every row.

One component for all lists, because a button per row and action would be two hundred Streamlit elements per page. The
component is two files in this folder, loads nothing from the network, and sets every name as text.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playrec_core.data.dataset import Dataset
from playrec_core.schema import ARTIST, TITLE
from playrec_core.ui.frontend.assets import lists_component
from playrec_core.ui.frontend.clicks import Click, clickable
from playrec_core.ui.wording import items

_lists = lists_component("playrec_shelves", Path(__file__).with_name("item_lists.js"))
OPEN = "open"
"""Action of a click on a name."""


@dataclass(frozen=True)
class Row:
    """One item of a list.

    Args:
        item: item_idx.
        value: text at the end of the row.
        bar: 0 to 1, drawn below the row.
        change: ranks gained (negative: lost), drawn as an arrow; None for none.
    """

    item: int
    value: str = ""
    bar: float = 0.0
    change: int | None = None


@dataclass(frozen=True)
class ItemList:
    """One list.

    Args:
        title: its heading.
        rows: best first.
        note: a line below the heading.
        colour: of the dot before the heading and of the bars; "" for none.
        empty: text shown if there are no rows.
        numbered: whether rows are numbered.
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
        name: passed to ``on_act``.
        symbol: one or two characters.
        label: description.
    """

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
    """Draw item lists.

    Args:
        dataset: the items.
        content: the lists.
        key: of the component.
        on_act: called before the rerun with `OPEN` or the name of an action, and the item_idx.
        open_label: description of a click on a name; "" if names are not clickable.
        actions: buttons of every row.
        chosen: highlighted items.
        wide: use the full width for each list.
        heading: heading level of the lists.
    """
    shown = list(dict.fromkeys(row.item for one in content for row in one.rows))
    allowed = {action.name for action in actions} | ({OPEN} if open_label else set())

    named = items.table(dataset, shown)
    names = zip(named[TITLE], named[ARTIST], strict=True)
    data = {
        "lists": [{**vars(one), "rows": [vars(row) for row in one.rows]} for one in content],
        "items": {str(item): texts for item, texts in zip(shown, names, strict=True)},
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
