"""Scripts and style sheets of the app's components: their own, and shared ones."""

from pathlib import Path

_SHARED = Path(__file__).parent
MAKE, LISTS = _SHARED / "make.js", _SHARED / "lists.css"
"""Creating elements; the style of item lists."""
CLICKS = _SHARED / "clicks.js"
"""Sending clicks to the server; with `playrec_core.ui.frontend.clicks`."""
SHAPE, PICTURE = _SHARED / "shape.js", _SHARED / "picture.css"
"""Creating SVG shapes; the style of their text."""


def joined(*files: Path) -> str:
    """Several files as one: a component has one script and one style sheet."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
