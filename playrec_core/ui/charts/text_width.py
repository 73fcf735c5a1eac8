"""How wide a chart's words are, before a browser has drawn them."""

from playrec_core.ui.wording.escape import chart_text, shorten

LINE = 16.0
"""Pixels of a line of a chart's text."""
# Widths of letters in pixels at size 12 of the page's font, by a browser's measure, a little rounded up.
_NARROW, _BROAD = frozenset("ijlIft.,:;'|! ()[]{}-/r"), frozenset("mwMW%@…—")
_WIDTHS = {"narrow": 3.7, "broad": 10.5, "capital": 7.8, "other": 6.4, "hangul": 12.0}
WIDEST = 210
"""Pixels of a label beside a chart: more would leave a narrow window's chart no room."""


def text_pixels(text: str) -> float:
    """About how wide a chart's text is; wide letters (Hangul) count twice."""
    return sum(_WIDTHS[_kind(letter)] for letter in text)


def cut(text: str, width: float) -> str:
    """As much of a text as fits into a width in pixels, "…" where it was cut."""
    if text_pixels(text) <= width:
        return text
    room = width - text_pixels("…")
    for place, letter in enumerate(text):
        room -= _WIDTHS[_kind(letter)]
        if room < 0:
            return text[:place].rstrip() + "…"
    return text


def _kind(letter: str) -> str:
    if letter > "\u2e80":
        return "hangul"
    if letter in _NARROW:
        return "narrow"
    if letter in _BROAD:
        return "broad"
    return "capital" if letter.isupper() else "other"


def tick_label(text: str) -> str:
    """A raw text as plotly may show it beside or below an axis, cut to `WIDEST`."""
    return chart_text(cut(shorten(text), WIDEST))
