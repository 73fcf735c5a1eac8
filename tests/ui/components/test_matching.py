from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.text_index.catalogue_search import SearchIndex, build_index
from playrec_core.ui.components.seed.matching import MOST_LINES, Matches, match

TITLES = ["Moon River", "Rain", "Rain", "밤 편지", "12", "Love - Part Two", "Stand by Me", "Rain"]
ARTISTS = ["Owl", "Owl", "Finch, 참새", "아이유", "Finch", "Owl", "King", "Owl"]


@dataclass
class Catalogue:
    """As much of a data set as matching looks at."""

    items: Vocabulary
    catalogue: pa.Table


@dataclass
class Loaded:
    """As much of a run as matching looks at."""

    dataset: Catalogue
    search: SearchIndex


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    path: Path = tmp_path_factory.mktemp("search") / "search.sqlite"
    build_index(path, TITLES, ARTISTS)
    table = pa.table({"title": TITLES, "artist": ARTISTS})
    return Loaded(Catalogue(Vocabulary([10, 11, 12, 13, 14, 15, 16, 17]), table), SearchIndex(path))


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("10", 0),
        ("moon river", 0),
        ("MOON  RIVER", 0),
        ("ｍｏｏｎ ｒｉｖｅｒ", 0),
        ("밤 편지", 3),
        ("\u1107\u1161\u11b7 \u1111\u1167\u11ab\u110c\u1175", 3),
        ("rain - finch", 2),
        ("Rain — 참새", 2),
        ("finch - rain", 2),
        ("Rain by Finch", 2),
        ("Stand by Me", 6),
        ("stand by me - king", 6),
        ("Love - Part Two", 5),
        ("love - part two - OWL", 5),
    ],
)
def test_a_line_that_means_one_item(run: Loaded, line: str, item: int):
    assert match(run, [line]) == Matches((item,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "candidates"),
    [("Rain", (1, 2, 7)), ("rain - owl", (1, 7)), ("12", (2, 4))],
)
def test_a_line_that_could_mean_several_is_asked(run: Loaded, line: str, candidates: tuple[int, ...]):
    found = match(run, [line])  # type: ignore[arg-type]
    assert found.found == ()
    assert [(one.text, one.candidates, one.exact) for one in found.questions] == [(line, candidates, True)]


def test_a_near_miss_is_offered_and_not_taken(run: Loaded):
    found = match(run, ["Moon Riv"])  # type: ignore[arg-type]
    assert found.found == ()
    assert (found.questions[0].candidates, found.questions[0].exact) == ((0,), False)


def test_what_is_nowhere_is_said(run: Loaded):
    assert match(run, ["zzz"]).questions[0].candidates == ()  # type: ignore[arg-type]


def test_order_repeats_blanks_and_numbers(run: Loaded):
    assert match(run, ["13", "", " moon river ", 10, "13", "  "]).found == (3, 0)  # type: ignore[arg-type]


def test_a_flood_is_cut_and_said(run: Loaded):
    found = match(run, ["13", *(f"x{number}" for number in range(MOST_LINES + 4))])  # type: ignore[arg-type]
    assert found.found == (3,)
    assert len(found.questions) == MOST_LINES - 1
    assert found.left_out == 5
