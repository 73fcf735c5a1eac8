"""Columns built row by row, compared with plain lists."""

import numpy as np

from playrec_core.data.columns import TextLists, Texts


def test_texts_keep_their_order_over_several_chunks():
    column, plain = Texts(), [f"노래 {number % 1000}" for number in range(150_000)]
    for text in plain:
        column.append(text)
    assert column.column().to_pylist() == plain
    assert Texts().column().to_pylist() == []


def test_lists_of_rows_with_gaps():
    lists = TextLists()
    for row, texts in ((1, ["b", "a"]), (2, []), (5, ["a", "c"])):
        lists.append(row, texts)
    assert lists.column(8).to_pylist() == [[], ["b", "a"], [], [], [], ["a", "c"], [], []]
    assert TextLists().column(2).to_pylist() == [[], []]


def test_random_lists():
    rng = np.random.default_rng(0)
    plain = [[str(value) for value in rng.integers(0, 40, rng.integers(0, 4))] for _ in range(3000)]
    lists = TextLists()
    for row, texts in enumerate(plain):
        lists.append(row, texts)
    assert lists.column(3000).to_pylist() == plain
