"""`Answers` and `Catalogue`: what counts as a hit, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from playrec_core.evaluation.metrics.base import Answers, Catalogue


def csr(rows):
    return sparse.csr_array(np.array(rows, dtype=np.float32))


def test_hits_are_the_hidden_items_of_the_same_row():
    answers = Answers(np.array([[2, 0], [0, 1]], dtype=np.int32), csr([[0, 0, 1], [0, 1, 0]]))
    assert answers.hits.tolist() == [[True, False], [False, True]]
    assert answers.relevant_counts.tolist() == [1, 1]


def test_an_empty_place_is_no_hit_even_when_the_row_before_hides_the_last_item():
    answers = Answers(np.array([[0, -1], [-1, 0]], dtype=np.int32), csr([[0, 0, 1], [1, 0, 0]]))
    assert answers.hits.tolist() == [[False, False], [False, True]]


def test_stored_zeros_and_duplicate_entries_do_not_count_as_hidden():
    relevant = sparse.csr_array((np.array([1.0, 1.0, 0.0]), np.array([1, 1, 2]), np.array([0, 3])), shape=(1, 3))
    answers = Answers(np.array([[1, 2, 0]], dtype=np.int32), relevant)
    assert answers.relevant_counts.tolist() == [1]
    assert answers.hits.tolist() == [[True, False, False]]


@pytest.mark.parametrize(
    ("ranked", "words"),
    [
        ([[0, 0]], "twice"),
        ([[0, 3]], "outside"),
        ([[-2, 0]], "outside"),
        ([[0, 1], [1, 2]], "2 ranked lists but 1 rows"),
        ([0, 1], "2-D"),
        ([[0.0, 1.0]], "integer"),
    ],
)
def test_impossible_lists_are_refused(ranked, words):
    with pytest.raises(ValueError, match=words):
        Answers(np.array(ranked), csr([[1, 0, 0]]))


@settings(deadline=None)
@given(st.data())
def test_hits_agree_with_looking_each_item_up(data):
    n, n_items, depth = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 8)), data.draw(st.integers(0, 8))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    depth = min(depth, n_items)
    ranked = np.array([rng.permutation(n_items)[:depth] for _ in range(n)], dtype=np.int32).reshape(n, depth)
    ranked[rng.random(ranked.shape) < 0.2] = -1
    dense = rng.random((n, n_items)) < 0.4
    answers = Answers(ranked, sparse.csr_array(dense))
    assert answers.hits.tolist() == [
        [bool(item >= 0 and dense[row, item]) for item in items] for row, items in enumerate(ranked)
    ]
    assert answers.relevant_counts.tolist() == dense.sum(axis=1).tolist()
    mask = rng.random(n) < 0.5
    assert answers.subset(mask).hits.tolist() == answers.hits[mask].tolist()


def test_catalogue_counts_playlists_not_confidence():
    catalogue = Catalogue.from_interactions(csr([[5, 0, 2], [3, 0, 0]]))
    assert catalogue.item_counts.tolist() == [2, 0, 1]
    assert catalogue.n_playlists == 2


def test_catalogue_refuses_counts_of_another_matrix():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        Catalogue(np.zeros(4, dtype=np.int64), 2, csr([[5, 0, 2], [3, 0, 0]]))
