"""A map of more songs than are laid out and than can be drawn, tested at small size with lower limits."""

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.projection.out_of_sample import density
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run
from playrec_core.training import maps
from playrec_core.training.pipeline import Options, train
from playrec_core.ui.pages.map import chart, colours
from playrec_core.ui.pages.map.scatter import part as scatter_part
from playrec_core.ui.pages.map.scatter import scatter
from playrec_core.ui.pages.map.scatter.scatter import Chosen
from playrec_core.ui.wording import escape, items
from tests.conftest import small_config

MAP = "pages/explore/map.py"
LAID_OUT, DRAWN = 150, 100
OpenPage = Callable[..., AppTest]


class Interrupted(Exception):
    """Simulates an interruption of training."""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a position for every song, resumed after an interruption following the map."""
    folder = tmp_path_factory.mktemp("large")
    config = small_config()
    config = config.model_copy(update={"map": config.map.model_copy(update={"points": LAID_OUT, "rest": True})})
    options = Options(folder, models=("als", "content-neighbours"), threads=1)

    def fails(*_arguments: object, **_named: object) -> None:
        raise Interrupted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps, "cluster_map", fails)
        with pytest.raises(Interrupted):
            train(config, options, say=lambda _: None)
    train(config, options, say=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def run(artifacts: Path) -> LoadedRun:
    return LoadedRun.open(artifacts)


@pytest.fixture(autouse=True)
def few_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scatter, "MOST_DRAWN", DRAWN)


def data_of(app: AppTest) -> dict:
    found = (json.loads(element.proto.json or "{}") for element in app.get("bidi_component"))
    return next(data for data in found if "panels" in data)


def panel_of(app: AppTest) -> dict:
    (panel,) = data_of(app)["panels"]
    return panel


def unpacked(values: str, kind: type) -> np.ndarray:
    return np.frombuffer(base64.b64decode(values), kind)


def test_a_resumed_run_has_what_comes_after_the_map(artifacts: Path):
    files = Run.open(artifacts).manifest.files
    assert {"map-rest/points.arrow", "spaces/content-neighbours.arrow", "cluster-map/points.arrow"} <= set(files)


def test_every_song_of_a_playlist_has_a_position_and_a_cluster(run: LoadedRun):
    n_known = int((run.dataset.item_counts > 0).sum())
    assert run.maps.size == n_known > LAID_OUT
    points = run.maps.coordinates("als")
    assert points.shape == (n_known, 2)
    assert np.isfinite(points[:LAID_OUT]).all()
    known = np.linalg.norm(run.model("als").item_embeddings()[:n_known], axis=1) > 0  # type: ignore[index]
    np.testing.assert_array_equal(np.isfinite(points).all(axis=1), known)
    assert set(run.maps.clusters) == set(run.maps.clusters[:LAID_OUT])
    # A median of laid out positions lies among them.
    low, high = points[:LAID_OUT].min(axis=0), points[:LAID_OUT].max(axis=0)
    assert ((points[known] >= low) & (points[known] <= high)).all()


def test_the_first_view_has_the_most_popular_as_points_and_all_in_the_density(open_page: OpenPage, artifacts: Path):
    run = LoadedRun.open(artifacts)
    app = open_page(MAP, artifacts=artifacts)
    assert not app.exception
    panel = panel_of(app)
    assert len(unpacked(panel["x"], np.uint16)) == DRAWN
    part = panel["part"]
    assert part["looked"] is None
    shown = unpacked(part["items"], np.uint32).tolist()
    marked = {item for mark in data_of(app)["marks"] for item in mark["items"]}
    assert shown == sorted(item for item in marked if item >= DRAWN)
    places = chart.space(run, "als", "umap").unit
    shading = unpacked(part["density"], np.uint8).reshape(part["height"], part["width"])
    np.testing.assert_array_equal(shading, density(places, tuple(part["view"]), part["width"], part["height"]))
    assert "100 most popular songs are drawn as points; the shading" in "".join(
        caption.value for caption in app.caption
    )


def test_a_part_is_shown_with_the_most_popular_songs_in_it(
    open_page: OpenPage, artifacts: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scatter_part, "MOST_NEAR", 20)
    run = LoadedRun.open(artifacts)
    drawn = chart.space(run, "als", "umap")
    places = drawn.unit
    view = (0.2, 0.2, 0.7, 0.8)
    app = open_page(MAP, artifacts=artifacts)
    app.session_state[f"map.scatter.{run.id}.looks"] = {drawn.key: view}
    chosen = int(np.flatnonzero(((places > 0.3) & (places < 0.6)).all(axis=1))[-1])
    app.session_state["playrec_map_chosen"] = (run.id, Chosen(2, np.array([chosen])))
    app.run()
    assert not app.exception
    part = panel_of(app)["part"]
    assert part["looked"] == list(view)
    left, low, right, high = part["view"]
    inside = (places[:, 0] >= left) & (places[:, 0] < right) & (places[:, 1] >= low) & (places[:, 1] < high)
    expected = [item for item in np.flatnonzero(inside).tolist() if item >= DRAWN][:20]
    found = unpacked(part["items"], np.uint32).tolist()
    assert [item for item in found if item in expected] == expected
    names = zlib.decompress(base64.b64decode(part["names"])).decode().split("\n")
    assert names == [escape.shorten(name) for name in items.labels(run.dataset, found)]
    np.testing.assert_array_equal(unpacked(part["x"], np.uint16), drawn.places[found, 0])
    selected = np.unpackbits(unpacked(part["selected"], np.uint8), bitorder="little")[: len(found)]
    assert np.array(found)[selected == 1].tolist() == [item for item in found if item == chosen]


def test_a_box_selects_songs_that_are_not_drawn(run: LoadedRun):
    drawn = chart.space(run, "als", "umap")
    codes = colours.colouring(run, "cluster").codes
    assert len(codes) == run.maps.size
    message = {"turn": 1, "panel": 0, "corners": [[-1, -1], [2, -1], [2, 2], [-1, 2]], "hidden": []}
    found = scatter.read(message, [drawn], [codes])
    assert found is not None
    np.testing.assert_array_equal(found.points, np.flatnonzero(np.isfinite(drawn.unit[:, 0])))
    assert found.points[-1] > LAID_OUT


@pytest.mark.parametrize(
    "message",
    [
        None,
        {"panel": 1, "view": [0, 0, 1, 1]},
        {"panel": 0, "view": [0, 0, 1]},
        {"panel": 0, "view": [0, 0, 1, "x"]},
        {"panel": 0, "view": [0, 0, float("nan"), 1]},
        {"panel": 0, "view": [1, 0, 0, 1]},
        {"panel": 0, "view": [0, 0, 1e9, 1]},
    ],
)
def test_an_invalid_view_is_ignored(message: object):
    assert scatter_part.read(message, 1) is None


def test_a_view_is_read():
    assert scatter_part.read({"panel": 1, "view": [0, 0.25, 1, 0.5]}, 2) == (1, (0.0, 0.25, 1.0, 0.5))
