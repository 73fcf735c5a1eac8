"""Home and Continue, used as a person uses them, on a small run."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.data.held_out import HeldOut
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.seed import exports
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import label, labels
from tests.html_tables import tables

HOME, CONTINUE, DATA = "pages/home/home.py", "pages/explore/continue_.py", "pages/library/data.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def address(app: AppTest) -> dict[str, str]:
    """The query parameters, one value each."""
    found = {name: app.query_params[name] for name in app.query_params}
    return {name: value[0] if isinstance(value, list) else value for name, value in found.items()}


def outside(run: LoadedRun, *items: int) -> str:
    return ",".join(map(str, run.dataset.items.outside(items)))


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def hits(app: AppTest) -> list[int]:
    """The items the search box of Continue shows."""
    mark = "continue.search.hit."
    keys = [button.key or "" for button in app.button]
    return [int(key.removeprefix(mark)) for key in keys if key.startswith(mark)]


class TestHome:
    def test_names_every_model_and_its_measured_figures(self, open_page: OpenPage, run: LoadedRun):
        shown, others = (
            [dict(zip(head, line, strict=True)) for line in lines] for head, *lines in tables(open_page(HOME))
        )
        best = max(run.model_names, key=lambda name: np.nanmean(run.held_out_values(name)["score"]))
        assert {row["Model"] for row in shown} == {run.model_title(name) for name in (*run.first_shown, best)}
        rows = [*shown, *others]
        assert sorted(row["Model"] for row in rows) == sorted(run.model_title(name) for name in run.model_names)
        metrics = run.metrics.set_index(["model", "metric"])
        for row in rows:
            model = next(name for name in run.model_names if run.model_title(name) == row["Model"])
            figures = metrics.loc[model, "ndcg"]
            mean, low, high = (
                float(part) for part in row["Song nDCG"].replace("(", " ").replace(")", "").replace("–", " ").split()
            )
            assert mean == pytest.approx(figures["mean"], abs=0.006)
            assert low == pytest.approx(figures["low"], abs=0.006)
            assert high == pytest.approx(figures["high"], abs=0.006)

    def test_begins_with_the_best_model_and_how_far_it_is_ahead(self, open_page: OpenPage, run: LoadedRun):
        scores = {name: run.held_out_values(name)["score"] for name in run.model_names}
        best, second = sorted(scores, key=lambda name: -np.nanmean(scores[name]))[:2]
        text = open_page(HOME).markdown[0].value
        assert run.model_title(best) in text
        assert run.model_title(second) in text
        gap = scores[best] - scores[second]
        assert f"{np.nanmean(gap):.4f}"[:6] in text or f"{np.nanmean(gap):.3f}" in text
        # With 600 playlists the bootstrap interval is close to the normal one.
        half = 1.96 * np.nanstd(gap) / np.sqrt(np.sum(~np.isnan(gap)))
        [(low, high)] = re.findall(r"95 % CI (\S+) to (\S+)\)", text)
        low, high = float(low), float(high)
        assert low == pytest.approx(np.nanmean(gap) - half, abs=0.4 * half)
        assert high == pytest.approx(np.nanmean(gap) + half, abs=0.4 * half)

    def test_says_how_much_is_loaded(self, open_page: OpenPage, run: LoadedRun):
        sizes = {metric.label: metric.value for metric in open_page(HOME).metric}
        assert sizes["Songs"] == f"{run.dataset.n_items:,}"
        assert sizes["Held out"] == f"{len(run.held_out):,}"

    def test_a_session_stays_with_its_run_and_hears_of_a_newer_one(
        self, open_page: OpenPage, retrained_run: tuple[Path, Callable[[], None]]
    ):
        artifacts, retrain = retrained_run
        app = open_page(HOME, artifacts=artifacts)
        before = [caption.value for caption in app.caption]
        assert "newer run" not in "".join(before)
        retrain()
        app.run()
        assert [caption.value for caption in app.caption if "newer run" not in caption.value] == before
        assert "newer run" in captions(app)
        assert "newer run" not in captions(open_page(HOME, artifacts=artifacts))


class TestSeed:
    def test_without_a_seed_an_example_is_shown_and_taken_by_a_click(self, open_page: OpenPage):
        app = open_page(CONTINUE)
        assert "songs" not in address(app)
        assert any("Example" in text.value for text in app.markdown)
        app.button(key="continue.example").click().run()
        assert not app.exception
        assert address(app)["songs"]
        assert address(app)["question"]
        assert not any("Example" in text.value for text in app.markdown)

    def test_a_search_hit_comes_into_the_seed(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE, songs=outside(run, 5))
        title = run.dataset.catalogue["title"][9].as_py()
        app.text_input(key="continue.search.text").set_value(title).run()
        app.button(key="continue.search.hit.9").click().run()
        assert not app.exception
        assert address(app)["songs"] == outside(run, 5, 9)

    def test_a_whole_title_finds_one_item_and_the_others_wait_behind_a_button(
        self, open_page: OpenPage, run: LoadedRun
    ):
        titles = [str(title) for title in run.dataset.catalogue["title"].to_pylist()]
        title = next(one for one in titles if len(run.search.search(one)) > 1 == len(run.search.exact(one)))
        named, all_hits = run.search.exact(title).tolist(), run.search.search(title).tolist()
        app = open_page(CONTINUE, songs=outside(run, 5))
        app.text_input(key="continue.search.text").set_value(title.upper()).run()
        assert hits(app) == named
        app.button(key="continue.search.more").click().run()
        assert hits(app) == all_hits
        assert f"{len(all_hits) - 1} more song" in app.button(key="continue.search.more").label
        app.button(key=f"continue.search.hit.{all_hits[1]}").click().run()
        assert address(app)["songs"] == outside(run, 5, all_hits[1])

    def test_several_of_one_name_are_asked_not_guessed(self, open_page: OpenPage, run: LoadedRun):
        titles = [str(title) for title in run.dataset.catalogue["title"].to_pylist()]
        title = next(one for one in titles if len(run.search.exact(one)) > 1)
        app = open_page(CONTINUE, songs=outside(run, 5))
        app.text_input(key="continue.search.text").set_value(title).run()
        assert hits(app) == run.search.exact(title).tolist()
        assert "which one?" in captions(app)

    def test_a_tag_comes_into_the_seed(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE)
        app.button_group(key="continue.way").set_value("tags").run()
        app.text_input(key="continue.tags.text").set_value(str(run.dataset.tags.ids[3])).run()
        app.button(key="continue.tags.hit.3").click().run()
        assert address(app)["tags"] == str(run.dataset.tags.ids[3])

    def test_a_title_comes_into_the_seed(self, open_page: OpenPage):
        app = open_page(CONTINUE)
        app.button_group(key="continue.way").set_value("title").run()
        app.text_input(key="continue.title").set_value("비 오는 밤 :smile:").run()
        assert address(app)["title"] == "비 오는 밤 :smile:"
        assert not app.exception

    def test_a_click_on_a_chip_takes_it_out(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE, songs=outside(run, 5, 9), ban=outside(run, 2))
        app.button_group(key="continue.chips.songs").set_value(5).run()
        assert address(app)["songs"] == outside(run, 9)
        app.button_group(key="continue.chips.bans").set_value(2).run()
        assert "ban" not in address(app)

    def test_of_two_items_with_one_name_the_one_clicked_goes(self, open_page: OpenPage, run: LoadedRun):
        names = labels(run.dataset, range(run.dataset.n_items))
        twins = next(
            [item for item, other in enumerate(names) if other == name] for name in names if names.count(name) > 1
        )[:2]
        app = open_page(CONTINUE, songs=outside(run, *twins))
        app.button_group(key="continue.chips.songs").set_value(twins[1]).run()
        assert address(app)["songs"] == outside(run, twins[0])

    def test_clear_empties_everything(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE, songs=outside(run, 5), title="x", ban=outside(run, 2))
        app.button(key="continue.clear").click().run()
        assert address(app) == {}

    def test_a_pasted_list_asks_about_what_it_cannot_know(self, open_page: OpenPage, run: LoadedRun):
        titles = run.dataset.catalogue["title"].to_pylist()
        alone = next(item for item, title in enumerate(titles) if titles.count(title) == 1)
        app = open_page(CONTINUE)
        app.button_group(key="continue.way").set_value("list").run()
        app.text_area[0].set_value(f"{titles[alone].upper()}\nnothing is called this")
        next(button for button in app.button if button.label == "Add the list").click().run()
        assert not app.exception
        assert address(app)["songs"] == outside(run, alone)
        assert any("nothing is called this" in text.value for text in app.text)

    def test_the_seed_survives_other_pages(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(CONTINUE, songs=outside(run, 5, 9), depth="25")
        app.query_params.clear()
        app.switch_page(HOME).run()
        app.query_params.clear()
        app.switch_page(CONTINUE).run()
        assert address(app) == {"songs": outside(run, 5, 9), "depth": "25"}
        chips = app.button_group(key="continue.chips.songs").options
        assert chips == [plain(label(run.dataset, item), 50) for item in (5, 9)]

    def test_a_file_is_opened_with_its_bans_and_an_unknown_one_takes_nothing_away(
        self, open_page: OpenPage, run: LoadedRun
    ):
        app = open_page(CONTINUE, songs=outside(run, 5))
        app.button_group(key="continue.way").set_value("list").run()
        app.file_uploader[0].set_value(("other.csv", b"item_id\nno such id\n", "text/csv")).run()
        assert address(app) == {"songs": outside(run, 5)}
        exported = OpenPlaylist(Seed((8, 3)), (2,))
        file = ("seed.json", exports.seed_json(exported, run.dataset), "application/json")
        app.file_uploader[0].set_value(file).run()
        assert not app.exception
        assert address(app) == {"songs": outside(run, 8, 3), "ban": outside(run, 2)}

    @pytest.mark.parametrize(
        "given",
        [
            {"songs": "<img src=x onerror=alert(1)>,99999999999999999999999,-1"},
            {"title": "![](http://127.0.0.1:1/x)" * 400},
            {"question": "no such question", "songs": "1"},
            {"models": "nope", "depth": "1e9"},
            {"tags": "\\,\\,,,\\"},
        ],
    )
    def test_a_hostile_address_is_no_error(self, open_page: OpenPage, given: dict[str, str]):
        assert not open_page(CONTINUE, **given).exception


class TestHeldOut:
    def test_next_goes_through_all_of_a_kind_and_round_again(self, open_page: OpenPage, run: LoadedRun):
        table = run.held_out.table
        kinds, ids = table[HeldOut.KIND].to_pylist(), table[HeldOut.ID].to_pylist()
        titled = [name for name, kind in zip(ids, kinds, strict=True) if kind == "title"]
        app = open_page(CONTINUE)
        app.button_group(key="continue.way").set_value("held out").run()
        app.button_group(key="continue.kind").set_value("title").run()
        seen = []
        for _ in range(len(titled) + 1):
            app.button(key="continue.next").click().run()
            seen.append(address(app)["question"])
        assert not app.exception
        assert seen == [*titled, titled[0]]

    def test_a_question_is_found_by_its_id(self, open_page: OpenPage, run: LoadedRun):
        name = run.held_out.table[HeldOut.ID][4].as_py()
        app = open_page(CONTINUE)
        app.button_group(key="continue.way").set_value("held out").run()
        app.text_input(key="continue.held_out_text").set_value(name).run()
        app.button(key="continue.next").click().run()
        assert address(app)["question"] == name


def opened(app: AppTest, key: str) -> AppTest:
    """The page with a popover open, as a click on its button leaves it."""
    app.session_state[key] = True
    return app.run()


class TestAnswers:
    def test_a_hidden_model_stays_hidden(self, open_page: OpenPage, run: LoadedRun):
        app = opened(open_page(CONTINUE, songs=outside(run, 5)), "continue.models.open")
        app.button(key="continue.models.none").click().run()
        app.button_group(key="continue.models.linear").set_value(["ease"]).run()
        app.button_group(key="continue.models.factorisation").set_value(["als"]).run()
        assert address(app)["models"] == "ease,als"
        app.run()
        assert app.button_group(key="continue.models.linear").value == ["ease"]
        assert app.button_group(key="continue.models.baseline").value == []

    def test_all_and_the_first_ones_are_one_click(self, open_page: OpenPage, run: LoadedRun):
        app = opened(open_page(CONTINUE, models="als"), "continue.models.open")
        app.button(key="continue.models.all").click().run()
        assert set(address(app).get("models", ",".join(run.first_shown)).split(",")) == set(run.model_names)
        app.button(key="continue.models.first").click().run()
        assert set(address(app).get("models", ",".join(run.first_shown)).split(",")) == set(run.first_shown)

    def test_with_every_model_hidden_the_page_says_so(self, open_page: OpenPage, run: LoadedRun):
        app = opened(open_page(CONTINUE, songs=outside(run, 5)), "continue.models.open")
        app.button(key="continue.models.none").click().run()
        assert not app.exception
        assert "No model is shown" in app.info[0].value

    def test_a_held_out_playlist_says_what_it_hides(self, open_page: OpenPage, run: LoadedRun):
        row = run.held_out.table[HeldOut.KIND].to_pylist().index("songs")
        name = run.held_out.table[HeldOut.ID][row].as_py()
        songs = outside(run, *run.held_out.seeds[row].songs)
        hidden = len(run.held_out.table[HeldOut.HIDDEN_SONGS][row].as_py())
        app = open_page(CONTINUE, songs=songs, question=name)
        assert f"{hidden} songs are hidden" in captions(app)
        assert "from the evaluation run" in captions(app)
        changed = open_page(CONTINUE, songs=songs, question=name, ban=outside(run, 0))
        assert "no longer shown" in captions(changed)

    @pytest.mark.parametrize(
        ("action", "value", "expected"),
        [
            ("add", "3", {"songs": (5, 3)}),
            ("ban", "5", {"ban": (5,)}),
            ("hide", "als", {"models": ""}),
            ("add", "-1", {"songs": (5,)}),
            ("add", "99999999", {"songs": (5,)}),
            ("ban", "²", {"songs": (5,)}),
            ("tag", "x", {"songs": (5,)}),
            ("later", "nope", {"songs": (5,)}),
        ],
    )
    def test_a_click_on_the_board_is_checked_and_done(
        self, demo_run: Path, run: LoadedRun, action: str, value: str, expected: dict
    ):
        def script(artifacts: str, action: str, value: str) -> None:
            from pathlib import Path

            from playrec_core.schema import Query
            from playrec_core.serving.loaded_run import LoadedRun
            from playrec_core.ui.components.seed.current_playlist import Current
            from playrec_core.ui.frontend.clicks import Click
            from playrec_core.ui.pages.continue_ import continuation
            from playrec_core.ui.session import playlist

            run = LoadedRun.open(Path(artifacts))
            model, _, item = value.rpartition(":")
            click = Click(1, action, item, model)
            continuation.on_click(run, Current(playlist.OpenPlaylist(), Query(), False), click)

        app = AppTest.from_function(script, args=(str(demo_run), action, value))
        app.query_params["songs"] = outside(run, 5)
        app.run()
        assert not app.exception
        for name, items in expected.items():
            if name == "models":
                assert address(app)[name].split(",") == [model for model in run.first_shown if model != value]
            else:
                assert address(app)[name] == outside(run, *items)
