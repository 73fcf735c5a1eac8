"""Explain, used as a person uses it, on a small run."""

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import waterfall
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import label
from tests.pages.reading import address, outside, said

SIMILAR, MAP, EXPLAIN = "pages/explore/similar.py", "pages/explore/map.py", "pages/understand/explain.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


class TestExplain:
    def test_starts_with_the_first_answer_of_als_to_the_example(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(EXPLAIN)
        assert address(app, "model") == "als"
        assert "rank **1** of" in said(app)

    def test_shows_the_score_and_the_place_of_the_answer(self, open_page: OpenPage, run: LoadedRun):
        seed = Seed((4, 11, 30))
        answer = run.recommend_one("als", seed)
        app = open_page(EXPLAIN, songs=outside(run, *seed.songs), why=outside(run, int(answer.items[4])))
        n = run.dataset.n_items - 3
        assert f"**{answer.scores[4]:.6f}**, rank **5** of {n:,} (in the top {run.config.ranking.depth})" in said(app)

    def test_excluded_songs_do_not_count_in_the_rank(self, open_page: OpenPage, run: LoadedRun):
        """ "place n of m" counted the excluded ones among the m."""
        best = run.recommend_one("als", Seed((4, 11, 30))).items.tolist()
        app = open_page(EXPLAIN, songs=outside(run, 4, 11, 30), ban=outside(run, *best[:2]), why=outside(run, best[4]))
        assert f"rank **3** of {run.dataset.n_items - 5:,} " in said(app)

    @pytest.mark.parametrize("n_songs", [1, 5, 40])
    def test_the_bars_add_up_to_the_shown_score(self, run: LoadedRun, n_songs: int):
        seed = Seed(tuple(range(0, 3 * n_songs, 3)))
        for name in ("als", "playlist-knn", "item-knn", "ease"):
            answer = run.recommend_one(name, seed, k=5)
            for item, score in zip(answer.items.tolist(), answer.scores.tolist(), strict=True):
                explanation = run.explain(name, seed, item)
                bars = waterfall.bars(explanation, [str(song) for song in seed.songs], "songs")
                assert len(bars) <= waterfall.MOST_BARS + 1
                assert sum(bar.value for bar in bars) == pytest.approx(score, abs=1e-5)

    def test_an_item_of_the_seed_is_never_recommended(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(EXPLAIN, songs=outside(run, 4, 11), why=outside(run, 11))
        assert "so it is not recommended" in said(app)

    def test_every_model_of_the_run_explains_or_says_why_not(self, open_page: OpenPage, run: LoadedRun):
        for name in run.model_names:
            app = open_page(EXPLAIN, songs=outside(run, 4, 11, 30), model=name)
            assert not app.exception
            assert address(app, "model") == name
            exact = run.explain(name, Seed((4, 11, 30)), 0).kind == "exact"
            assert ("Contributions sum exactly to the score" in said(app)) == exact
            assert ("Leave-one-out: " in said(app)) != exact

    def test_a_seed_of_tags_alone_is_told_what_is_missing(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(EXPLAIN, tags=str(run.dataset.tags.ids[0]))
        assert not app.exception
        assert "no song" in app.info[0].value

    def test_without_als_another_model_is_explained(self, open_page: OpenPage, bare_run: Path):
        app = open_page(EXPLAIN, artifacts=bare_run)
        assert not app.exception
        assert address(app, "model") == "popularity"
        assert "Removing any single one of the songs does not change this score" in said(app)

    def test_cluster_mf_shows_the_way_to_its_answer(self, open_page: OpenPage, run: LoadedRun):
        """Query clusters, nearest playlist, the clusters it brought and their songs; clusters by name."""
        seed = Seed((4, 11, 30))
        answer = int(run.recommend_one("cluster-mf", seed, k=1).items[0])
        app = open_page(EXPLAIN, songs=outside(run, *seed.songs), model="cluster-mf", why=outside(run, answer))
        tables = "".join(block.proto.body for block in app.get("html"))
        found = run.trace("cluster-mf", seed)
        assert found is not None
        for step in found.steps:
            assert plain(step.title) in said(app)
        clusters = run.model("cluster-mf").item_clusters()
        assert clusters is not None
        cluster = int(clusters[4])
        assert escape(run.model_clusters("cluster-mf")[cluster][0].text) in tables.replace("\xa0", " ")
        nearest = int(found.steps[1].columns[0].values[0])
        assert escape(run.dataset.playlist_table["title"][nearest].as_py() or "(no title)") in tables
        assert "pr-chosen" in tables
        assert plain(f"contributes to {label(run.dataset, answer)}") in said(app)

    def test_a_model_without_steps_shows_none(self, open_page: OpenPage, run: LoadedRun):
        assert run.trace("als", Seed((4, 11, 30))) is None
        assert "computes its recommendations" not in said(open_page(EXPLAIN, model="als"))
