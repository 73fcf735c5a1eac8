"""Scripts and style sheets of the app's components: their own, and shared ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

_SHARED = Path(__file__).parent
MAKE, LISTS = _SHARED / "make.js", _SHARED / "lists.css"
"""Creating elements; the style of item lists."""
SHAPE, PICTURE = _SHARED / "shape.js", _SHARED / "picture.css"
"""Creating SVG shapes; the style of their text."""


def joined(*files: Path) -> str:
    """Several files as one: a component has one script and one style sheet."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def lists_component(name: str, script: Path) -> Callable[..., Any]:
    """Declare a component that draws lists of items with ``lists.js``; its style sheet is next to its script."""
    js = joined(MAKE, _SHARED / "lists.js", script)
    return component(name, js=js, css=joined(LISTS, script.with_suffix(".css")))
