"""Out-of-sample positions of songs, and the density image."""

import numpy as np
import pyarrow as pa
import pytest

from playrec_core.projection import out_of_sample
from playrec_core.projection.out_of_sample import BESIDE, density, place, within


@pytest.fixture(scope="module")
def world() -> tuple[np.ndarray, pa.Table]:
    rng = np.random.default_rng(6)
    vectors = rng.normal(size=(300, 7)).astype(np.float32)
    vectors[250] = 0
    columns = {name: rng.normal(size=100).astype(np.float32) for name in ("umap_x", "umap_y", "tsne_x", "tsne_y")}
    return vectors, pa.table({"cluster": rng.integers(0, 9, 100).astype(np.int32), **columns})


def test_a_song_goes_to_the_median_of_the_laid_out_songs_nearest_to_it(world, monkeypatch: pytest.MonkeyPatch):
    vectors, laid_out = world
    monkeypatch.setattr(out_of_sample, "_BLOCK", 64)  # several blocks, the last one short
    told = []
    found = place(vectors, 290, laid_out, ("umap", "tsne"), told.append)
    assert found.num_rows == 190
    assert told[-1] == 1
    lengths = np.linalg.norm(vectors, axis=1)
    for row in range(190):
        song = 100 + row
        if song == 250:
            assert np.isnan(found["umap_x"][row].as_py())
            continue
        near = np.argsort(-(vectors[:100] @ vectors[song]) / lengths[:100])[:BESIDE]
        assert found["cluster"][row].as_py() == laid_out["cluster"][int(near[0])].as_py()
        for name in ("umap_x", "umap_y", "tsne_x", "tsne_y"):
            assert found[name][row].as_py() == pytest.approx(np.median(laid_out[name].to_numpy()[near]), abs=1e-6)


def test_copies_of_laid_out_songs_land_among_their_neighbours(world):
    vectors, laid_out = world
    more = np.concatenate([vectors[:100], 3 * vectors[:100]])
    found = place(more, 200, laid_out, ("umap",), lambda _: None)
    np.testing.assert_array_equal(found["cluster"].to_numpy(), laid_out["cluster"].to_numpy())


def test_nothing_is_placed_where_all_are_laid_out(world):
    vectors, laid_out = world
    assert place(vectors, 100, laid_out, ("umap",), lambda _: None).num_rows == 0


def test_density_counts_each_cell():
    places = np.random.default_rng(1).uniform(-0.2, 1.2, size=(5000, 2))
    places[::50] = np.nan
    view = (0.25, 0.1, 0.75, 0.9)
    found = density(places, view, 5, 4)
    counts = np.zeros((4, 5))
    for x, y in places:
        if 0.25 <= x < 0.75 and 0.1 <= y < 0.9:
            counts[3 - int((y - 0.1) / 0.2), int((x - 0.25) / 0.1)] += 1
    assert counts.sum() == within(places, view).sum()
    np.testing.assert_array_equal(found, np.ceil(255 * np.log1p(counts) / np.log1p(counts.max())))
    assert found.max() == 255


def test_an_empty_part_is_empty():
    assert not density(np.full((10, 2), 0.5), (0.6, 0.6, 0.9, 0.9), 8, 8).any()
