"""What tests of pages read off an opened page, and how they name items."""

from streamlit.testing.v1 import AppTest

from playrec_core.schema import TITLE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import plain


def said(app: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (app.markdown, app.caption, app.info) for element in kind)


def address(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value[0] if isinstance(value, list) else value


def outside(run: LoadedRun, *items: int) -> str:
    return ",".join(map(str, run.dataset.items.outside(items)))


def heading(run: LoadedRun, item: int) -> str:
    return f"## {plain(run.dataset.catalogue[TITLE][item].as_py())}"
