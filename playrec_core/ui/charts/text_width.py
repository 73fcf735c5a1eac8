"""Estimated pixel width of text in charts."""

from playrec_core.ui.wording.escape import chart_text, shorten

LINE = 16.0
"""Line height in pixels."""
# Character widths in pixels at size 12 of the page's font, measured in a browser and rounded up.
_NARROW, _BROAD = frozenset("ijlIft.,:;'|! ()[]{}-/r"), frozenset("mwMW%@…—")
_WIDTHS = {"narrow": 3.7, "broad": 10.5, "capital": 7.8, "other": 6.4, "hangul": 12.0}
WIDEST = 210
"""Maximum pixels of a label beside a chart: more would leave no room in a narrow window."""


def text_pixels(text: str) -> float:
    """Approximate width of a text; Hangul counts about twice."""
    return sum(_WIDTHS[_kind(letter)] for letter in text)


def cut(text: str, width: float) -> str:
    """The text cut to a width in pixels, with "…"."""
    if text_pixels(text) <= width:
        return text
    room = width - text_pixels("…")
    for end, letter in enumerate(text):
        room -= _WIDTHS[_kind(letter)]
        if room < 0:
            return text[:end].rstrip() + "…"
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
    """A tick label for plotly, escaped and cut to `WIDEST`."""
    return chart_text(cut(shorten(text), WIDEST))
