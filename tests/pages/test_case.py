"""The case page: useful before anything is uploaded, read-only, and clear about files it cannot open."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core import i18n
from playrec_core.schema import Seed
from playrec_core.serving.case_file import build
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.case_export import document
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.wording.items import markdown

PAGE = "pages/library/case.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_without_a_file_it_shows_the_current_case_and_reproduces_it(open_page: OpenPage, run: LoadedRun):
    app = open_page(PAGE)
    assert not app.exception
    assert "reproduce the saved list" in app.success[0].value
    shown = html(app)
    assert run.id in shown
    assert run.run.manifest.vocabulary_hash in shown
    assert all(run.model_title(name) in shown for name in run.first_shown)


def test_a_saved_case_is_shown_and_re_run(open_page: OpenPage, run: LoadedRun):
    case = build(run, Seed((4, 2)), ("als", "ease"), depth=7, tag_depth=2)
    changed = case.to_json().replace(b'"name": "ease"', b'"name": "no-such-model"')
    app = open_page(PAGE)
    app.file_uploader[0].upload("case.json", changed, "application/json").run()
    assert not app.exception
    assert "1 of 2 models do not reproduce" in app.warning[0].value
    assert "not in this run" in html(app)
    assert case.models[0].answers[6].title in html(app)


def test_every_re_run_list_has_explanations(open_page: OpenPage, run: LoadedRun):
    case = build(run, Seed((4, 2)), ("als", "ease"), depth=7, tag_depth=2)
    app = open_page(PAGE)
    app.file_uploader[0].upload("case.json", case.to_json(), "application/json").run()
    last = int(run.recommend_one("ease", Seed((4, 2)), k=7).items[-1])
    # As a click does it; the lists are drawn in a browser only.
    app.session_state[why_dialog._ASKED] = why_dialog.Asked("ease", last, f"case.why.{run.id}")
    app.run()
    assert not app.exception
    assert f"## {markdown(run.dataset, last)}" in "\n".join(text.value for text in app.markdown)


def test_a_korean_case_is_read_in_english_too(open_page: OpenPage, run: LoadedRun, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(i18n, "_asked", lambda: "ko")
    case = build(run, Seed((4, 2)), ("ease",), depth=3, tag_depth=2)
    korean = document.document(case, run.dataset.terms).decode()
    assert '<html lang="ko">' in korean
    assert "모델별 추천" in korean
    assert not re.search(r"[a-z]{2,} (?:[a-z]{2,} ){2}[a-z]{2,}", re.sub(r"<style>.*?</style>|<[^>]*>", "", korean))
    monkeypatch.setattr(i18n, "_asked", lambda: "en")
    english = document.document(case, run.dataset.terms).decode()
    assert '<html lang="en">' in english
    assert "Songs</small>" in english


def test_another_file_is_refused_with_a_message(open_page: OpenPage):
    app = open_page(PAGE)
    app.file_uploader[0].upload("![x](http://a).json", b'{"id": 1}', "application/json").run()
    assert not app.exception
    assert "cannot be opened" in app.error[0].value
    assert "is not a playrec case file" in app.text[0].value
