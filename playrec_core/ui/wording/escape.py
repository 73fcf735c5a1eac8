"""Escaping: titles, names and tags may look like Markdown, HTML, LaTeX or an emoji code and must be shown literally.

``st.text``, ``st.code`` and ``st.dataframe`` need no escaping. Everything that Streamlit renders as Markdown
(captions, labels, buttons, pills, headers) goes through `plain`, and everything plotly renders through `chart_text`.
"""

import re
from functools import lru_cache

from playrec_core.data.builder import clean

MAX_LENGTH = 120
# A hyphen within a word is never markup; screen readers read the backslashes in a field's label.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:&^=@/]|(?<!\w)-|-(?!\w))")
# Marks that would change the direction of the text after them.
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Streamlit replaces "->" (an arrow), ":streamlit:" (an image), "http://", "www." and "@" (links) after it has removed
# the escapes. A word joiner, which has no width and allows no line break, separates them.
_REPLACED_LATER = re.compile(r"(?<=[:@])(?=\S)|(?<=[<>~=\-])(?=[<>~=\-])|(?<=www)(?=\.)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def shorten(text: str, length: int = MAX_LENGTH) -> str:
    """Cut to ``length`` characters, with "…"; no direction marks, control characters or line breaks."""
    # Cut before cleaning too: cleaning a 10 MB title takes long.
    text = clean(text[: 4 * length + 1000])
    # Fast path for the ten thousand names of a map: nearly all have nothing to remove (marks are not printable).
    if not text.isprintable() or "  " in text:
        text = " ".join(_DIRECTION.sub("", text).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def plain(text: str, length: int = MAX_LENGTH) -> str:
    """Markdown that shows ``text`` (shortened) literally."""
    return _escaped(shorten(text, length))


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _REPLACED_LATER.sub(_WORD_JOINER, text))


def chart_text(text: str, length: int = 60) -> str:
    """Text for plotly, which interprets some HTML and, between dollar signs, LaTeX."""
    text = shorten(text, length).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("$", "&#36;")
