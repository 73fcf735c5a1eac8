"""What if, explanations next to the list, and measured explanations, as a person uses them."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from playrec_core.explain.attribution import moves, without
from playrec_core.schema import Query, Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.what_if import edited_seed, slope
from playrec_core.ui.runtime import caches
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import labels, markdown

PAGE, CONTINUE, METRICS = "pages/understand/what_if.py", "pages/explore/continue_.py", "pages/evaluate/metrics.py"
OpenPage = Callable[..., AppTest]
SONGS = (4, 11, 30, 52)


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def said(app: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (app.markdown, app.caption, app.info) for element in kind)


def outside(run: LoadedRun, *items: int) -> str:
    return ",".join(map(str, run.dataset.items.outside(items)))


def evidence_of(app: AppTest) -> Selectbox[int]:
    return next(box for box in app.selectbox if str(box.key).startswith("why.evidence."))


class TestWhatIf:
    def test_a_linear_model_is_searched_at_once_and_its_result_is_verified(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, songs=outside(run, *SONGS), model="ease")
        assert not app.exception
        assert "Minimal (proven)." in said(app)
        best = int(run.recommend_one("ease", Seed(SONGS), k=1).items[0])
        app.button(key="whatif.lose.try").click().run()
        assert not app.exception
        tried = app.session_state[edited_seed._TRIED]
        assert tried.removed
        places = [SONGS.index(song) for song in tried.removed]
        again = run.recommend_one("ease", without(Seed(SONGS), *places), k=10, banned=SONGS)
        assert best not in again.items[again.sources == 0]
        assert re.search(r"of the top 10 (is|are) new", said(app))

    def test_a_wanted_song_is_brought_in(self, open_page: OpenPage, run: LoadedRun):
        wanted = int(run.recommend_one("slim", Seed(SONGS), k=14).items[12])
        app = open_page(PAGE, songs=outside(run, *SONGS), model="slim", why=outside(run, wanted))
        choice = next(box for box in app.selectbox if "outside the top" in box.label)
        assert choice.value == wanted
        app.button(key="whatif.win.try").click().run()
        tried = app.session_state[edited_seed._TRIED]
        assert wanted in run.recommend_one("slim", Seed((*SONGS, *tried.added)), k=10).items

    @pytest.mark.parametrize("model", ["als", "vae", "popularity", "rank-vote"])
    def test_every_kind_of_model_is_searched(self, open_page: OpenPage, run: LoadedRun, model: str):
        app = open_page(PAGE, songs=outside(run, *SONGS), model=model)
        for _ in range(2):
            for button in app.button:
                if button.label == "Search":
                    button.click().run()
                    break
        assert not app.exception
        assert "Verified by re-scoring" in said(app) or "are removed" in said(app)

    def test_another_playlist_starts_a_new_edit(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, songs=outside(run, *SONGS), model="ease")
        app.button(key="whatif.lose.try").click().run()
        app.query_params["songs"] = outside(run, 1, 2)
        app.run()
        assert app.session_state[edited_seed._TRIED].removed == ()
        assert not app.exception

    def test_edits_survive_a_visit_to_another_page(self, open_page: OpenPage, run: LoadedRun):
        """Guards against: removed songs came back after a visit to another page, or when a song was added."""
        app = open_page(PAGE, songs=outside(run, *SONGS), model="ease")
        edited = app.session_state[edited_seed._EDITED]
        assert (edited.removed, edited.weights) == ((), ())
        # As after a return: the edit of a table that is no longer on the page, and the changes made in it.
        left = replace(edited, number=edited.number + 5)
        app.session_state[edited_seed._TRIED] = left
        app.session_state[edited_seed._EDITED] = replace(left, removed=SONGS[:1], weights=((SONGS[1], 3.0),))
        app.run()
        assert not app.exception
        drawn = app.session_state[edited_seed._EDITED]
        assert (drawn.removed, drawn.weights) == (SONGS[:1], ((SONGS[1], 3.0),))
        assert "new, " in said(app)

    def test_there_is_always_a_model(self, open_page: OpenPage, run: LoadedRun):
        """Guards against: the choice could be cleared, and the page ended in an error."""
        app = open_page(PAGE, songs=outside(run, *SONGS), model="ease")
        app.selectbox(key="explain.model").set_value("als").run()
        assert app.selectbox(key="explain.model").proto.HasField("default")

    def test_reset_undoes_the_edit(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, songs=outside(run, *SONGS), model="ease")
        app.button(key="whatif.lose.try").click().run()
        app.button(key="whatif.reset").click().run()
        assert "Remove, re-weight or add a song" in said(app)

    def test_sliders_at_zero_keep_the_order(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, songs=outside(run, *SONGS), model="item-knn")
        app.slider(key="whatif.penalty").set_value(0.0).run()
        app.slider(key="whatif.diversity").set_value(0.0).run()
        answer = run.recommend_one("item-knn", Seed(SONGS), k=10)
        middle = f"{np.median(run.dataset.item_counts[answer.items]):,.0f}"
        assert f"{middle} → **{middle}**" in said(app)

    def test_a_seed_of_tags_alone_shows_what_is_missing(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, tags=str(run.dataset.tags.ids[0]))
        assert not app.exception
        assert "no song" in app.info[0].value


class TestWhy:
    def opened(self, app: AppTest, model: str, item: int) -> AppTest:
        """As the board's click does it; the component itself is drawn in a browser only."""
        app.session_state[why_dialog._ASKED] = why_dialog.Asked(model, item)
        return app.run()

    def test_every_model_explains_beside_the_list(self, open_page: OpenPage, run: LoadedRun):
        names = ",".join(run.model_names)
        app = open_page(CONTINUE, songs=outside(run, *SONGS), models=names)
        for name in run.model_names:
            item = int(run.recommend_one(name, Seed(SONGS), k=1).items[0])
            self.opened(app, name, item)
            assert not app.exception
            kind = run.explain(name, Seed(SONGS), item).kind
            assert {"exact": "sum exactly to the score", "occlusion": "Leave-one-out: "}[kind] in said(app)
            assert f"## {markdown(run.dataset, item)}" in said(app)

    def test_the_strongest_songs_evidence_is_shown(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE, songs=outside(run, *SONGS), models="item-knn")
        item = int(run.recommend_one("item-knn", Seed(SONGS), k=1).items[0])
        strongest = SONGS[int(np.argmax(run.explain("item-knn", Seed(SONGS), item).contributions))]
        self.opened(app, "item-knn", item)
        assert f"**{markdown(run.dataset, strongest)}** with" in said(app)
        assert "expected by chance" in said(app).casefold()

    def test_an_answer_of_the_fallback_says_so(self, open_page: OpenPage, run: LoadedRun):
        tag = 3
        app = open_page(CONTINUE, tags=str(run.dataset.tags.ids[tag]), models="als")
        item = int(run.recommend_one("als", Seed(tags=(tag,)), k=1).items[0])
        self.opened(app, "als", item)
        assert "This recommendation is a fallback" in said(app)

    def test_an_answer_of_a_chart_is_explained_by_the_list_it_is_in(self, open_page: OpenPage, run: LoadedRun):
        """Under another seed: the songs that were taken out have no part in it."""
        app = open_page(PAGE, songs=outside(run, *SONGS), model="ease")
        app.button(key="whatif.lose.try").click().run()
        removed = app.session_state[edited_seed._TRIED].removed
        left = [song for song in SONGS if song not in removed]
        new = int(run.recommend_one("ease", Seed(tuple(left)), k=1, banned=SONGS).items[0])
        app.selectbox(key="whatif.why").set_value(new).run()
        assert not app.exception
        assert f"## {markdown(run.dataset, new)}" in said(app)
        assert sorted(evidence_of(app).options) == sorted(labels(run.dataset, left))

    def test_each_model_begins_with_its_own_strongest(self, open_page: OpenPage, run: LoadedRun):
        """Guards against: the song chosen for one model stayed when another was asked, under "the strongest first"."""
        app = open_page(CONTINUE, songs=outside(run, *SONGS), models="item-knn,ease,als")
        item = int(run.recommend_one("item-knn", Seed(SONGS), k=1).items[0])
        for model in ("item-knn", "ease", "als"):
            self.opened(app, model, item)
            found = run.explain(model, Seed(SONGS), item)
            strongest = np.argsort(-found.contributions, kind="stable")[0]
            assert evidence_of(app).value == found.songs[strongest]

    def test_the_evidence_is_that_of_the_song_chosen(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE, songs=outside(run, *SONGS), models="item-knn")
        item = int(run.recommend_one("item-knn", Seed(SONGS), k=1).items[0])
        self.opened(app, "item-knn", item)
        weakest = SONGS[int(np.argmin(run.explain("item-knn", Seed(SONGS), item).contributions))]
        evidence_of(app).set_value(weakest)
        self.opened(app, "item-knn", item)  # a whole page is run here, where a browser runs the open dialog alone
        assert f"**{markdown(run.dataset, weakest)}** with" in said(app)

    @pytest.mark.parametrize(("model", "item"), [("", 3), ("als", -1), ("als", 999_999_999), ("nobody", 1)])
    def test_what_the_browser_may_not_ask_is_left_out(self, run: LoadedRun, model: str, item: int):
        why_dialog.st.session_state.clear()
        why_dialog.ask(run, model, item)
        assert why_dialog._ASKED not in why_dialog.st.session_state

    def test_the_links_hold_the_question(self, run: LoadedRun):
        address = why_dialog.link(run, Query(Seed(SONGS)), "ease", 7)
        assert address == {"songs": outside(run, *SONGS), "model": "ease", "why": outside(run, 7)}


class TestExplanations:
    def test_are_measured_when_asked_and_kept_for_the_run(self, open_page: OpenPage, run: LoadedRun):
        caches._verified_run.clear()  # its results go with it
        caches._with_mixes.clear()
        app = open_page(METRICS, metrics_tab="Explanations", models="ease,popularity")
        assert not app.exception
        app.button(key="metrics.explanations.measure").click().run()
        assert not app.exception
        tables = "".join(block.proto.body for block in app.get("html"))
        assert "Deletion AUC gain" in tables
        again = open_page(METRICS, metrics_tab="Explanations", models="ease,popularity")
        assert not [button for button in again.button if button.key == "metrics.explanations.measure"]


def test_a_slope_chart_joins_the_ranks_of_each_item():
    moved = moves([1, 2, 3], [2, 4, 1], 2)
    drawn = slope.chart(moved, [f"item {move.item}" for move in moved], 2, ("before", "after"), "label")
    lines = {(line["before"], line["after"], line["left"], line["right"]) for line in drawn["lines"]}
    # 2 rises to rank 1, 4 is new, 1 falls to rank 3, which is outside the list.
    assert lines == {
        (2, 1, "item 2", "item 2"),
        (0, 2, "item 4", "item 4 (new)"),
        (1, 0, "item 1 → 3", "item 1"),
    }
    assert len({line["colour"] for line in drawn["lines"]}) == 2
    assert not any(line["still"] for line in drawn["lines"])


def test_the_page_says_what_a_list_is_made_of(open_page: OpenPage, run: LoadedRun):
    app = open_page(PAGE)
    assert plain(run.nouns.items) in said(app)
