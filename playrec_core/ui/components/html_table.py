"""Small HTML tables: numbers aligned to the right, an interval below its mean, the best highlighted.

HTML, because ``st.dataframe`` draws on a canvas that screen readers cannot read, with one line per cell. All text is
escaped here; text direction is set by CSS, because an element around every figure would double the size of the page.
Colours come from the theme. Long tables are laid out when they come into view.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, ParamSpec

import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype

P = ParamSpec("P")
Mark = Literal["", "best", "tied", "chosen", "muted"]


@dataclass(frozen=True)
class Cell:
    """One cell.

    Args:
        text: first line.
        below: a second, smaller line.
        mark: "best" and "tied" for the best figures, "chosen" for a highlighted cell, "muted" for a less important one.
        colour: of a dot before the text ("#0072B2"), "" for none.
        note: tooltip.
    """

    text: str
    below: str = ""
    mark: Mark = ""
    colour: str = ""
    note: str = ""


_ROW_REM = 2.8
"""Approximate height of a two-line row, used to size a table before it is laid out."""

_STYLE = """<style>
.pr-table{overflow-x:auto;margin:0 0 .5rem;content-visibility:auto}
.pr-table table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
.pr-table.pr-narrow table{width:auto}
.pr-table.pr-box{max-height:22rem;overflow-y:auto}
.pr-table caption{text-align:left;font-weight:600;padding:.25rem 0}
.pr-table th,.pr-table td{padding:.35rem .6rem;border-bottom:1px solid rgba(128,128,128,.22);text-align:right;
vertical-align:top;line-height:1.3;unicode-bidi:plaintext}
.pr-table thead th{font-weight:600;vertical-align:bottom;border-bottom-width:2px;word-break:keep-all}
.pr-table th[scope=row]{text-align:left;font-weight:400;word-break:keep-all}
.pr-table .pr-text{text-align:left}
.pr-table small{display:block;opacity:.72;unicode-bidi:plaintext;font-size:.75rem;font-weight:400;white-space:nowrap}
.pr-table td.pr-text small,.pr-table th small{white-space:normal}
.pr-table .pr-best{font-weight:700;background:rgba(0,114,178,.20)}
.pr-table .pr-tied{background:rgba(0,114,178,.09)}
.pr-table .pr-chosen{font-weight:700;background:rgba(230,159,0,.26)}
.pr-table .pr-muted{opacity:.7}
.pr-table .pr-muted small{opacity:1}
.pr-table i{display:inline-block;width:.65rem;height:.65rem;border-radius:50%;margin-right:.5rem}
</style>"""


def markup(
    head: Sequence[str | Cell],
    rows: Sequence[Sequence[str | Cell]],
    *,
    caption: str = "",
    text_columns: Sequence[int] = (),
    narrow: bool = False,
    box: str = "",
) -> str:
    """The HTML of a table; the first column names the rows.

    Args:
        head: a heading per column.
        rows: a cell per column.
        caption: above the table.
        text_columns: columns aligned to the left; the others are aligned to the right.
        narrow: only as wide as its content.
        box: accessible name of a long table, which then scrolls in a box.
    """
    size = f"contain-intrinsic-block-size:auto {_ROW_REM * (1 + len(rows)):.1f}rem"
    classes = f"pr-table{' pr-narrow' if narrow else ''}{' pr-box' if box else ''}"
    # A scrolling box must be reachable by keyboard, and then needs a name.
    region = f' role="region" tabindex="0" aria-label="{escape(box)}"' if box else ""
    lines = [_STYLE, f'<div class="{classes}" style="{size}"{region}><table>']
    if caption:
        lines.append(f"<caption>{escape(caption)}</caption>")
    words = {0, *text_columns}
    headings = "".join(_cell("th", 'scope="col"', cell, place in words) for place, cell in enumerate(head))
    lines.append(f"<thead><tr>{headings}</tr></thead><tbody>")
    for row in rows:
        first = _cell("th", 'scope="row"', row[0], True)
        rest = "".join(_cell("td", "", cell, place in words) for place, cell in enumerate(row[1:], start=1))
        lines.append(f"<tr>{first}{rest}</tr>")
    return "".join([*lines, "</tbody></table></div>"])


def _drawn(made: Callable[P, str]) -> Callable[P, None]:
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        st.html(made(*args, **kwargs))

    return drawn


show = _drawn(markup)
"""Draw the table of `markup`."""


def show_frame(frame: pd.DataFrame, box: str = "", number: str = "{:,}") -> None:
    """Draw a data frame of raw texts and numbers, which have the format ``number``; the rest is as in `markup`."""
    words = [place for place, name in enumerate(frame.columns) if not is_numeric_dtype(frame[name])]
    columns = [
        frame[name].astype(str).tolist() if place in words else [number.format(value) for value in frame[name].tolist()]
        for place, name in enumerate(frame.columns)
    ]
    show(list(frame.columns), list(zip(*columns, strict=True)), text_columns=words, box=box)


def _cell(tag: str, attributes: str, cell: str | Cell, is_text: bool) -> str:
    cell = Cell(cell) if isinstance(cell, str) else cell
    classes = " ".join(filter(None, ["pr-text" if is_text else "", f"pr-{cell.mark}" if cell.mark else ""]))
    attributes += f' class="{classes}"' if classes else ""
    attributes += f' title="{escape(cell.note)}"' if cell.note else ""
    dot = f'<i style="background:{escape(cell.colour)}"></i>' if cell.colour else ""
    below = f"<small>{escape(cell.below)}</small>" if cell.below else ""
    return f"<{tag} {attributes}>{dot}{escape(cell.text)}{below}</{tag}>"
