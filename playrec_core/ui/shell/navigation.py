"""The list of pages in the sidebar. A page is one file of ``pages/``: a new file is a new entry."""

import re
from functools import cache
from pathlib import Path

import streamlit as st

from playrec_core.i18n import mark, tr

_PAGES = Path(__file__).parents[3] / "pages"
# A page says its name and icon where it begins.
HOME = mark("Home")
_BEGIN = re.compile(r"\bpage\(\s*\"([^\"]+)\",\s*\"([^\"]+)\"")


@cache
def pages() -> tuple[tuple[str, str, str], ...]:
    """(file, name, icon) of every page in the order of the files, without Home."""
    found = []
    for file in sorted(_PAGES.glob("[0-9]*_*.py")):
        said = _BEGIN.search(file.read_text(encoding="utf-8"))
        name, icon = said.groups() if said else (address_of(file), ":material/article:")
        found.append((f"pages/{file.name}", name, icon))
    return tuple(found)


def address_of(file: str | Path) -> str:
    """What a page is called in addresses, and by Streamlit: ``pages/8_What_if.py`` is ``What_if``."""
    return Path(file).stem.split("_", 1)[1]


def navigation() -> None:
    """Links to every page."""
    st.page_link("app.py", label=tr(HOME), icon=":material/home:")
    for file, name, icon in pages():
        st.page_link(file, label=tr(name), icon=icon)
