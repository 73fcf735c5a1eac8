"""Slices partition the playlists, under their names."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playrec_core.evaluation.intervals import Interval
from playrec_core.evaluation.slices import by_decade, by_label, by_quarter, by_query_kind, by_seed_length, too_small


def members(slices):
    return {some.name: np.flatnonzero(some.mask).tolist() for some in slices}


def test_kinds_of_query_are_the_contests():
    shown = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1], [0, 0, 0]])
    assert members(by_query_kind(*shown.T)) == {
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
    for slices in (by_query_kind(*shown), by_seed_length(lengths)):
        masks = np.stack([some.mask for some in slices])
        assert (masks.sum(axis=0) == 1).all()
        assert masks.any(axis=1).all()


@pytest.mark.parametrize("edges", [(5, 5), (10, 5), (0, 5)])
def test_edges_that_do_not_rise_are_refused(edges):
    with pytest.raises(ValueError, match="rise"):
        by_seed_length(np.array([1]), edges)


def test_quarters_are_of_equal_size_and_in_order():
    values = np.random.default_rng(0).permutation(np.r_[np.arange(40.0), [np.nan] * 3])
    found = by_quarter(values, ("a", "b", "c", "d", "unknown"))
    assert [(part.name, int(part.mask.sum())) for part in found] == [
        *zip("abcd", [10] * 4, strict=True),
        ("unknown", 3),
    ]
    for place, part in enumerate(found[:4]):
        assert sorted(values[part.mask]) == [*range(10 * place, 10 * place + 10)]
    assert np.sum([part.mask for part in found], axis=0).tolist() == [1] * 43


def test_a_value_that_all_share_leaves_one_quarter():
    assert len(by_quarter(np.ones(8), ("a", "b", "c", "d", "unknown"))) == 1
    assert [part.name for part in by_quarter(np.full(2, np.nan), ("a", "b", "c", "d", "unknown"))] == ["unknown"]


def test_labels_by_how_common_they_are():
    labels = np.array(["x", "y", "y", "", "z", "x", "w"])
    found = by_label(labels, at_most=2, others="rest", unknown="none")
    assert {part.name: np.flatnonzero(part.mask).tolist() for part in found} == {
        "x": [0, 5],
        "y": [1, 2],
        "rest": [4, 6],
        "none": [3],
    }


def test_decades():
    years = np.array([1999.0, 2000, 2009.5, np.nan, 2010])
    assert {part.name: np.flatnonzero(part.mask).tolist() for part in by_decade(years, "?")} == {
        "1990s": [0],
        "2000s": [1, 2],
        "2010s": [4],
        "?": [3],
    }


def test_a_slice_is_too_small_by_number_or_by_width():
    assert "only 29" in too_small(Interval(0.5, 0.4, 0.6, 29))
    assert too_small(Interval(0.5, 0.4, 0.6, 30)) == ""
    assert "wider" in too_small(Interval(0.1, 0.0, 0.21, 500))
    assert too_small(Interval(0.0, 0.0, 0.0, 500)) == ""
