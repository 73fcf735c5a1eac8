"""The panel page: judged blind, stored, revealed only on request."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.human_eval.verdicts import TIE, Panel
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.wording.items import markdown

PAGE = "pages/evaluate/panel.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture
def artifacts(demo_run: Path, tmp_path: Path) -> Path:
    """A copy of the small run: judging writes next to it."""
    return shutil.copytree(demo_run, tmp_path / "artifacts")


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def visible(app: AppTest) -> str:
    """Everything that reaches the browser outside the settings: texts, labels and keys."""
    parts = [*app.markdown, *app.caption, *app.text, *app.header]
    html = [element.proto.body for element in app.get("html")]
    return "\n".join([part.value for part in parts] + html + [f"{b.label} {b.key}" for b in app.button])


def judge(app: AppTest, button: str) -> AppTest:
    return app.button(key=f"panel.{button}").click().run()


def test_no_name_is_shown_before_the_reveal(open_page: OpenPage, artifacts: Path, run: LoadedRun):
    app = open_page(PAGE, artifacts=artifacts)
    assert not app.exception
    models = app.multiselect(key="panel.models").value
    assert len(models) == 2
    for shown in (app, judge(app, "best.A"), open_page(PAGE, artifacts=artifacts, panel_tab="Reveal")):
        assert not any(run.model_title(name) in visible(shown) for name in models)
        assert not any(name in visible(shown) for name in models)


def test_a_verdict_is_stored_with_what_was_shown(open_page: OpenPage, artifacts: Path, run: LoadedRun):
    app = open_page(PAGE, artifacts=artifacts)
    app.text_input(key="panel.judge").input("![x](http://a)").run()
    judge(judge(judge(app, "best.B"), "tie"), "skip")
    assert not app.exception
    stored = Panel(artifacts / "panel.sqlite")
    first, second = stored.lists(run.id)
    assert first.judge == "![x](http://a)"
    assert first.choice == first.shown[1]
    assert second.choice == TIE
    assert first.question != second.question
    judge(judge(app, "best.A"), "undo")
    assert stored.lists(run.id) == [first, second]


def test_the_reveal_names_winners_and_judges(open_page: OpenPage, artifacts: Path, run: LoadedRun):
    for name in ("Ada", "<b>Jun</b>"):
        app = open_page(PAGE, artifacts=artifacts)
        app.text_input(key="panel.judge").input(name).run()
        judge(judge(app, "best.A"), "best.A")
    models = app.multiselect(key="panel.models").value
    app = open_page(PAGE, artifacts=artifacts, panel_tab="Reveal")
    next(button for button in app.button if button.label == "Reveal the names").click().run()
    assert not app.exception
    text = visible(app)
    assert all(run.model_title(name) in text for name in models)
    assert "&lt;b&gt;Jun&lt;/b&gt;, Ada" in text
    assert "**4** verdicts by **2** judges" in text


def test_cases_with_identical_lists_are_skipped(open_page: OpenPage, artifacts: Path, run: LoadedRun):
    app = open_page(PAGE, artifacts=artifacts)
    app.multiselect(key="panel.models").set_value(["popularity", "als"]).run()
    for _ in range(3):
        judge(app, "best.A")
    rows = run.held_out.table["id"].to_pylist()
    for verdict in Panel(artifacts / "panel.sqlite").lists(run.id):
        seed = run.held_out.seeds[rows.index(verdict.question)]
        assert len({tuple(run.recommend_one(name, seed, k=verdict.depth).items) for name in verdict.shown}) == 2


def test_a_judged_list_has_explanations_once_revealed(open_page: OpenPage, artifacts: Path, run: LoadedRun):
    app = open_page(PAGE, artifacts=artifacts)
    judge(app, "best.A")
    verdict = Panel(artifacts / "panel.sqlite").lists(run.id)[0]
    app = open_page(PAGE, artifacts=artifacts, panel_tab="Reveal")
    next(button for button in app.button if button.label == "Reveal the names").click().run()
    seed = run.held_out.seeds[run.held_out.table["id"].to_pylist().index(verdict.question)]
    item = int(run.recommend_one(verdict.choice, seed, k=5).items[2])
    # As a click does it; the lists are drawn in a browser only.
    app.session_state[why_dialog._ASKED] = why_dialog.Asked(verdict.choice, item, f"panel.why.{run.id}.0")
    app.run()
    assert not app.exception
    assert f"## {markdown(run.dataset, item)}" in visible(app)


def test_a_damaged_file_is_reported(open_page: OpenPage, artifacts: Path):
    (artifacts / "panel.sqlite").write_bytes(b"no database" * 1000)
    app = open_page(PAGE, artifacts=artifacts)
    assert not app.exception
    assert "cannot be read" in app.error[0].value
