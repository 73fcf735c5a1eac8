"""`Dataset` compared with dense brute force."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset, binary, by_popularity, seed_matrix
from playrec_core.schema import TITLE, Nouns, Seed


def make(playlists: list[list[int]], rng: np.random.Generator, described: int = 0) -> Dataset:
    """Playlists with random weights, times and tags; and ``described`` items that are in no playlist."""
    builder = DatasetBuilder("test", Nouns(), Path("here"), numeric_ids=True)
    for item in range(1000, 1000 + described):
        builder.add_item(item, f"song {item}")
    for row, songs in enumerate(playlists):
        builder.add_playlist(
            row * 10,
            songs,
            title=f"title {row}",
            tags=rng.choice(list("abcd"), rng.integers(0, 4), replace=False),
            weights=rng.integers(1, 6, len(songs)).tolist(),
            times=rng.integers(0, 100, len(songs)).tolist(),
        )
    return builder.build()


playlist_lists = st.lists(st.lists(st.integers(0, 11), min_size=1, max_size=8, unique=True), min_size=1, max_size=8)
seeds_of_chance = st.integers(0, 2**32 - 1)


def facts(dataset: Dataset) -> dict:
    """The content of a data set in external ids, without row numbers."""
    matrix = dataset.interactions
    assert dataset.times is not None
    return {
        dataset.playlists.outside([row])[0]: (
            [
                (place, item, weight, time)
                for place, item, weight, time in sorted(
                    zip(
                        dataset.positions[span].tolist(),
                        dataset.items.outside(matrix.indices[span]),
                        matrix.data[span].tolist(),
                        dataset.times[span].tolist(),
                        strict=True,
                    )
                )
            ],
            set(dataset.tags.outside(dataset.seed_of(row).tags)),
            dataset.playlist_table[TITLE][row].as_py(),
        )
        for row in range(dataset.n_playlists)
        for span in [slice(matrix.indptr[row], matrix.indptr[row + 1])]
    }


def assert_sound(dataset: Dataset) -> None:
    """Check the invariants of `Dataset`."""
    dense = dataset.interactions.toarray()
    assert dense.shape == (dataset.n_playlists, dataset.n_items)
    assert dataset.interactions.dtype == np.float32
    assert dataset.interactions.has_canonical_format
    assert dataset.item_counts.tolist() == (dense > 0).sum(axis=0).tolist()
    for vocabulary, counts in ((dataset.items, dataset.item_counts), (dataset.tags, dataset.tag_counts)):
        keys = [(-count, each) for count, each in zip(counts.tolist(), vocabulary.ids.tolist(), strict=True)]
        assert keys == sorted(keys)
    assert dataset.catalogue["item_id"].to_pylist() == [str(item) for item in dataset.items.ids]
    assert dataset.playlist_table["playlist_id"].to_pylist() == [str(each) for each in dataset.playlists.ids]


@given(playlist_lists, seeds_of_chance)
def test_with_playlists_selects_rows(playlists, chance):
    rng = np.random.default_rng(chance)
    dataset = make(playlists, rng, described=2)
    rows = rng.permutation(dataset.n_playlists)[: rng.integers(0, dataset.n_playlists + 1)]
    part = dataset.with_playlists(rows)
    assert_sound(part)
    whole = facts(dataset)
    assert facts(part) == {each: whole[each] for each in dataset.playlists.outside(rows)}
    assert part.playlists.ids.tolist() == dataset.playlists.outside(rows)
    assert sorted(part.items.ids.tolist()) == sorted(dataset.items.ids.tolist())


@given(playlist_lists, seeds_of_chance)
def test_with_interactions_removes_some(playlists, chance):
    rng = np.random.default_rng(chance)
    dataset = make(playlists, rng)
    keep = rng.random(dataset.interactions.nnz) < 0.6
    part = dataset.with_interactions(keep)
    assert_sound(part)
    dense = dataset.interactions.toarray()
    rows = np.repeat(np.arange(dataset.n_playlists), np.diff(dataset.interactions.indptr))
    dense[rows[~keep], dataset.interactions.indices[~keep]] = 0
    same_columns = part.items.index(dataset.items.ids)
    np.testing.assert_array_equal(part.interactions.toarray()[:, same_columns], dense)
    gone = set(zip(rows[~keep].tolist(), dataset.items.outside(dataset.interactions.indices[~keep]), strict=True))
    for row, (identity, (entries, tags, title)) in enumerate(facts(dataset).items()):
        expected = [entry for entry in entries if (row, entry[1]) not in gone]
        assert facts(part)[identity] == (expected, tags, title)


@given(playlist_lists, seeds_of_chance)
def test_item_tag_counts_against_a_dense_product(playlists, chance):
    dataset = make(playlists, np.random.default_rng(chance))
    expected = (dataset.interactions.toarray() > 0).T.astype(int) @ dataset.playlist_tags.toarray()
    np.testing.assert_array_equal(dataset.item_tag_counts.toarray(), expected)


@given(playlist_lists, seeds_of_chance)
def test_renumbering_twice_changes_nothing(playlists, chance):
    dataset = make(playlists, np.random.default_rng(chance))
    assert by_popularity(dataset).fingerprint == dataset.fingerprint


def example() -> Dataset:
    return make([[5, 3, 1], [3, 1], [1, 7]], np.random.default_rng(3))


def test_a_playlist_as_a_seed_keeps_order_and_confidence():
    dataset = example()
    seed = dataset.seed_of(0)
    assert dataset.items.outside(seed.songs) == [5, 3, 1]
    assert seed.title == "title 0"
    row = seed_matrix([seed], dataset.n_items).toarray()[0]
    np.testing.assert_array_equal(row, dataset.interactions.toarray()[0])
    plain = replace(dataset, interactions=binary(dataset.interactions))
    assert plain.seed_of(0).weights == ()


def test_the_fingerprint_depends_on_every_part():
    dataset = example()
    assert dataset.times is not None
    other = dataset.interactions.copy()
    other.data[0] += 1
    table = dataset.playlist_table
    renamed = table.set_column(1, TITLE, pa.array(["title 0", "title 1", "else"]))
    variants = [
        replace(dataset, name="other"),
        replace(dataset, interactions=other),
        replace(dataset, positions=dataset.positions[::-1].copy()),
        replace(dataset, times=dataset.times + 1),
        replace(dataset, times=None),
        replace(dataset, playlist_table=renamed),
        replace(dataset, catalogue=dataset.catalogue.rename_columns({"title": "name"})),
        dataset.with_playlists(np.array([0, 1])),
    ]
    assert len({each.fingerprint for each in [dataset, *variants]}) == len(variants) + 1
    assert example().fingerprint == dataset.fingerprint


def test_the_fingerprint_does_not_depend_on_the_memory_layout():
    dataset = example()
    catalogue = dataset.catalogue
    # Two chunks, of texts that begin within a buffer.
    pieces = pa.concat_tables([catalogue.slice(0, 1), catalogue.slice(1)])
    assert pieces["title"].num_chunks > 1
    assert replace(dataset, catalogue=pieces).fingerprint == dataset.fingerprint


def test_the_fingerprint_separates_adjacent_texts():
    dataset = example()
    place = dataset.playlist_table.column_names.index(TITLE)
    one, other = (
        replace(dataset, playlist_table=dataset.playlist_table.set_column(place, TITLE, pa.array(titles)))
        for titles in (["ab", "c", ""], ["a", "bc", ""])
    )
    assert one.fingerprint != other.fingerprint


def test_seed_matrix_drops_unknown_songs():
    matrix = seed_matrix([Seed((0, 9, 2), weights=(2.0, 1.0, 0.5)), Seed(), Seed((-1, 1))], 3)
    np.testing.assert_array_equal(matrix.toarray(), np.array([[2, 0, 0.5], [0, 0, 0], [0, 1, 0]], dtype=np.float32))
    assert seed_matrix([], 3).shape == (0, 3)


def test_a_seed_with_the_wrong_number_of_weights():
    with pytest.raises(ValueError, match="2 weights for 1 songs"):
        Seed((1,), weights=(1.0, 2.0))
