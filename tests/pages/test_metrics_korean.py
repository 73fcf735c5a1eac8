"""Every tab of Metrics speaks Korean, tables and all, and an address opens its tab in either language."""

import re
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_korean import SENTENCE, said

OpenPage = Callable[..., AppTest]
PAGE = "pages/evaluate/metrics.py"
TABS = ("All metrics", "By segment", "Error analysis", "Trade-offs", "Two models", "Protocols", "Explanations")
TABS += ("Weighted vote", "Replications", "Sweeps", "Published")
# References keep the titles that their authors gave them.
QUOTED = re.compile(r"\"[^\"]*\"|<[^>]+>")


def everything(app: AppTest) -> Iterator[str]:
    yield from said(app)
    yield from (element.proto.body for element in app.get("html"))


def english(app: AppTest) -> list[str]:
    return [text for text in everything(app) if SENTENCE.search(QUOTED.sub(" ", text))]


@pytest.mark.parametrize("tab", TABS)
def test_no_english_sentence_is_left_on_a_tab(tab: str, open_page: OpenPage):
    app = open_page(PAGE, lang="ko", metrics_tab=tab)
    assert not app.exception
    assert not english(app)


def test_protocol_sensitivity_is_explained_in_korean(open_page: OpenPage):
    app = open_page(PAGE, lang="ko", metrics_tab="Protocols", models="popularity,als,ease")
    app.button(key="lens.go").click().run()
    assert not app.exception
    assert any("왜 뒤바뀌는가" in text for text in said(app))
    assert not english(app)


def test_the_small_print_is_korean(open_page: OpenPage):
    app = open_page(PAGE, lang="ko")
    app.session_state["metrics.meanings"] = True
    app.run()
    assert any("IDCG" in element.value for element in app.latex)
    assert not english(app)


def test_the_rule_says_its_faults_in_korean(open_page: OpenPage):
    app = open_page(PAGE, lang="ko", metrics_tab="Error analysis")
    app.selectbox(key="open.by").set_value("rule").run()
    app.text_input(key="open.rule").set_value("nonsense > 3").run()
    assert "열이 없습니다" in app.error[0].value


def test_a_tab_stays_open_when_the_language_changes(open_page: OpenPage):
    app = open_page(PAGE, metrics_tab="Two models")
    assert app.selectbox(key="metrics_model").label == "Model"
    app.sidebar.button_group[0].set_value("ko").run()
    assert app.selectbox(key="metrics_model").label == "모델"
    assert app.query_params["metrics_tab"] in ("Two models", ["Two models"])


@pytest.mark.parametrize("given", ["Two models", "두 모델"])
def test_an_address_opens_its_tab_by_either_name(given: str, open_page: OpenPage):
    app = open_page(PAGE, lang="ko", metrics_tab=given)
    assert app.selectbox(key="metrics_model").label == "모델"


def test_an_unknown_tab_is_the_first(open_page: OpenPage):
    app = open_page(PAGE, metrics_tab="nothing of the kind")
    assert not app.exception
    assert app.selectbox(key="metrics_metric")
    assert "metrics_tab" not in app.query_params
