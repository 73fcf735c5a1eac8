"""Documents: they name every model and metric, their links lead somewhere, and so do mentions of them in the code."""

import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from benchmarks.demo_figures import MARK
from playrec_core.config import load
from playrec_core.evaluation.protocol import SCORE
from playrec_core.evaluation.registry import metrics
from playrec_core.models import registry
from playrec_core.models.base import Recommender, Signal
from playrec_core.models.common.fold_in import FoldInFactorisation

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
INDEX = (DOCS / "models" / "README.md").read_text(encoding="utf-8")
ROOF = re.findall(
    r"^\| `([\w-]+)` \| ([\w, ]+) \| ([\w, ]+) \| (exact|occlusion) \| (.+) \|$", INDEX, flags=re.MULTILINE
)
ROWS = re.findall(r"^\| `([\w-]+)` \| \[[^\]]+\]\(([\w-]+\.md)\) \|", INDEX, flags=re.MULTILINE)


def test_the_index_lists_every_kind_once():
    assert sorted(kind for kind, _ in ROWS) == list(registry.kinds())


@pytest.mark.parametrize(("kind", "page"), ROWS, ids=[kind for kind, _ in ROWS])
def test_the_page_of_a_kind_names_it(kind: str, page: str):
    assert f"`{kind}`" in (DOCS / "models" / page).read_text(encoding="utf-8")


def test_the_index_says_what_each_kind_reads_answers_and_explains():
    def words(signals: frozenset[Signal]) -> str:
        return ", ".join(signal for signal in get_args(Signal) if signal in signals) or "nothing"

    said = {kind: (reads, answers, explained) for kind, reads, answers, explained, _ in ROOF}
    found = {
        kind: (
            words(cls.reads),
            words(cls.answers),
            "occlusion" if cls.explain is Recommender.explain else "exact",
        )
        for kind, cls in registry.kinds().items()
    }
    assert said == found
    assert len(ROOF) == len(said), "a kind stands twice"


@pytest.mark.parametrize("kind", registry.kinds())
def test_the_index_says_what_becomes_of_an_unseen_seed(kind: str):
    """Whoever has a vector for each seed says so, and nobody else does."""
    how = {row[0]: row[-1] for row in ROOF}[kind]
    assert how.startswith("a vector of its own") == issubclass(registry.kinds()[kind], FoldInFactorisation)


def test_every_page_is_listed():
    assert {path.name for path in (DOCS / "models").glob("*.md")} - {"README.md"} == {page for _, page in ROWS}


def test_every_metric_is_listed():
    text = (DOCS / "reference" / "metrics.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)
    assert {*metrics("songs"), *metrics("tags"), SCORE} == set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_exist(page: Path):
    """A guide that names a file that was moved sends its reader nowhere. Capitals are for the reader to fill in."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|toml|md|js|css|po))`", text)
    own = [name for name in named if not re.search(r"[A-Z]{2}", name.removesuffix("README.md"))]
    assert not [
        name for name in own if not (ROOT / name).exists() and not [*(ROOT / "playrec_core").glob(f"**/{name}")]
    ]


def test_documents_that_the_code_mentions_exist():
    listed = subprocess.run(["git", "ls-files", "*.py", "*.toml", "*.txt"], cwd=ROOT, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.split()] or [*ROOT.glob("*.py"), *ROOT.glob("*/**/*.py")]
    mentioned = {
        (file.name, name)
        for file in files
        for name in re.findall(r"\b((?:docs|benchmarks)/[\w/-]+\.(?:md|svg))\b", file.read_text(encoding="utf-8"))
    }
    assert mentioned
    assert not {(file, name) for file, name in mentioned if not (ROOT / name).exists()}


def test_rows_that_the_demo_fills_name_its_models():
    models = load(ROOT / "configs" / "demo.toml").models
    marks = [mark for page in (DOCS / "models").glob("*.md") for mark in MARK.findall(page.read_text(encoding="utf-8"))]
    assert len(marks) > 30
    assert {name for mark in marks for name in mark if name} <= set(models)
