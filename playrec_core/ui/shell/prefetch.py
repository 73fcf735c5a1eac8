"""Let the browser fetch the parts of Streamlit's frontend that later pages need, while the first page is read.

Streamlit fetches the code of an element type, 4.7 MB for plotly, when a page first shows it: a click on a link to that
page then takes 50 to 150 ms longer (docs/decisions/004-prerender-pages.md).
"""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from playrec_core.ui.frontend.assets import joined

_DONE = "playrec_parts_ahead"
_SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"
# Elements of the pages first, then those of their tabs.
KINDS = (
    *("TextInput", "Button", "PlotlyChart", "Selectbox", "Checkbox", "DownloadButton", "rehype-katex"),
    *("Progress", "FileUploader", "DataFrame", "Pagination", "Slider", "Multiselect", "NumberInput"),
    *("Radio", "TextArea", "StreamlitSyntaxHighlighter"),
)
_ahead = component("playrec_parts_ahead", js=joined(Path(__file__).with_name("prefetch.js")))


def begin() -> None:
    """Start fetching, once a session."""
    if _DONE not in st.session_state:
        st.session_state[_DONE] = True
        _ahead(data=parts(), key="parts_ahead")


@cache
def parts() -> list[str]:
    """Names of the files, which contain a hash and differ between versions of Streamlit."""
    return [file.name for kind in KINDS for file in sorted(_SCRIPTS.glob(f"{kind}.*.js"))]
