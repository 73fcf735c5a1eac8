"""The table of all models: a click on a name opens its card.

A component, because fifty Streamlit buttons and three hundred texts would make the page slow.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playrec_core.i18n import tr
from playrec_core.ui.frontend.assets import lists_component
from playrec_core.ui.frontend.clicks import Click, clickable

_table = lists_component("playrec_models", Path(__file__).with_name("model_table.js"))
_OPEN = "open"


@dataclass(frozen=True)
class Text:
    """A cell: a text, and a smaller one below it."""

    text: str
    below: str = ""


@dataclass(frozen=True)
class Row:
    """One model.

    Args:
        name: in the configuration.
        title: on screen.
        colour: of the dot before the title.
        below: a smaller text below the title.
        cells: one for each column but the first.
    """

    name: str
    title: str
    colour: str
    below: str
    cells: Sequence[Text]


@dataclass(frozen=True)
class Group:
    """Rows below a heading, "" for none."""

    heading: str
    rows: Sequence[Row]


def model_table(columns: Sequence[Text], groups: Sequence[Group], key: str, on_open: Callable[[str], None]) -> None:
    """Draw the table; ``on_open`` is called with the name of the model that was clicked, before the rerun."""
    names = {row.name for group in groups for row in group.rows}
    data = {
        "label": tr("Models"),
        "open": tr("Open"),
        "columns": [vars(column) for column in columns],
        "groups": [
            {
                "heading": group.heading,
                "rows": [{**vars(row), "cells": [vars(cell) for cell in row.cells]} for row in group.rows],
            }
            for group in groups
        ],
    }

    def act(click: Click) -> None:
        if click.value in names:  # input from a browser
            on_open(click.value)

    clickable(_table, data, key, {_OPEN}, act)
