"""Slices split the playlists: each one once, under the name that says what it shows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playrec_core.evaluation.slices import by_question_kind, by_seed_length


def members(slices):
    return {some.name: np.flatnonzero(some.mask).tolist() for some in slices}


def test_kinds_of_question_are_the_contests():
    shown = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1], [0, 0, 0]])
    assert members(by_question_kind(*shown.T)) == {
        "songs": [0, 5],
        "songs+tags": [1],
        "tags": [2, 3],
        "title": [4],
        "nothing": [6],
    }


def test_seed_lengths_fall_into_bins_at_their_edges():
    lengths = np.array([0, 1, 4, 5, 24, 25, 49, 50, 99, 100, 10_000])
    assert members(by_seed_length(lengths)) == {
        "0": [0],
        "1–4": [1, 2],
        "5–9": [3],
        "10–24": [4],
        "25–49": [5, 6],
        "50–99": [7, 8],
        "100+": [9, 10],
    }


def test_a_bin_of_one_length_is_named_by_it():
    assert list(members(by_seed_length(np.array([1, 2, 7]), edges=(1, 2, 3)))) == ["1", "2", "3+"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(0, 300)), min_size=1))
def test_every_playlist_is_in_exactly_one_slice_and_none_is_empty(rows):
    *shown, lengths = np.array(rows).T
    for slices in (by_question_kind(*shown), by_seed_length(lengths)):
        masks = np.stack([some.mask for some in slices])
        assert (masks.sum(axis=0) == 1).all()
        assert masks.any(axis=1).all()


@pytest.mark.parametrize("edges", [(5, 5), (10, 5), (0, 5)])
def test_edges_that_do_not_rise_are_refused(edges):
    with pytest.raises(ValueError, match="rise"):
        by_seed_length(np.array([1]), edges)
