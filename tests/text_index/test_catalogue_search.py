"""The search finds the same items as a plain substring search, in the documented order."""

import sqlite3
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playrec_core.errors import DamagedRunError
from playrec_core.text_index.catalogue_search import LONGEST_QUERY, SearchIndex, build_index, normalise

SYLLABLES = (
    "가 나 달 밤 사랑 첫사랑 비 오는 날 moon oon Moonlight love lo o 7 24 rock'n'roll AC/DC (feat. re: * ^ - \" ' 🎧 "
    "👩\u200d👩\u200d👧 é \u200f"
)
HOSTILE = [
    '"', '""', "'", "*", "moon*", "^moon", "-moon", "NEAR(moon love)", "moon OR love", "moon AND", "NOT", "text:moon",
    "(", ")", "{text}", "+", "moon + love", "\0", "moon\0love", "\x02", "\x03", "\x04", "\ud800", "%", "_", "\\", ";--",
    "ﬁ", "İ", "ß",
]  # fmt: skip


def random_text(rng: np.random.Generator, words: int | np.integer) -> str:
    pieces = SYLLABLES.split()
    return " ".join("".join(rng.choice(pieces, rng.integers(1, 4))) for _ in range(int(words)))


def brute_force(titles: list[str], artists: list[str], text: str) -> list[int]:
    """Every match in the documented order, by brute force."""
    wanted = normalise(text)
    if not wanted:
        return []
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for item, (title, artist) in enumerate(zip(map(normalise, titles), map(normalise, artists), strict=True)):
        if all(word in title or word in artist for word in wanted.split()):
            parts[0 if title == wanted else 1 if title.startswith(wanted) else 2].append(item)
    return [item for part in parts for item in part]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> tuple[list[str], list[str], SearchIndex]:
    rng = np.random.default_rng(7)
    titles = [random_text(rng, rng.integers(0, 4)) for _ in range(3000)]
    titles += ["Moon", "moon", "ＭＯＯＮ", "Moon River", "Blue Moon", "", "  ", "x" * 10_000, "x" * 9_999, *HOSTILE]
    artists = [random_text(rng, rng.integers(0, 3)) for _ in titles]
    path = tmp_path_factory.mktemp("search") / "titles # 100%.sqlite"
    build_index(path, titles, artists)
    return titles, artists, SearchIndex(path)


def test_finds_what_a_substring_search_finds(catalogue):
    titles, artists, index = catalogue
    rng = np.random.default_rng(8)
    queries = [random_text(rng, rng.integers(1, 3)) for _ in range(150)]
    for source in (titles, artists):
        for text in rng.choice(np.array(source[:3000], dtype=object), 150):
            start = rng.integers(0, len(text) + 1)
            queries.append(text[start : start + rng.integers(1, 12)])
    for text in queries + HOSTILE:
        expected = brute_force(titles, artists, text)
        assert index.search(text, limit=len(titles)).tolist() == expected, repr(text)
        # Each group is in popularity order, so a short result is a prefix of a long one.
        assert index.search(text, limit=5).tolist() == expected[:5], repr(text)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=20))
def test_any_text_is_harmless_and_agrees(catalogue, text):
    titles, artists, index = catalogue
    assert index.search(text, limit=len(titles)).tolist() == brute_force(titles, artists, text)


def test_exact_finds_equal_titles_only(catalogue):
    titles, _, index = catalogue
    normal = [normalise(title) for title in titles]
    for title in ["MOON", "moon river", "x" * 10_000, "x" * 9_999, "moo", "nothing so called", *HOSTILE, *titles[:200]]:
        expected = [item for item, other in enumerate(normal) if other == normalise(title) != ""]
        assert index.exact(title).tolist() == expected, repr(title[:50])


def test_exact_title_then_beginning_then_the_rest(tmp_path):
    titles = ["Blue Moon", "Moon River", "Moon", "Sky", "moon shadow", "MOON"]
    artists = ["", "", "", "Moon Unit", "", ""]
    build_index(tmp_path / "index", titles, artists)
    assert SearchIndex(tmp_path / "index").search("moon").tolist() == [2, 5, 1, 4, 0, 3]


def test_decomposed_korean_finds_composed_and_back(tmp_path):
    composed = "첫사랑의 밤"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    build_index(tmp_path / "index", [composed, decomposed, "밤"], ["", "", ""])
    index = SearchIndex(tmp_path / "index")
    for query in ("첫사", "밤", "사랑 밤", composed):
        assert set(index.search(query)) >= {0, 1}
        assert index.search(unicodedata.normalize("NFD", query)).tolist() == index.search(query).tolist()
    assert index.exact(decomposed).tolist() == [0, 1]


def test_a_word_may_be_in_the_title_and_another_in_the_artist(tmp_path):
    build_index(tmp_path / "index", ["Night Drive", "Night", "Drive"], ["한밤", "Drive", "Someone"])
    index = SearchIndex(tmp_path / "index")
    assert index.search("night 한밤").tolist() == [0]
    assert index.search("drive night").tolist() == [0, 1]
    # Words do not span artist and title, nor two words.
    assert index.search("밤n").tolist() == []
    assert index.search("tdrive").tolist() == []


def test_long_queries_are_cut(tmp_path):
    title = "long " * 50
    build_index(tmp_path / "index", [title, "a" * 300, "short"], ["", "", ""])
    index = SearchIndex(tmp_path / "index")
    assert index.search(title * 40).tolist() == [0]
    assert index.search("a" * 10_000).tolist() == [1]
    assert index.search(" " * 10_000 + "short").tolist() == []
    assert index.search("short" + " " * 10_000).tolist() == [2]
    assert index.search("a" * LONGEST_QUERY).tolist() == [1]


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=30))
def test_normalise_once_is_enough(text):
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in once)


def test_equal_input_gives_equal_bytes(tmp_path, catalogue):
    titles, artists, _ = catalogue
    for name in ("one", "two"):
        build_index(tmp_path / name, titles, artists)
    build_index(tmp_path / "two", titles, artists)  # over an older file
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_progress_rises_to_one(tmp_path):
    seen: list[float] = []
    build_index(tmp_path / "index", ["a"] * 30, [""] * 30, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    build_index(tmp_path / "empty", [], [])
    assert SearchIndex(tmp_path / "empty").search("a").tolist() == []


def test_common_words_stop_at_the_limit(catalogue):
    """FTS5 must return rows in order; a query plan that sorts would read every match of a common letter first."""
    _, _, index = catalogue
    plan = index._rows("EXPLAIN QUERY PLAN SELECT rowid FROM items WHERE items MATCH ? ORDER BY rowid LIMIT 5", '"o" *')
    assert "TEMP B-TREE" not in str(plan)


def test_many_threads_search_one_index(catalogue):
    titles, artists, index = catalogue
    queries = ["moon", "사랑", "o", "밤 비", "lo"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: index.search(text, limit=50).tolist(), queries))
    assert found == [brute_force(titles, artists, text)[:50] for text in queries]


def test_the_file_is_opened_for_reading_only(catalogue):
    _, _, index = catalogue
    with index._connection() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO items(rowid, text) VALUES (1, 'x')")


@pytest.mark.parametrize("content", [None, b"", b"not a database at all" * 100])
def test_errors_name_a_missing_or_other_file(tmp_path: Path, content: bytes | None):
    path = tmp_path / "titles.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedRunError, match=r"titles\.sqlite"):
        SearchIndex(path)


def test_titles_and_artists_must_be_of_one_length(tmp_path):
    with pytest.raises(ValueError, match="2 titles but 1 artists"):
        build_index(tmp_path / "index", ["a", "b"], [""])


def test_a_title_matches_without_its_brackets(tmp_path: Path):
    """A title in another case is the same item; a sequel is another (docs/sources/als-notebook.md)."""
    titles = ["Men in Black II (2002)", "Men in Black (a.k.a. MIB) (1997)", "Black", "Alien (1979)", "alien", "(1997)"]
    build_index(tmp_path / "movies.sqlite", titles, [""] * len(titles))
    index = SearchIndex(tmp_path / "movies.sqlite")
    assert index.exact("men in BLACK").tolist() == [1]
    assert index.exact("Men in Black (a.k.a. MIB) (1997)").tolist() == [1]
    assert index.exact("ALIEN").tolist() == [4]
    assert index.exact("1997").tolist() == []
    assert index.search("men in black").tolist() == [1, 0]
    assert index.search("alien").tolist() == [4, 3]


def test_accents_need_not_be_typed(tmp_path: Path):
    titles = ["Léon: The Professional (1994)", "Amélie (2001)", "Leon", "が", "か", "ไม้"]
    build_index(tmp_path / "index", titles, ["", "Beyoncé", "", "", "", ""])
    index = SearchIndex(tmp_path / "index")
    for form in ("NFC", "NFD"):
        for text, found in [("leon", [2, 0]), ("LÉON", [2, 0]), ("amélie", [1]), ("beyonce", [1]), ("が", [3])]:
            assert index.search(unicodedata.normalize(form, text)).tolist() == found, (form, text)
    assert index.exact("Amelie").tolist() == [1]
    # Marks that are letters are kept.
    assert index.search("か").tolist() == [4]
    assert index.search("ไม").tolist() == [5]
    assert index.exact("ไม").tolist() == []
