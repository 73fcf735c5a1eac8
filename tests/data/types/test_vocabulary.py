"""External ids to row numbers and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playrec_core.data.types.ids import whole_number
from playrec_core.data.types.vocabulary import UNKNOWN, Vocabulary

texts = st.lists(st.text(alphabet=st.characters(), max_size=4), unique=True, max_size=20)
integers = st.lists(st.integers(-(2**63) + 1, 2**63 - 1), unique=True, max_size=20)


@given(texts | integers, st.randoms())
def test_ids_go_to_rows_and_back(ids, random):
    vocabulary = Vocabulary(ids)
    rows = random.sample(range(len(ids)), len(ids))
    assert vocabulary.outside(rows) == [ids[row] for row in rows]
    assert vocabulary.index([ids[row] for row in rows]).tolist() == rows
    assert vocabulary.index(ids).dtype == np.int32


def test_unknown_ids():
    assert Vocabulary([5, 7]).index([7, 6, "5", "x", None, 5.0, True, 10**30, "9" * 5000]).tolist() == [
        1, UNKNOWN, 0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
    ]  # fmt: skip
    assert Vocabulary(["5", "a"]).index(["a", 5, "", "A"]).tolist() == [1, 0, UNKNOWN, UNKNOWN]
    assert Vocabulary([]).index(["a", 1]).tolist() == [UNKNOWN, UNKNOWN]
    assert 5 in Vocabulary([5])
    assert "z" not in Vocabulary(["a"])


def test_an_array_of_rows_is_looked_up_like_a_list():
    vocabulary = Vocabulary(np.array([30, 10, 20]))
    assert vocabulary.index(np.array([10, 99, 30])).tolist() == vocabulary.index([10, 99, 30]).tolist() == [1, -1, 0]


def test_unusual_text_stays_distinct():
    # NumPy's string dtype drops trailing NULs; Arrow rejects lone surrogates; NFC and NFD are different ids.
    ids = ["a", "a\0", "\ud800", "\uac00", "\u1100\u1161", ""]
    vocabulary = Vocabulary(ids)
    assert vocabulary.index(ids).tolist() == list(range(6))
    assert len({Vocabulary([one]).fingerprint for one in ids}) == 6


def test_a_repeated_id_is_refused():
    with pytest.raises(ValueError, match=r"7.*twice"):
        Vocabulary([7, 8, 7])


def test_unknown_is_not_a_row():
    with pytest.raises(IndexError):
        Vocabulary([1, 2]).outside([UNKNOWN])
    with pytest.raises(IndexError):
        Vocabulary([1, 2]).outside([2])


@given(texts, texts)
def test_fingerprints_depend_on_ids_and_order(one, other):
    assert (Vocabulary(one).fingerprint == Vocabulary(other).fingerprint) == (one == other)


def test_fingerprint_distinguishes_numbers_from_text():
    assert Vocabulary([1]).fingerprint != Vocabulary(["1"]).fingerprint


def test_select_keeps_the_kind_of_ids():
    assert Vocabulary([3, 1, 2]).select(np.array([2, 0])).ids.tolist() == [2, 3]
    assert Vocabulary(["b", "a"]).select(np.array([1])).ids.tolist() == ["a"]


@pytest.mark.parametrize(
    ("value", "number"),
    [(12, 12), ("12", 12), (" -3 ", -3), ("007", 7), (np.int32(4), 4), (2**63 - 1, 2**63 - 1)],
)
def test_whole_numbers(value, number):
    assert whole_number(value) == number


@pytest.mark.parametrize("value", ["", "--5", "1_000", "1.0", "1e3", 1.0, True, None, [], 2**63, -(2**63), "9" * 19])
def test_values_that_are_not_whole_numbers(value):
    assert whole_number(value) is None
