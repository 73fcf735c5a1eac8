"""Similar and Map, used as a person uses them, on a small run and on one with little in it."""

import base64
import json
import zlib
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.projection.layout import CLUSTER, DOUBT, unit
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.map import chart, colours, selection, tag_spread
from playrec_core.ui.pages.map.scatter import scatter
from playrec_core.ui.pages.map.scatter.scatter import Chosen
from playrec_core.ui.pages.similar.neighbour_lists import neighbour_lists
from playrec_core.ui.wording import escape as text
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain
from tests.html_tables import tables
from tests.pages.reading import address, heading, outside, said

SIMILAR, MAP, EXPLAIN = "pages/explore/similar.py", "pages/explore/map.py", "pages/understand/explain.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


class TestSimilar:
    def test_starts_with_an_example_that_the_address_names(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(SIMILAR)
        item = int(run.dataset.items.index([address(app, "item")])[0])
        assert heading(run, item) in [markdown.value for markdown in app.markdown]

    def test_an_address_opens_its_item_and_an_unknown_one_the_example(self, open_page: OpenPage, run: LoadedRun):
        assert heading(run, 17) in [markdown.value for markdown in open_page(SIMILAR, item=outside(run, 17)).markdown]
        app = open_page(SIMILAR, item="no such id")
        assert not app.exception
        assert address(app, "item") == address(open_page(SIMILAR), "item")

    def test_visits_leave_breadcrumbs_and_a_click_goes_back(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(SIMILAR, item=outside(run, 5))
        for item in (9, 12):
            app.query_params["item"] = outside(run, item)
            app.run()
        assert heading(run, 12) in [markdown.value for markdown in app.markdown]
        app.button(key="trail.0").click().run()
        assert address(app, "item") == outside(run, 5)
        assert heading(run, 5) in [markdown.value for markdown in app.markdown]
        assert not [button for button in app.button if str(button.key).startswith("trail.")]

    def test_evidence_counts_the_playlists_that_hold_both(self, open_page: OpenPage, run: LoadedRun):
        data = run.dataset
        both = np.flatnonzero(data.interactions[:, [0, 1]].toarray().all(axis=1))
        app = open_page(SIMILAR, **{"item": outside(run, 0), "with": outside(run, 1)})
        expected = data.item_counts[0] * data.item_counts[1] / data.n_playlists
        assert plain(f"{len(both):,} of {data.n_playlists:,} training playlists contain both") in said(app)
        assert plain(f"Expected by chance {expected:.2g} ") in said(app)
        [head, *lines] = tables(app)[0]
        assert len(lines) == min(len(both), 100)
        titles = set(data.playlist_table["title"].take(both).to_pylist())
        assert {line[head.index("Title")] for line in lines} <= titles | {"(no title)"}

    def test_two_items_that_never_meet_are_said_to(self, open_page: OpenPage, run: LoadedRun):
        together = (run.dataset.interactions.T @ run.dataset.interactions).tocsr()[[0], :].toarray().ravel()
        stranger = int(np.flatnonzero(together == 0)[0])
        app = open_page(SIMILAR, **{"item": outside(run, 0), "with": outside(run, stranger)})
        assert "No training playlist contains both" in said(app)

    def test_a_click_adds_the_item_to_the_seed(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(SIMILAR, item=outside(run, 3), songs=outside(run, 8))
        app.button(key="similar.add.3").click().run()
        assert address(app, "songs") == outside(run, 8, 3)
        assert app.button(key="similar.add.3").disabled

    def test_every_model_has_a_list_of_its_own_neighbours(self, run: LoadedRun):
        lists = neighbour_lists(run, run.spaces(), 4, 10, "cosine")
        assert [one.title for one in lists] == [run.model_title(name) for name in run.spaces()]
        for name, one in zip(run.spaces(), lists, strict=True):
            assert [row.item for row in one.rows] == run.similar(name, 4, 10, "cosine")[0].tolist()
            assert 4 not in [row.item for row in one.rows]

    def test_models_that_are_not_shown_are_not_opened(self, demo_run: Path):
        opened = LoadedRun.open(demo_run)
        assert {"als", "ease"} <= set(opened.spaces())
        assert set(opened.vector_spaces()) < set(opened.spaces())
        neighbour_lists(opened, ["ease"], 4, 13, "cosine")
        assert [name for name in opened._once._values if name.startswith("model-")] == ["model-ease"]

    def test_a_run_without_neighbours_says_which_models_have_them(self, open_page: OpenPage, bare_run: Path):
        app = open_page(SIMILAR, artifacts=bare_run)
        assert not app.exception
        assert "ALS" in app.info[0].value


class TestMap:
    def data(self, app: AppTest) -> dict:
        """What the map's component is given."""
        return next(
            found
            for element in app.get("bidi_component")
            if "panels" in (found := json.loads(element.proto.json or "{}"))
        )

    def test_shows_every_point_and_marks_the_seed(self, open_page: OpenPage, run: LoadedRun):
        data = self.data(open_page(MAP, songs=outside(run, 2, 6)))
        assert data["marks"][-1]["symbol"] == "star"
        assert data["marks"][-1]["items"] == [2, 6]
        (panel,) = data["panels"]
        assert len(base64.b64decode(panel["codes"])) == run.maps.points.num_rows
        assert panel["part"] is None, "a small map is drawn whole"
        places = np.frombuffer(base64.b64decode(panel["x"]), dtype=np.uint16)
        x = run.maps.coordinates("als")[:, 0]
        np.testing.assert_allclose(places / 65534, (x - x.min()) / (x.max() - x.min()), atol=1e-4)
        names = zlib.decompress(base64.b64decode(data["names"])).decode().split("\n")
        assert names == [text.shorten(name) for name in items.labels(run.dataset, range(run.maps.points.num_rows))]

    def test_every_embedding_has_a_map_of_the_items_it_has_vectors_for(self, run: LoadedRun):
        vectors = {name: run.model(name).item_embeddings() for name in run.model_names}
        assert set(run.maps.spaces) == {name for name, found in vectors.items() if found is not None}
        assert run.maps.spaces[0] == "als"
        for name in run.maps.spaces[1:]:
            points, found = run.maps.coordinates(name), vectors[name]
            assert found is not None
            known = np.linalg.norm(found[: len(points)], axis=1) > 0
            np.testing.assert_array_equal(np.isfinite(points).all(axis=1), known)

    def test_two_embeddings_are_drawn_with_one_selection_and_their_agreement(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(MAP)
        app.session_state["playrec_map_chosen"] = (run.id, Chosen(3, np.array([1, 4, 7])))
        app.selectbox(key="map.second.als").set_value("content-neighbours").run()
        assert not app.exception
        data = self.data(app)
        assert [panel["title"] for panel in data["panels"]] == ["ALS", "Content neighbours"]
        bits = np.unpackbits(np.frombuffer(base64.b64decode(data["selected"]), np.uint8), bitorder="little")
        assert np.flatnonzero(bits).tolist() == [1, 4, 7]
        shares, placed, _ = selection.agreement(run, np.array([1, 4, 7]), "als", "content-neighbours")
        assert "3 of 3 are in both embeddings" in said(app)
        assert placed == 3
        assert f"**{shares.mean() * 10:.1f}** on average" in said(app)

    def test_an_embedding_agrees_with_itself(self, run: LoadedRun):
        shares, _, _ = selection.agreement(run, np.arange(20), "als", "als")
        assert shares.tolist() == [1.0] * 20

    def test_the_tags_are_shown_with_their_separation(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(MAP)
        app.segmented_control(key="map.view").set_value("islands").run()
        assert not app.exception
        data = self.data(app)
        assert run.maps.cluster_map is not None
        assert len(base64.b64decode(data["panels"][0]["codes"])) == run.maps.cluster_map.num_rows
        table = app.dataframe[0].value
        assert table["Separation"].tolist() == [one.isolation.mean for one in run.maps.tag_separation]
        names = run.dataset.tags.outside([one.tag for one in run.maps.tag_separation])
        assert table["Tag"].tolist() == [str(name) for name in names]

    def test_the_tag_clusters_view_compares_a_tag_over_the_clusters_it_draws(self, open_page: OpenPage, run: LoadedRun):
        points = run.maps.cluster_map
        assert points is not None
        clusters = run.model(run.maps.cluster_map_model).item_clusters()
        assert clusters is not None
        songs, tag = points["item"].to_numpy(), tag_spread.example_tag(run, True)
        own = clusters[songs]
        # The smoothed share of a song's playlists that carry the tag; its mean over the drawn songs of a cluster.
        with_tag = run.dataset.item_tag_counts[:, [tag]].toarray().ravel()[songs]
        share = np.minimum(with_tag / (run.dataset.item_counts[songs] + DOUBT), 1)
        mean = {one: share[own == one].mean() for one in np.unique(own).tolist()}
        found = tag_spread.shares(run, tag, True)
        assert len(found) >= tag_spread.MOST_CLUSTERS
        numbers = np.unique(own).tolist()
        for one in found:
            assert one.share == pytest.approx(mean[numbers[one.cluster]], rel=1e-5)
            assert one.lift == pytest.approx(mean[numbers[one.cluster]] / share.mean(), rel=1e-5)
            listed = [row.item for row in tag_spread.item_list(run, tag, one, True).rows]
            assert set(listed) <= set(songs[own == numbers[one.cluster]].tolist())
            assert listed
        app = open_page(MAP)
        app.segmented_control(key="map.view").set_value("islands").run()
        assert f"Clusters of {run.model_title(run.maps.cluster_map_model)} in which the tag" in said(app)

    @pytest.mark.parametrize("by", ["cluster", "genre", "year", "tag"])
    def test_every_colouring_is_offered_and_places_each_point_once(self, open_page: OpenPage, run: LoadedRun, by: str):
        assert by in colours.choices(run)
        found = colours.colouring(run, by)
        assert len(found.codes) == run.maps.points.num_rows
        assert set(found.codes.tolist()) == set(range(len(found.categories)))
        assert len(found.categories) <= 12
        app = open_page(MAP)
        app.segmented_control(key="map.by").set_value(by).run()
        assert not app.exception

    def test_genres_are_coloured_by_the_items_own_first_genre(self, run: LoadedRun):
        found = colours.colouring(run, "genre")
        genres = run.dataset.catalogue["genres"].slice(0, run.maps.points.num_rows).to_pylist()
        for code, own in zip(found.codes.tolist(), genres, strict=True):
            name, _ = found.categories[code]
            assert name == "other" or name == own[0]

    def test_a_box_selects_the_visible_points_in_it(self, run: LoadedRun):
        drawn = chart.space(run, "als", "umap")
        codes = colours.colouring(run, "genre").codes
        x, y = drawn.unit[0]
        corners = [[x - 0.1, y - 0.1], [x + 0.1, y - 0.1], [x + 0.1, y + 0.1], [x - 0.1, y + 0.1]]
        inside = (np.abs(drawn.unit - drawn.unit[0]) <= 0.1).all(axis=1)
        hidden = next(code for code in np.unique(codes[inside]).tolist() if code != codes[0])
        message = {"turn": 5, "panel": 0, "corners": corners, "hidden": [hidden]}
        found = scatter.read(message, [drawn], [codes])
        assert found is not None
        assert found.turn == 5
        np.testing.assert_array_equal(found.points, np.flatnonzero(inside & (codes != hidden)))
        assert 0 < len(found.points) < inside.sum()

    def test_a_click_on_a_point_selects_its_item_and_one_on_empty_space_nothing(self, run: LoadedRun):
        drawn, codes = chart.space(run, "als", "umap"), np.zeros(run.maps.points.num_rows)
        for item, expected in ((4, [4]), (-1, []), (len(codes), [])):
            found = scatter.read({"turn": 1, "item": item}, [drawn], [codes])
            assert found is not None
            assert found.points.tolist() == expected

    @pytest.mark.parametrize(
        "message",
        [
            None,
            [],
            {"turn": "1", "item": 3},
            {"turn": 1, "panel": 1, "corners": [[0, 0], [1, 0], [1, 1]], "hidden": []},
            {"turn": 1, "panel": 0, "corners": [[0, 0], [1, 0]], "hidden": []},
            {"turn": 1, "panel": 0, "corners": [[0, 0], [1, 0], [1, "x"]], "hidden": []},
            {"turn": 1, "panel": 0, "corners": [[0, 0], [1, 0], [1, float("inf")]], "hidden": []},
            {"turn": 1, "panel": 0, "corners": [[0, 0]] * 5001, "hidden": []},
        ],
    )
    def test_an_invalid_selection_is_ignored(self, run: LoadedRun, message: object):
        drawn = chart.space(run, "als", "umap")
        assert scatter.read(message, [drawn], [np.zeros(run.maps.points.num_rows)]) is None

    def test_a_clusters_card_names_its_own_items(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(MAP)
        last = len(run.maps.cluster_labels) - 1
        app.selectbox(key="map.cluster").set_value(last).run()
        size = int((run.maps.points[CLUSTER].to_numpy() == last).sum())
        assert f"{size:,} songs" in said(app)
        assert plain(run.maps.cluster_labels[last][0].text) in said(app)

    def test_the_projection_quality_is_that_of_a_plain_count(self, run: LoadedRun):
        for name in run.maps.spaces[:2]:
            preserved, points = run.maps.neighbours_kept(name), run.maps.coordinates(name)
            vectors = run.model(name).item_embeddings()
            assert preserved is not None
            assert vectors is not None
            rows = np.flatnonzero(np.isfinite(points[:, 0]))
            np.testing.assert_array_equal(np.isfinite(preserved), np.isfinite(points[:, 0]))
            directions = unit(vectors[rows])
            for place in (0, 50, len(rows) - 1):
                far = np.linalg.norm(points[rows] - points[rows[place]], axis=1)
                like = directions @ directions[place]
                far[place], like[place] = np.inf, -np.inf
                both = set(np.argsort(far)[:10]) & set(np.argsort(-like)[:10])
                assert preserved[rows[place]] == pytest.approx(len(both) / 10, abs=0.11)  # ties of equal vectors

    def test_each_embedding_is_coloured_by_its_own_projection_quality(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(MAP)
        app.segmented_control(key="map.by").set_value("kept").run()
        app.selectbox(key="map.second.als").set_value("content-neighbours").run()
        assert not app.exception
        data = self.data(app)
        assert len(data["categories"]) == 5
        for panel, name in zip(data["panels"], ("als", "content-neighbours"), strict=True):
            preserved = run.maps.neighbours_kept(name)
            assert preserved is not None
            codes = np.frombuffer(base64.b64decode(panel["codes"]), np.uint8)
            near = np.rint(10 * preserved[np.isfinite(preserved)]).astype(int)
            np.testing.assert_array_equal(codes[np.isfinite(preserved)], np.maximum(near - 1, 1) // 2)
            warned = np.unpackbits(np.frombuffer(base64.b64decode(panel["warned"]), np.uint8), bitorder="little")
            np.testing.assert_array_equal(np.flatnonzero(warned), np.flatnonzero(preserved < 0.25))
        assert said(app).count("nearest songs of each are preserved on average") == 2

    def test_a_point_that_lost_its_neighbours_gets_a_warning(self, open_page: OpenPage, run: LoadedRun):
        preserved = run.maps.neighbours_kept("als")
        assert preserved is not None
        app = open_page(MAP)
        for item, warned in ((int(preserved.argmin()), True), (int(preserved.argmax()), False)):
            app.session_state["playrec_map_chosen"] = (run.id, Chosen(1, np.array([item])))
            app.run()
            text = f"{round(10 * preserved[item])} of its 10 nearest songs"
            found = [warning.value for warning in app.warning if text in warning.value]
            assert bool(found) == warned
            assert warned or text in said(app)

    def test_the_path_joins_the_songs_and_names_their_clusters(self, open_page: OpenPage, run: LoadedRun):
        songs = [7, 3, 260, 41, 290]
        app = open_page(MAP, songs=outside(run, *songs))
        assert not self.data(app)["marks"][-1]["joined"]
        app.toggle(key="map.way").set_value(True).run()
        mark = self.data(app)["marks"][-1]
        assert mark["joined"]
        assert mark["items"] == songs
        strip = next(block.proto.body for block in app.get("html") if "pr-way" in block.proto.body)
        clusters = run.maps.clusters[songs].tolist()
        segments = 1 + sum(a != b for a, b in pairwise(clusters))
        assert strip.count("<li") == segments
        assert escape(chart.cluster_name(run, clusters[0], 2)) in strip
        assert plain(f"through {len(set(clusters))} cluster") in said(app)

    def test_a_run_without_a_map_says_how_to_get_one(self, open_page: OpenPage, bare_run: Path):
        app = open_page(MAP, artifacts=bare_run)
        assert not app.exception
        assert "python train.py" in app.info[0].value
