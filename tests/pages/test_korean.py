"""Every page speaks Korean to whoever reads Korean: no English sentence is left on it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PAGES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "pages").glob("*/*.py"))
OpenPage = Callable[..., AppTest]

# Four lower-case English words in a row are a sentence of ours; names in the data have capitals or are shorter.
SENTENCE = re.compile(r"(?:(?<![\w/.=-])[a-z]{2,}(?:’s)?,? ){3}[a-z]{2,}")


def said(app: AppTest) -> Iterator[str]:
    """Everything that the app's own sentences stand in: texts, labels, help, options."""
    for block in (app.main, app.sidebar):
        for element in block:
            for name in ("value", "label", "help", "placeholder", "body"):
                text = getattr(element, name, None) if element.type not in ("code", "json") else None
                if isinstance(text, str):
                    yield text


@pytest.mark.parametrize("page", PAGES)
def test_no_english_sentence_is_left(page: str, open_page: OpenPage):
    app = open_page(page, lang="ko")
    assert not app.exception
    english = [text for text in said(app) if SENTENCE.search(text)]
    assert not english


def test_no_english_sentence_is_left_on_a_model_but_the_titles_of_papers(open_page: OpenPage):
    app = open_page("pages/understand/models.py", lang="ko", model="genre-popularity")
    assert not app.exception
    assert not [text for text in said(app) if SENTENCE.search(text)]


def test_the_switch_changes_the_language_and_the_address(open_page: OpenPage):
    app = open_page("pages/home/home.py")
    assert "홈" not in [link.label for link in app.sidebar.page_link]
    app.sidebar.button_group[0].set_value("ko").run()
    assert app.query_params["lang"] in ("ko", ["ko"])
    assert any("플레이리스트" in text for text in said(app))


def left_in_english(app: AppTest) -> list[str]:
    assert not app.exception
    return [text for text in said(app) if SENTENCE.search(text)]


@pytest.mark.parametrize(
    "tab",
    [
        "Distributions",
        "Long tail",
        "Most popular",
        "Dates and their repair",
        "Features",
        "Clusters",
        "Confidence",
        "Sparse matrix",
    ],
)
def test_every_tab_of_the_data_page(tab: str, open_page: OpenPage):
    assert not left_in_english(open_page("pages/library/data.py", data_tab=tab, lang="ko"))


@pytest.mark.parametrize("model", ["cluster-mf", "densified-query", "rank-vote", "two-stage", "ials"])
def test_explanations_and_walks(model: str, open_page: OpenPage):
    assert not left_in_english(open_page("pages/understand/explain.py", model=model, lang="ko", songs="12,7,31"))
