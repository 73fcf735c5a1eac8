"""Titles, names and tags are data: they may look like Markdown, HTML, LaTeX or an emoji code, and must show as
themselves.

``st.text``, ``st.code`` and ``st.dataframe`` are safe as they are. Everything that Streamlit renders as Markdown
(captions, labels, buttons, pills, headers) goes through `plain`, and everything plotly renders through `chart_text`.
"""

import re
from functools import lru_cache

from playrec_core.data.builder import clean

MAX_LENGTH = 120
# A hyphen within a word is never markup, and a field's label is read out as it is written, backslashes and all.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:&^=@/]|(?<!\w)-|-(?!\w))")
# Marks that would turn the direction of whatever follows them on the screen.
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Escapes are gone when Streamlit looks for "->" (an arrow), ":streamlit:" (an image), "http://", "www." and "@"
# (links) in the finished text. A word joiner, which has no width and allows no line break, stands between.
_SPOTTED_LATER = re.compile(r"(?<=[:@])(?=\S)|(?<=[<>~=\-])(?=[<>~=\-])|(?<=www)(?=\.)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def shorten(text: str, length: int = MAX_LENGTH) -> str:
    """At most ``length`` characters, "…" where it was cut; no direction marks, no control characters, no line
    breaks.
    """
    # Cut once before cleaning too: nobody's 10 MB title is worth cleaning whole.
    text = clean(text[: 4 * length + 1000])
    # Nearly every name has nothing to take out (marks are not printable), and a map has ten thousand names to show.
    if not text.isprintable() or "  " in text:
        text = " ".join(_DIRECTION.sub("", text).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def plain(text: str, length: int = MAX_LENGTH) -> str:
    """Markdown that shows exactly ``text`` (shortened), whatever it holds."""
    return _escaped(shorten(text, length))


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _SPOTTED_LATER.sub(_WORD_JOINER, text))


def chart_text(text: str, length: int = 60) -> str:
    """Text for plotly, which reads a little HTML and, between dollar signs, LaTeX."""
    text = shorten(text, length).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("$", "&#36;")
