"""The Weighted vote tab of Metrics: sliders change the figures, and saved votes are models."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run
from playrec_core.ui.pages.metrics.weighted_vote import initial_weights
from playrec_core.voting.saved import FOLDER

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html") if "This vote" in element.proto.body)


def figures(html: str) -> list[float]:
    """The figures of the vote: the first row."""
    row = html.split("<tbody>")[1].split("</tr>")[0]
    return [float(value) for value in re.findall(r"<td[^>]*>([\d.]+)<", row)]


def test_sliders_move_the_figures(open_page: OpenPage, run: LoadedRun):
    app = open_page("pages/evaluate/metrics.py", metrics_tab="Weighted vote")
    assert not app.exception
    weights = initial_weights(run)[0]
    assert {name: app.slider(key=f"mix.weight.{name}").value for name in weights} == weights
    before = shown(app)
    mean = run.metrics.set_index(["model", "metric"]).loc[("rank-vote", "ndcg"), "mean"]
    assert figures(before)[0] == pytest.approx(mean, abs=0.006)
    first = next(iter(weights))
    app.slider(key=f"mix.weight.{first}").set_value(0.0)
    app.slider(key="mix.depth").set_value(5).run()
    assert not app.exception
    assert shown(app) != before
    rest = {name: weight for name, weight in weights.items() if name != first}
    found = run.mixer(tuple(rest)).values(rest, 5)["novelty@100"].mean()
    assert figures(shown(app))[2] == pytest.approx(found, abs=0.06)
    assert f'"{first}"' not in app.code[0].value


def test_all_weights_zero_is_said(open_page: OpenPage):
    app = open_page("pages/evaluate/metrics.py", metrics_tab="Weighted vote")
    app.multiselect(key="mix.models").set_value([]).run()
    assert not app.exception
    assert any("All weights are 0" in info.value for info in app.info)


@pytest.fixture
def own_folder(demo_run: Path, tmp_path: Path) -> Path:
    """An artifacts folder that a test may write to, with the small run in it."""
    run = Run.open(demo_run)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / run.id).symlink_to(run.path.absolute())
    shutil.copy(demo_run / "current", tmp_path / "current")
    return tmp_path


def save(app: AppTest, title: str) -> AppTest:
    app.text_input(key="mix.name").set_value(title)
    next(button for button in app.button if button.label == "Save as a model of this run").click()
    return app.run()


def test_a_saved_vote_is_a_model_for_everybody(open_page: OpenPage, own_folder: Path, run: LoadedRun):
    elsewhere = open_page("pages/explore/continue_.py", artifacts=own_folder, tags="드라이브")
    app = save(open_page("pages/evaluate/metrics.py", artifacts=own_folder, metrics_tab="Weighted vote"), "My *mix*")
    assert not app.exception
    saved = LoadedRun.open(own_folder)
    (name,) = saved.mixes
    assert name in str(app.query_params["models"])
    assert any("My \\*mix\\*" in element.value for element in app.markdown)
    table = open_page("pages/evaluate/metrics.py", artifacts=own_folder, models=f"als,{name}")
    rows = [element.proto.body for element in table.get("html") if "My *mix* (saved vote)" in element.proto.body]
    assert f"{saved.metrics.set_index(['model', 'metric']).loc[(name, 'ndcg'), 'mean']:.3f}" in rows[0]
    elsewhere.run()
    elsewhere.session_state["continue.models.open"] = True
    elsewhere.run()
    offered = {option for group in elsewhere.main.button_group for option in group.options}
    assert any("saved vote" in option for option in offered)
    chosen = open_page("pages/explore/continue_.py", artifacts=own_folder, models=name, tags="드라이브")
    assert not chosen.exception


def test_the_same_name_with_other_weights_never_shows_the_old_figures(open_page: OpenPage, own_folder: Path):
    app = save(open_page("pages/evaluate/metrics.py", artifacts=own_folder, metrics_tab="Weighted vote"), "one name")
    first = next(iter(LoadedRun.open(own_folder).mixes))
    app.slider(key="mix.depth").set_value(5).run()
    save(app, "one name")
    names = set(LoadedRun.open(own_folder).mixes)
    assert len(names) == 2
    (second,) = names - {first}
    shown = {}
    for name in (first, second):
        page = open_page("pages/evaluate/metrics.py", artifacts=own_folder, models=name)
        (table, *_) = [element.proto.body for element in page.get("html") if "one name" in element.proto.body]
        shown[name] = figures(table)
    assert shown[first] != shown[second]
    app.button(key=f"mix.remove.{first}").click().run()
    assert not app.exception
    assert set(LoadedRun.open(own_folder).mixes) == {second}
    gone = open_page("pages/evaluate/metrics.py", artifacts=own_folder, models=f"als,{first}")
    assert not gone.exception


def test_a_damaged_vote_is_one_line_and_the_rest_works(open_page: OpenPage, own_folder: Path):
    save(open_page("pages/evaluate/metrics.py", artifacts=own_folder, metrics_tab="Weighted vote"), "sound")
    run = LoadedRun.open(own_folder)
    (own_folder / FOLDER / run.id / "broken-00000000.toml").write_text("title = 3")
    app = open_page("pages/evaluate/metrics.py", artifacts=own_folder, metrics_tab="Weighted vote")
    assert not app.exception
    (warning,) = [warning.value for warning in app.warning if "broken" in warning.value]
    assert "edited by hand" in warning
    assert any("**sound**" in element.value for element in app.markdown)


def test_a_vote_without_a_name_is_refused(open_page: OpenPage, own_folder: Path):
    app = save(open_page("pages/evaluate/metrics.py", artifacts=own_folder, metrics_tab="Weighted vote"), "  ")
    assert app.error[0].value == "Enter a name for the vote\\."
    assert not (own_folder / FOLDER).exists()
