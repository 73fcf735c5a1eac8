"""The data profile compared with counts made by hand and with slower formulas."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.profile import Corner, Dates, Distribution, Footprint, LongTail, corner, profile
from playrec_core.schema import DateSource, Nouns


def dataset(tmp_path) -> Dataset:
    """Five playlists over six songs; song 6 is in none of them, and song 1 gets its date from its album."""
    builder = DatasetBuilder("small", Nouns(), tmp_path, numeric_ids=True)
    builder.add_item(1, "one", artists=["A"], album="x", album_id=1, released="20010000")
    builder.add_item(2, "two", artists=["A"], album="x", album_id=1, released="20010512")
    builder.add_item(3, "three", artists=["B"], album="y", album_id=2, released="00000000")
    builder.add_item(4, "four", released="20040101")
    builder.add_item(5, "five", released="20031301")
    builder.add_item(6, "six", released="1999")
    for playlist, (songs, tags) in enumerate(
        [([1, 2, 3], ["a", "b"]), ([1, 2], ["a"]), ([1], []), ([1, 4], []), ([5], [])]
    ):
        builder.add_playlist(playlist, songs, tags=tags)
    return builder.build()


def test_every_figure_of_a_small_data_set(tmp_path):
    found = profile(dataset(tmp_path))
    assert (found.used_items, found.artists, found.tag_assignments) == (5, 2, 3)
    assert (found.playlist_lengths.low, found.playlist_lengths.high) == (1, 3)
    assert found.playlist_lengths.counts.tolist() == [2, 2, 1]
    assert found.playlist_lengths.mean == pytest.approx(9 / 5)
    assert found.item_counts.counts.sum() == 5
    assert found.tags_per_playlist.counts.tolist() == [3, 1, 1]
    assert found.confidence == {}
    assert found.dates.sources == {DateSource.GIVEN: 3, DateSource.ALBUM: 1, DateSource.MISSING: 2}
    assert dict(zip(found.dates.years.tolist(), found.dates.counts.tolist(), strict=True)) == {
        **dict.fromkeys(range(1999, 2005), 0),
        # Song 5 has a year, but its month is 13.
        **{1999: 1, 2001: 2, 2004: 1},
    }


def test_confidence_is_counted_if_it_varies(tmp_path):
    builder = DatasetBuilder("rated", Nouns("movie", "movies", "user", "users"), tmp_path, numeric_ids=True)
    for movie in (1, 2, 3):
        builder.add_item(movie, str(movie))
    builder.add_playlist(1, [1, 2, 3], weights=[3.0, 4.5, 4.5])
    assert profile(builder.build()).confidence == {3.0: 1, 4.5: 2}


@pytest.mark.parametrize("spread", [5, 60, 100_000])
def test_a_distribution_counts_every_value_once_and_in_its_bin(spread):
    rng = np.random.default_rng(spread)
    values = rng.integers(0, spread, 500)
    found = Distribution.of(values)
    assert found.counts.sum() == len(values)
    assert (np.diff(found.edges) > 0).all()
    assert len(found.counts) <= 26
    for low, high, count in zip(found.edges[:-1], found.edges[1:], found.counts, strict=True):
        # numpy closes the last bin on both sides; nothing may reach its edge.
        assert count == ((values >= low) & (values < high)).sum()
    assert len(found.labels) == len(found.counts)


def test_labels_name_the_values_of_a_bin():
    assert Distribution.of(np.array([0, 1, 1, 3])).labels == ["0", "1", "2", "3"]
    wide = Distribution.of(np.array([1, 5000]))
    assert wide.labels[0] == "1"
    assert wide.labels[-1].endswith("–5,000")


def test_an_empty_distribution_is_all_zero():
    found = Distribution.of(np.empty(0, np.int64))
    assert found.counts.sum() == 0
    assert (found.low, found.high, found.mean) == (0, 0, 0.0)


def test_gini_equals_the_mean_absolute_difference():
    counts = np.random.default_rng(5).zipf(1.7, 80).clip(max=1000)
    pairs = np.abs(counts[:, None] - counts[None, :]).mean()
    tail = LongTail.of(counts)
    assert tail is not None
    assert tail.gini == pytest.approx(pairs / (2 * counts.mean()), abs=1e-12)


def test_gini_of_equal_counts_is_zero_and_of_one_hit_is_large():
    even, steep = LongTail.of(np.full(50, 7)), LongTail.of(np.array([10_000, *[1] * 99]))
    assert even is not None
    assert steep is not None
    assert even.gini == pytest.approx(0, abs=1e-12)
    assert even.top[0.20] == pytest.approx(0.20)
    assert steep.gini > 0.97
    assert steep.top[0.01] == pytest.approx(10_000 / 10_099)
    assert steep.single == 99


def test_the_tail_ignores_unused_items():
    with_unused, without = LongTail.of(np.array([4, 0, 2, 0, 0, 1])), LongTail.of(np.array([4, 2, 1]))
    assert with_unused is not None
    assert without is not None
    assert with_unused.gini == without.gini
    assert with_unused.top == without.top
    assert LongTail.of(np.zeros(4, np.int64)) is None


def test_curves_are_small_begin_and_end_where_they_should():
    tail = LongTail.of(np.random.default_rng(1).zipf(1.5, 20_000).clip(max=5000))
    assert tail is not None
    assert len(tail.ranks) <= 300
    assert len(tail.item_shares) <= 300
    assert tail.ranks[[0, -1]].tolist() == [1, 20_000]
    assert (np.diff(tail.counts) <= 0).all()
    assert (tail.item_shares[0], tail.interaction_shares[0]) == (0, 0)
    assert (tail.item_shares[-1], tail.interaction_shares[-1]) == (1, 1)
    # Most popular first: the curve never lies below the diagonal.
    assert (tail.interaction_shares >= tail.item_shares - 1e-12).all()


def test_dates_without_any_year():
    found = Dates.of(np.zeros(3, np.int16), np.full(3, DateSource.MISSING, np.int8))
    assert len(found.years) == len(found.counts) == 0
    assert found.sources[DateSource.MISSING] == 3


def test_footprint_counts_the_bytes_of_the_arrays():
    matrix = csr_array(
        (np.ones(3, np.float32), np.array([0, 4, 2], np.int32), np.array([0, 2, 2, 3], np.int32)), shape=(3, 5)
    )
    found = Footprint.of(matrix)
    assert (found.data, found.indices, found.indptr) == (12, 12, 16)
    assert found.csr == 40
    assert found.dense == matrix.toarray().nbytes == 60
    assert found.density == 3 / 15


def test_the_dense_matrix_of_the_als_notebook_is_97_gibibytes():
    """360,000 by 290,000 at one byte per cell, which the notebook calls 97 GB (docs/sources/als-notebook.md)."""
    found = Footprint(360_000, 290_000, 17_535_655, 0, 0, 0, 1)
    assert round(found.dense / 2**30) == 97


def test_the_corner_is_the_data_itself_and_shows_an_empty_row(tmp_path):
    data = dataset(tmp_path)
    found: Corner = corner(data, n_columns=2)
    assert (found.matrix.toarray() == data.interactions[found.playlists][:, :2].toarray()).all()
    assert sorted(np.diff(found.matrix.indptr).tolist()) == [0, 1, 2], "lengths 3 and 4 do not occur in two columns"


def test_a_catalogue_of_ids_alone_has_a_profile(tmp_path):
    builder = DatasetBuilder("ids", Nouns(), tmp_path, numeric_ids=True)
    builder.add_playlist(1, [5, 6])
    found = profile(builder.build())
    assert found.artists == 0
    assert found.dates.sources[DateSource.MISSING] == 2
