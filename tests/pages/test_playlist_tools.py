"""Undo, redo and several playlists on Continue."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.serving.loaded_run import LoadedRun

CONTINUE = "pages/explore/continue_.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def songs(app: AppTest) -> str:
    """The songs in the address."""
    found = app.query_params.get("songs", "")
    return found[0] if isinstance(found, list) else found


def outside(run: LoadedRun, *items: int) -> str:
    return ",".join(map(str, run.dataset.items.outside(items)))


def add(app: AppTest, run: LoadedRun, item: int) -> None:
    """Type a title into the search, and click its hit."""
    app.text_input(key="continue.search.text").set_value(run.dataset.catalogue["title"][item].as_py()).run()
    app.button(key=f"continue.search.hit.{item}").click().run()
    assert not app.exception


def test_undo_redo_and_several_playlists(open_page: OpenPage, run: LoadedRun):
    app = open_page(CONTINUE)

    def press(key: str) -> str:
        app.button(key=f"continue.{key}").click().run()
        assert not app.exception
        return songs(app)

    def names() -> list[str]:
        return app.selectbox(key="continue.playlist").options

    assert app.button(key="continue.undo").disabled
    add(app, run, 5)
    assert songs(app) == outside(run, 5)
    add(app, run, 9)
    assert songs(app) == outside(run, 5, 9)
    assert press("undo") == outside(run, 5)
    assert press("undo") == ""
    assert app.button(key="continue.undo").disabled
    assert press("redo") == outside(run, 5)
    assert press("redo") == outside(run, 5, 9)
    assert app.button(key="continue.redo").disabled

    app.session_state["continue.playlists"] = True  # opens the popover
    app.run()
    app.text_input(key="continue.new_name").set_value("Night drive").run()
    assert press("new") == ""
    assert app.button(key="continue.undo").disabled, "the history of the other one"
    add(app, run, 30)
    assert songs(app) == outside(run, 30)
    assert names() == ["First playlist", "Night drive"]
    app.selectbox(key="continue.playlist").set_value("").run()
    assert songs(app) == outside(run, 5, 9)
    assert press("undo") == outside(run, 5)
    app.selectbox(key="continue.playlist").set_value("Night drive").run()
    assert songs(app) == outside(run, 30)
    app.text_input(key="continue.new_name").set_value("Dawn").run()
    assert press("rename") == outside(run, 30)
    assert names() == ["First playlist", "Dawn"]
    assert press("remove") == outside(run, 5)
    assert app.button(key="continue.remove").disabled, "the only one"
    assert press("redo") == outside(run, 5, 9)

    app.text_input(key="continue.new_name").set_value("First playlist").run()
    assert press("new") == ""
    assert names() == ["First playlist", "First playlist 2"]
