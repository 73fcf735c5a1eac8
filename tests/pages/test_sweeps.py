"""The Sweeps tab: the search, every trial and the table to copy; without a sweep, how to run one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.testing.planted import HOSTILE
from playrec_core.training.tuning.space import Range
from playrec_core.training.tuning.trials import FOLDER, Sweep, SweepRecord, Trial
from tests.pages.test_metrics_data import tables, words

OpenPage = Callable[..., AppTest]
METRICS = "pages/evaluate/metrics.py"


@pytest.fixture
def swept(demo_run: Path, tmp_path: Path) -> Path:
    """The small run beside a sweep of three good trials, a repeated and a failed one."""
    shutil.copytree(demo_run, tmp_path / "artifacts")
    record = SweepRecord(
        model="als",
        title="ALS",
        dataset="demo",
        metric="score",
        better="higher",
        split="kind kakao, share 0.2",
        playlists=192,
        questions=48,
        seed=7,
        space={"factors": Range(low=2, high=64, log=True), "solver": ["exact", HOSTILE[0]]},
        table={"factors": 8, "solver": "exact", "alpha": 2.0},
    )
    sweep = Sweep.create(tmp_path / "artifacts" / FOLDER / "demo-als-12345678", record)
    for number, (factors, value) in enumerate([(8, 0.2), (16, 0.31), (4, 0.1)]):
        settings = {"factors": factors, "solver": "exact" if number < 2 else HOSTILE[0]}
        sweep.add(Trial(number=number, settings=settings, value=value, low=value - 0.02, high=value + 0.02, seconds=1))
    sweep.add(sweep.trials[0].model_copy(update={"number": 3, "same_as": 0, "seconds": 0.0}))
    sweep.add(Trial(number=4, settings={"factors": 64, "solver": "exact"}, problem="the matrix is singular"))
    return tmp_path / "artifacts"


def test_trials_by_their_figure_failures_last_and_the_table_to_copy(open_page: OpenPage, swept: Path):
    app = open_page(METRICS, artifacts=swept, metrics_tab="Sweeps")
    assert not app.exception
    (table,) = tables(app)
    assert table[0] == ["Trial", "Score", "factors", "solver", "Time"]
    assert [row[0].split("  ")[0] for row in table[1:]] == ["trial 2", "trial 1", "trial 4", "trial 3", "trial 5"]
    assert table[1][1].startswith("0.310")
    assert "as configured" in table[2][0]
    assert table[-1][1].startswith("failed")
    assert "the matrix is singular" in table[-1][1]
    assert table[3][-1].endswith("as trial 1")
    assert "factors = 16" in app.code[0].value
    assert "alpha = 2.0" in app.code[0].value
    said = words(app)
    assert "Best of 5 trials: **0.310**" in said
    assert "as configured: 0.200" in said
    assert "48 held out; seed 7" in said.replace("\\", "")


def test_without_a_sweep_the_page_says_how_to_make_one(open_page: OpenPage):
    app = open_page(METRICS, metrics_tab="Sweeps")
    assert not app.exception
    assert "python -m playrec_core sweep" in app.code[0].value


def test_a_sweep_of_failures_has_no_best(open_page: OpenPage, swept: Path):
    folder = swept / FOLDER / "demo-als-12345678" / "trials"
    failed = Sweep.open(folder.parent).trials[4].model_copy(update={"number": 0})
    for file in folder.iterdir():
        file.unlink()
    Sweep.open(folder.parent).add(failed)
    app = open_page(METRICS, artifacts=swept, metrics_tab="Sweeps")
    assert not app.exception
    assert "No trial has succeeded yet." in words(app)
