"""CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV in UTF-8, with the byte order mark that tells spreadsheets the encoding."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *(map(_no_formula, row) for row in rows)])
    return text.getvalue().encode("utf-8-sig")


def _no_formula(value: object) -> object:
    """Text such as ``=HYPERLINK(...)`` behind an apostrophe, so that spreadsheets do not read it as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
