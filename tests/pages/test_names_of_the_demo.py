"""The demo with English names: what is on screen in English can be read without Korean, and in Korean it is Korean."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.evaluation.published import PUBLISHED
from playrec_core.models.registry import kinds
from playrec_core.schema import ALBUM, ARTIST, GENRES, TAGS, TITLE
from playrec_core.serving.loaded_run import LoadedRun

ROOT = Path(__file__).parents[2]
PAGES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "pages").glob("*/*.py"))
OpenPage = Callable[..., AppTest]
HANGUL = re.compile("[가-힣]+")


def texts(app: AppTest) -> Iterator[str]:
    """Everything that the server sends to draw a page, as text; components' data are JSON."""

    def visit(node) -> Iterator[str]:
        for child in getattr(node, "children", {}).values():
            yield from visit(child)
        if (proto := getattr(node, "proto", None)) is not None:
            sent = proto.SerializeToString().decode("utf-8", "ignore")
            yield re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), sent)

    yield from visit(app._tree)


def names_of(run: LoadedRun) -> set[str]:
    """Words of the names in the catalogue and of the titles."""
    columns = [run.dataset.catalogue[name] for name in (TITLE, ARTIST, ALBUM)] + [run.dataset.playlist_table[TITLE]]
    held_out = [seed.title for seed in run.held_out.seeds]
    return {word for column in (*map(list, columns), held_out) for name in column for word in HANGUL.findall(str(name))}


@pytest.mark.parametrize("page", PAGES)
def test_in_english_only_names_are_korean(page: str, open_page: OpenPage, demo_run: Path):
    run = LoadedRun.open(demo_run)
    known = " ".join(names_of(run))
    app = open_page(page, songs="1,2,3")
    assert not app.exception
    words = {word for text in texts(app) for word in HANGUL.findall(text)}
    # A name that is cut short ends in a part of a word.
    assert {word for word in words if word not in known} <= {"한국어"}


@pytest.mark.parametrize("page", PAGES)
def test_in_korean_tags_and_genres_are_korean(page: str, open_page: OpenPage, demo_run: Path):
    run = LoadedRun.open(demo_run)
    terms = run.dataset.terms
    tag = run.dataset.tags.ids[0]
    app = open_page(page, songs="1,2,3", tags=tag, lang="ko")
    assert not app.exception
    shown = "\n".join(texts(app))
    assert terms.name(TAGS, tag, "ko") != tag
    for kind in (TAGS, GENRES):
        for term, names in terms.by_kind[kind].items():
            assert names["ko"] != term
            assert f"#{term}" not in shown
            assert f"**{term}**" not in shown


def test_citations_and_published_tables_are_in_english():
    sources = {table.source.title for table in PUBLISHED}
    cited = {one.text for kind in kinds().values() if kind.card for one in kind.card.references}
    assert not [title for title in sources | cited if HANGUL.search(title)]
