"""Every model can be read about: docs/models/README.md lists each registered kind with the page that explains it."""

import re
from pathlib import Path

import pytest

from playrec_core.models import registry

DOCS = Path(__file__).parents[1] / "docs"
INDEX = (DOCS / "models" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([\w-]+)` \| \[[^\]]+\]\(([\w-]+\.md)\) \|", INDEX, flags=re.MULTILINE)


def test_the_index_lists_every_kind_once():
    assert sorted(kind for kind, _ in ROWS) == list(registry.kinds())


@pytest.mark.parametrize(("kind", "page"), ROWS, ids=[kind for kind, _ in ROWS])
def test_the_page_of_a_kind_names_it(kind: str, page: str):
    assert f"`{kind}`" in (DOCS / "models" / page).read_text(encoding="utf-8")


def test_every_page_is_listed():
    assert {path.name for path in (DOCS / "models").glob("*.md")} - {"README.md"} == {page for _, page in ROWS}


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not dead
