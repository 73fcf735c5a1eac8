"""A slope chart: one list on the left, another on the right, and a line for every item in either.

A custom component because plotly took 60 ms of the browser per chart, twice on this page for every click.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from playrec_core.explain.attribution import Move
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import MUTED, NEGATIVE, POSITIVE
from playrec_core.ui.frontend.assets import PICTURE, SHAPE, joined
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import shorten

_HERE = Path(__file__).parent
_slope = component("playrec_slope", js=joined(SHAPE, _HERE / "slope.js"), css=joined(PICTURE, _HERE / "slope.css"))
_LONGEST = 22


def slope(run: LoadedRun, moves: Sequence[Move], top: int, headings: tuple[str, str], label: str, key: str) -> None:
    """Draw the chart: blue lines rise, orange ones fall; items outside a list are drawn below it.

    Args:
        run: whose items.
        moves: from `playrec_core.explain.attribution.moves`.
        top: length of both lists.
        headings: of the list before and of the list after.
        label: for screen readers.
        key: of the component.
    """
    names = items.titles(run.dataset, [move.item for move in moves])
    _slope(data=chart(moves, names, top, headings, label), key=key)


def chart(
    moves: Sequence[Move], names: Sequence[str], top: int, headings: tuple[str, str], label: str
) -> dict[str, Any]:
    """Return the data for `slope.js`: raw texts, and ranks from 1, 0 for outside the list; a name per move."""
    unranked = tr("unranked")
    lines = []
    for move, name in zip(moves, names, strict=True):
        old, new = (place if place is not None and place <= top else 0 for place in (move.before, move.after))
        rose = (new or top + 1) < (old or top + 1)
        text, was = shorten(name, _LONGEST), tr("was {place}", place=move.before) if move.before else tr("new")
        lines.append(
            {
                "before": old,
                "after": new,
                "left": text if new else f"{text} → {move.after or unranked}",
                "right": text if old else f"{text} ({was})",
                "name": shorten(name),
                "colour": MUTED if old == new else POSITIVE if rose else NEGATIVE,
                "still": old == new,
            }
        )
    beyond = tr("below the top {top}", top=top)
    return {"top": top, "headings": headings, "beyond": beyond, "label": label, "lines": lines}
