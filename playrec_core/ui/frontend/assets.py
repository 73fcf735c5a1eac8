"""Text of the files that a component of the app is made of: its own, and those that several share."""

from pathlib import Path

_SHARED = Path(__file__).parent
MAKE, LISTS = _SHARED / "make.js", _SHARED / "lists.css"
"""How elements are made; how lists of items look."""
CLICKS = _SHARED / "clicks.js"
"""How clicks reach the server; with `playrec_core.ui.frontend.clicks`."""
SHAPE, PICTURE = _SHARED / "shape.js", _SHARED / "picture.css"
"""How parts of a picture are made; how its words look."""


def joined(*files: Path) -> str:
    """One script or style sheet of several: a component takes one of each, and what comes later wins."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
