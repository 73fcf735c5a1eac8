"""The ALS tutorial, used as a reader uses it, on songs and on movies."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from streamlit.testing.v1 import AppTest

from playrec_core.config import load
from playrec_core.models.factorisation.als import AlsConfig
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.als_tutorial import Subset, fit, notebook_config, take_subset
from playrec_core.ui.pages.learn.als_tutorial.workspace import MOST_FAVOURITES
from tests.html_tables import tables

PAGE = "pages/learn/learn.py"  # a step in the URL opens the tutorial
STEPS = ("1 Data", "2 Favourites", "3 Vectors", "4 Neighbours", "5 Recommendations", "6 Explanation")
ROOT = Path(__file__).parents[2]
OpenPage = Callable[..., AppTest]


def shown_text(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.text, app.get("html"))
    texts = [str(getattr(element, "value", "") or element.proto.body) for kind in kinds for element in kind]
    return re.sub(r"<[^>]+>", " ", "\n".join(texts))


def slider(app: AppTest, name: str):
    return next(each for each in (*app.slider, *app.select_slider) if each.label == name)


def tutorial_model(artifacts: Path, songs: tuple[int, ...], **settings: float):
    """The model computed independently of the page."""
    found = {"factors": 100, "regularization": 0.01, "iterations": 15, "alpha": 5.0} | settings
    return fit(take_subset(LoadedRun.open(artifacts).dataset, songs), songs, AlsConfig.model_validate(found))


def outside(artifacts: Path, songs: tuple[int, ...]) -> str:
    return ",".join(map(str, LoadedRun.open(artifacts).dataset.items.outside(songs)))


@pytest.mark.parametrize("step", STEPS)
class TestEveryStep:
    def test_an_empty_seed_shows_an_example(self, open_page: OpenPage, step: str):
        app = open_page(PAGE, step=step)
        assert not app.exception
        assert app.header[0].value == step[2:]
        assert "Ask yourself" in "".join(each.label for each in app.expander)

    def test_movies_are_called_movies(self, open_page: OpenPage, movies: Path, step: str):
        app = open_page(PAGE, artifacts=movies, step=step)
        assert not app.exception
        assert "movie" in shown_text(app)
        assert not re.search(r"\b[Ss]ongs?\b|\b[Pp]laylists?\b", shown_text(app))

    @pytest.mark.parametrize("n", [1, 3, MOST_FAVOURITES + 5])
    def test_seeds_of_any_size(self, open_page: OpenPage, demo_run: Path, step: str, n: int):
        app = open_page(PAGE, step=step, songs=outside(demo_run, tuple(range(5, 5 + n))))
        assert not app.exception
        if step == "2 Favourites":
            assert ("5 more are left out" in shown_text(app)) == (n > MOST_FAVOURITES)


class TestSliders:
    @pytest.mark.parametrize("step", STEPS[1:])
    @pytest.mark.parametrize(
        ("name", "value"),
        [("Factors", 2), ("Factors", 128), ("Regularisation", 100.0), ("Iterations", 1), ("Alpha", 40.0)],
    )
    def test_every_slider_in_every_step(self, open_page: OpenPage, step: str, name: str, value: float):
        app = open_page(PAGE, step=step)
        slider(app, name).set_value(value).run()
        assert not app.exception
        assert slider(app, name).value == value

    def test_a_slider_retrains_and_stays_through_the_steps(self, open_page: OpenPage, demo_run: Path):
        songs = (3, 8, 21)
        app = open_page(PAGE, step="3 Vectors", songs=outside(demo_run, songs))
        before = tutorial_model(demo_run, songs)
        assert f"**{before.scores[before.seed.songs[0]]:.6f}**" in shown_text(app)
        slider(app, "Factors").set_value(8).run()
        after = tutorial_model(demo_run, songs, factors=8)
        assert f"**{after.scores[after.seed.songs[0]]:.6f}**" in shown_text(app)
        for step in ("1 Data", "6 Explanation"):
            app.segmented_control(key="step").set_value(step).run()
            assert not app.exception
        assert slider(app, "Factors").value == 8


class TestNumbers:
    def test_the_dot_product_is_the_score(self, open_page: OpenPage, demo_run: Path):
        songs = (2, 4, 30, 31)
        app = open_page(PAGE, step="3 Vectors", songs=outside(demo_run, songs))
        fitted = tutorial_model(demo_run, songs)
        for column in (*fitted.seed.songs, int(fitted.recommended(1)[0])):
            app.selectbox[0].set_value(column).run()
            user, item = fitted.model.fold_in(fitted.seed), fitted.model.item_factors[column]
            (text,) = re.findall(r"add up to \*\*(-?[\d.]+)\*\*", shown_text(app))
            shown = float(text)
            assert shown == pytest.approx(float(user @ item), abs=1e-6)
            assert shown == pytest.approx(float(fitted.scores[column]), abs=1e-5)

    def test_the_contributions_add_up_to_the_score(self, open_page: OpenPage, demo_run: Path):
        songs = (2, 4, 30, 31, 77)
        app = open_page(PAGE, step="6 Explanation", songs=outside(demo_run, songs))
        fitted = tutorial_model(demo_run, songs)
        assert set(app.selectbox[0].options).isdisjoint(app.selectbox[1].options)
        shown = [caption.value for caption in app.caption if "Negative contributions" in caption.value]
        assert len(shown) == 2
        for caption, box in zip(shown, app.selectbox, strict=True):
            ((parts, total, score),) = re.findall(r"(.*) = \*\*(.+)\*\*; the score is \*\*(.+)\*\*\. ", caption)
            values = [float(part.replace("\\", "").replace("\u2060", "")) for part in parts.split()]
            assert len(values) == len(songs)
            assert sum(values) == pytest.approx(float(total), abs=5e-5 * len(songs))
            assert float(total) == pytest.approx(float(score), abs=1e-5)
            assert float(score) == pytest.approx(float(fitted.scores[box.value]), abs=1e-5)

    def test_recommendations_and_neighbours(self, open_page: OpenPage, demo_run: Path):
        songs = (2, 4, 30)
        fitted = tutorial_model(demo_run, songs)
        app = open_page(PAGE, step="5 Recommendations", songs=outside(demo_run, songs))
        shown = re.findall(r"\b\d\.\d{4}\b", shown_text(app))
        assert shown == [f"{score:.4f}" for score in fitted.scores[fitted.recommended(20)]]
        app = open_page(PAGE, step="4 Neighbours", songs=outside(demo_run, songs))
        _, cosines = fitted.neighbours(fitted.seed.songs[0], 15)
        assert re.findall(r"\b\d\.\d{3}\b", shown_text(app)) == [f"{cosine:.3f}" for cosine in cosines]


class TestNotebook:
    def test_the_settings_are_a_model_of_the_movielens_configuration(self):
        table = dict(load(ROOT / "configs" / "movielens.toml").models["als-notebook"])
        assert table.pop("kind") == "als"
        subset = Subset(np.arange(1), np.arange(1), csr_array(np.array([[5.0]], dtype=np.float32)))
        assert AlsConfig.model_validate(table) == notebook_config(subset)

    def test_its_figures_stand_beside_ours(self, open_page: OpenPage, movies: Path):
        app = open_page(PAGE, artifacts=movies, step="3 Vectors")
        (table,) = (found for found in tables(app) if "the notebook" in found[0])
        dataset = LoadedRun.open(movies).dataset
        songs = tuple(dataset.items.index(["1", "2", "3", "4", "5"]).tolist())
        subset = take_subset(dataset, songs)
        right, wrong = (fit(subset, songs, notebook_config(subset), mistaken) for mistaken in (None, 1))
        # Later editions of MovieLens have other names before the year.
        aliens = int(dataset.items.index(["9"])[0])
        jurassic, terminator, aliens = subset.columns([songs[0], songs[3]]) + subset.columns([aliens])
        assert [row[1:] for row in table[1:]] == [
            ["0.6573", f"{right.scores[jurassic]:z.4f}"],
            ["0.5197", f"{right.scores[terminator]:z.4f}"],
            ["0.2959", f"{right.scores[aliens]:z.4f}"],
            ["0.0085", f"{wrong.scores[len(subset.items)]:z.4f}"],
            ["0.0025", "–"],  # not among these movies
        ]
        app.segmented_control(key="step").set_value("2 Favourites").run()
        app.button(key="learn.take").click().run()
        app.segmented_control(key="step").set_value("3 Vectors").run()
        assert any("the notebook" in found[0] for found in tables(app))

    def test_other_favourites_have_no_figures_in_the_notebook(self, open_page: OpenPage, movies: Path):
        app = open_page(PAGE, artifacts=movies, step="3 Vectors", songs="1,2,3,4,20")
        assert not any("the notebook" in found[0] for found in tables(app))


class TestTrap:
    def test_with_and_without(self, open_page: OpenPage, movies: Path):
        app = open_page(PAGE, artifacts=movies, step="2 Favourites")
        assert "the five favourites of the MovieLens notebook" in shown_text(app)
        dataset = LoadedRun.open(movies).dataset
        songs = tuple(dataset.items.index(["1", "2", "3", "4", "5"]).tolist())
        subset = take_subset(dataset, songs)
        config = AlsConfig(factors=100, regularization=0.01, iterations=15, alpha=1.0)
        right, wrong = fit(subset, songs, config), fit(subset, songs, config, mistaken=1)
        text = shown_text(app)
        assert f"{right.scores[subset.columns(songs)[1]]:.4f}" in text
        assert f"{wrong.scores[len(subset.items)]:z.4f}" in text
        assert f"{wrong.scores[subset.columns(songs)[1]]:z.4f}" in text
        assert app.text_input[0].value == "mEN IN bLACK (1997)"
        assert "One matching movie: **Men in Black \\(1997\\)**" in text

    def test_letter_case_is_ignored_and_ambiguous_titles_are_asked(self, open_page: OpenPage, movies: Path):
        app = open_page(PAGE, artifacts=movies, step="2 Favourites")
        app.text_input[0].set_value("TERMINATOR, the (1984)").run()
        assert "One matching movie: **Terminator, The \\(1984\\)**" in shown_text(app)
        app.text_input[0].set_value("twin (2000)").run()
        assert "Several movies match: **Twin \\(2000\\)**, **Twin \\(2000\\)**" in shown_text(app)
        app.text_input[0].set_value("no such movie anywhere qqq").run()
        assert "No movie has this title" in shown_text(app)
        app.text_input[0].set_value(" ").run()
        assert not app.exception

    def test_every_favourite_can_be_mistyped(self, open_page: OpenPage, movies: Path):
        app = open_page(PAGE, artifacts=movies, step="2 Favourites")
        for place in range(5):
            app.pills[0].set_value(place).run()
            assert not app.exception


def test_the_data_step_shows_the_share_of_ratings_kept(open_page: OpenPage, movies: Path):
    text = shown_text(open_page(PAGE, artifacts=movies, step="1 Data"))
    assert re.search(r"ratings below 3 were left out; [\d,]+ of 1,920 \(\d\d\.\d\d%\) are kept", text)
    assert "104 GB (97 GiB)" in text


def test_next_and_back_and_taking_over_the_example(open_page: OpenPage):
    app = open_page(PAGE, lesson="walk")
    assert app.header[0].value == "Data"
    app.button(key="learn.next").click().run()
    assert app.header[0].value == "Favourites"
    app.button(key="learn.take").click().run()
    assert not app.exception
    assert app.query_params["songs"]
    app.button(key="learn.back").click().run()
    assert app.header[0].value == "Data"
    assert app.button(key="learn.back").disabled


def test_an_unknown_step_in_the_url_is_the_first(open_page: OpenPage):
    app = open_page(PAGE, step="9 <script>")
    assert not app.exception
    assert app.header[0].value == "Data"
