"""The pages of the app, as the sidebar lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component
from streamlit.navigation.page import StreamlitPage

from playrec_core.i18n import tr
from playrec_core.ui.frontend.assets import joined


@dataclass(frozen=True)
class Page:
    """A page of the app: a file in a folder below ``pages``, an English message as title, the name of a Material icon,
    and its path in addresses, the same in every language ("" for the first page).

    Never a file directly in ``pages``: Streamlit would serve it at a cold address without running ``app.py``.
    """

    file: str
    title: str
    icon: str
    address: str

    @property
    def path(self) -> str:
        """The file as `st.page_link` takes it."""
        return f"pages/{self.file}"


_lists = component("playrec_navigation", js=joined(Path(__file__).with_name("navigation.js")))

Sections = Mapping[str, Sequence[Page]]
"""Pages by the heading of their section, an English message; "" for none."""


def chosen(sections: Sections) -> StreamlitPage:
    """Draw the list of pages in the sidebar; return the page to run."""
    with st.sidebar:
        _lists(key="navigation.lists")
    return st.navigation(
        {
            tr(heading) if heading else "": [
                st.Page(
                    Path(page.path),
                    title=tr(page.title),
                    icon=f":material/{page.icon}:",
                    url_path=page.address,
                    default=not page.address,
                )
                for page in pages
            ]
            for heading, pages in sections.items()
        },
        expanded=True,
    )
