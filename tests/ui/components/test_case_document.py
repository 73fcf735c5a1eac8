"""A case as HTML: its texts are shown as text, and nothing is fetched or run."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from playrec_core.data.terms import Terms
from playrec_core.schema import Seed
from playrec_core.serving.case_file import CaseFile, build, read
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.testing.planted import HOSTILE
from playrec_core.ui.components.case_export.document import document

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "div", "p", "small", "span", "bdi"),
    *("section", "ol", "li", "details", "summary", "strong", "pre"),
}


class Reader(HTMLParser):
    """Elements with their attributes, and the text."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def case(demo_run: Path) -> CaseFile:
    return build(LoadedRun.open(demo_run), Seed((3, 1), (2,), "t"), ("als", "ease"), depth=5, tag_depth=3)


def hostile(value: object, text: str) -> object:
    """Every name of a case replaced by one text."""
    if isinstance(value, dict):
        return {
            key: text if isinstance(part, str) and key not in ("format", "source", "kind") else hostile(part, text)
            for key, part in value.items()
        }
    return [hostile(part, text) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_shown_as_text(case: CaseFile, text: str):
    text = text.encode("utf-8", "replace").decode()[:400]
    evil = read("x.json", json.dumps(hostile(json.loads(case.to_json()), text)).encode())
    page = Reader(document(evil, Terms()).decode())
    assert {tag for tag, _ in page.elements} <= ALLOWED
    attributes = {name for _, given in page.elements for name in given}
    assert attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}
    if "<b>" in text or "<img" in text:
        assert text in page.text


def test_the_page_is_self_contained(case: CaseFile):
    html = document(case, Terms()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r"\b(src|href|url)\s*[=(]", html)
    page = Reader(html)
    for model in case.models:
        assert all(answer.title in page.text for answer in model.answers)
        assert model.state_sha256[model.name] in page.text
    assert case.run.fingerprint in page.text
    assert case.run.vocabulary_hash in page.text
