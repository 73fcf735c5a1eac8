"""Custom rules: the matching rows, and refusal of everything else without executing it."""

import numpy as np
import pytest

from playrec_core.evaluation.rules import RuleError, example, matching

COLUMNS = {
    "seed_length": np.array([0.0, 3, 5, 9, 40]),
    "genre": np.array(["", "rock", "발라드", "rock", "jazz"]),
    "popularity": np.array([np.nan, 0.1, 0.5, 0.9, 0.05]),
}
LENGTH, GENRE, POPULARITY = COLUMNS.values()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("seed_length >= 5", LENGTH >= 5),
        ("seed_length >= 5 and popularity < 0.2", (LENGTH >= 5) & (POPULARITY < 0.2)),
        ("genre == 'rock' or genre == '발라드'", (GENRE == "rock") | (GENRE == "발라드")),
        ("not genre == 'rock'", GENRE != "rock"),
        ("3 <= seed_length < 10", (LENGTH >= 3) & (LENGTH < 10)),
        ("5 < seed_length", LENGTH > 5),
        ("(seed_length < 1 or seed_length > 30) and genre != 'jazz'", LENGTH < 1),
        ("popularity > -1", ~np.isnan(POPULARITY)),
        ("popularity != 0.5", ~np.isnan(POPULARITY) & (POPULARITY != 0.5)),
        ("  seed_length == 5  ", LENGTH == 5),
        ("seed_length ≥ 5 and popularity ≠ 0.5", (LENGTH >= 5) & ~np.isnan(POPULARITY) & (POPULARITY != 0.5)),
        ("seed_length >\u2060= 5", LENGTH >= 5),  # copied from a page, where it prevents an arrow
    ],
)
def test_a_rule_means_what_it_says(rule: str, expected: np.ndarray):
    assert matching(rule, COLUMNS).tolist() == expected.tolist()


def test_a_rule_may_use_any_name_of_a_text():
    names = {"genre": {"ballad": "발라드", "발라드": "발라드"}}
    for rule in ("genre == 'ballad'", "genre == '발라드'", "'ballad' == genre"):
        assert matching(rule, COLUMNS, names).tolist() == (GENRE == "발라드").tolist()
    assert matching("genre == 'rock'", COLUMNS, names).tolist() == (GENRE == "rock").tolist()


@pytest.mark.parametrize(
    "rule",
    [
        "__import__('os').system('true')",
        "(lambda: 1)()",
        "seed_length.__class__ == 1",
        "[x for x in (1,)] == 1",
        "seed_length >= open('/etc/passwd')",
        "seed_length @ 2 > 1",
        "seed_length > 9**9**9",
        "seed_length > 1e999",
        "seed_length > " + "9" * 200,
        "seed_length > True",
        "seed_length > 1j",
        "seed_length > None",
        "seed_length is 3",
        "genre in ('rock',)",
        "genre > 3",
        "seed_length == 'rock'",
        "genre == b'rock'",
        "genre == f'{seed_length}'",
        "(seed_length := 3) > 2",
        "seed_length > popularity",
        "3 > 2",
        "seed_length",
        "~seed_length > 3",
        "seed_length > -'rock'",
        "unknown > 3",
        "import os",
        "",
        "a" * 301,
        "(" * 149 + "1" + ")" * 149,
        "not " * 70 + "seed_length",
        "seed_length > 1\0",
        "seed_length > 1; seed_length",
        "await seed_length > 1",
        "seed_length > 1\nand True",
    ],
)
def test_anything_else_is_refused_in_one_error(rule: str):
    with pytest.raises(RuleError) as caught:
        matching(rule, COLUMNS)
    assert 10 < len(str(caught.value)) < 250


def test_an_unknown_column_lists_the_columns():
    with pytest.raises(RuleError, match=r"no column “lenght”\. Columns: seed_length, genre, popularity"):
        matching("lenght > 3", COLUMNS)


def test_the_example_is_a_rule():
    assert matching(example(COLUMNS), COLUMNS).tolist() == [False, False, False, False, True]
