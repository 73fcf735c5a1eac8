"""A sweep finds better settings, never uses the held-out playlists, and resumes after an interruption."""

import json
from pathlib import Path

import numpy as np
import pytest

from playrec_core.commands.cli import main
from playrec_core.config import GivenSplit, LeaveOutSplit
from playrec_core.errors import ConfigError, RunError
from playrec_core.evaluation import protocol
from playrec_core.models import registry
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import no_progress
from playrec_core.store.durable import ProcessLock
from playrec_core.training.fit import model_rng
from playrec_core.training.options import Options
from playrec_core.training.prepare import load_data
from playrec_core.training.tuning.search import inner_split, sweep
from playrec_core.training.tuning.space import Range, SweepConfig
from playrec_core.training.tuning.trials import Sweep, list_sweeps
from tests.conftest import small_config

CONFIG = small_config()
RANGES = {
    "item-knn": {"neighbours": Range(low=1, high=300, log=True), "shrinkage": Range(low=0.1, high=1000.0, log=True)}
}
ASKED = SweepConfig(models=RANGES)  # type: ignore[arg-type]


@pytest.fixture
def run(tmp_path):
    def searched(trials: int, *, where: str = "a", asked: SweepConfig = ASKED, model: str = "item-knn", **changes):
        config = CONFIG.model_copy(update=changes)
        return sweep(config, Options(tmp_path / where, threads=1), asked, model, trials=trials, say=lambda _: None)

    return searched


def without_times(found: Sweep) -> list[dict]:
    return [trial.model_dump(exclude={"seconds"}) for trial in found.trials]


def test_the_same_seed_gives_the_same_trials_interrupted_or_not(run, tmp_path):
    whole = run(14)
    parts = run(3, where="b")
    parts = run(11, where="b")
    parts = run(14, where="b")
    assert whole.id == parts.id
    assert without_times(whole) == without_times(parts)
    assert len({json.dumps(trial.settings) for trial in whole.trials}) > 10
    other = run(3, where="b", seed=5)
    assert other.id != whole.id
    assert [trial.settings for trial in other.trials[1:]] != [trial.settings for trial in whole.trials[1:3]]
    assert set(list_sweeps(tmp_path / "b")) == {whole.id, other.id}


def test_a_damaged_trial_and_all_that_followed_from_it_are_tried_again(run):
    found = run(5)
    before = without_times(found)
    (found.path / "trials" / "0002.json").write_text('{"number": 2', encoding="utf-8")
    assert len(Sweep.open(found.path).trials) == 2
    assert without_times(run(5)) == before


def test_the_first_trial_is_the_configuration_and_its_figure_an_honest_training(run, tmp_path):
    first = run(1).trials[0]
    assert first.settings == {name: CONFIG.models["item-knn"][name] for name in RANGES["item-knn"]}
    training, _ = load_data(CONFIG, Options(tmp_path / "a"))
    inner, questions = inner_split(CONFIG, training, ASKED, Path("demo"))
    model = registry.create("item-knn", CONFIG.models["item-knn"])
    model.fit(inner, rng=model_rng(CONFIG.seed, "item-knn"), device="cpu", progress=no_progress)
    ranker = Ranker.build(inner, CONFIG.ranking)
    answers = protocol.answer(model, ranker, questions, batch=64, progress=no_progress)
    values = protocol.measure(answers, questions, inner.interactions)
    assert first.value == pytest.approx(np.nanmean(values["score"]), abs=1e-12)
    assert first.low < first.value < first.high
    assert first.means["recall@10"] == pytest.approx(np.nanmean(values["recall@10"]), abs=1e-12)


def test_better_settings_are_found(run):
    """The configuration has one neighbour; anything else is better."""
    models = CONFIG.models | {"item-knn": CONFIG.models["item-knn"] | {"neighbours": 1}}
    found = run(6, models=models)
    best = found.best()
    assert found.trials[0].settings["neighbours"] == 1
    assert best.value > found.trials[0].value
    assert best is found.ranked()[0]
    assert f"neighbours = {best.settings['neighbours']}" in found.toml(best)


def test_kakao_questions_are_split_off_the_training_part_alone(tmp_path):
    training, held_out = load_data(CONFIG, Options(tmp_path))
    inner, questions = inner_split(CONFIG, training, ASKED, Path("demo"))
    asked, of_the_run = (set(table.table["id"].to_pylist()) for table in (questions, held_out))
    known = {str(name) for name in training.playlists.ids}
    assert asked
    assert asked <= known
    assert not asked & of_the_run
    assert not asked & {str(name) for name in inner.playlists.ids}


def test_leave_out_questions_hide_other_songs_than_the_run_s(tmp_path):
    rule = LeaveOutSplit(kind="leave-out", count=3, last=1, min_left=3)
    config = CONFIG.model_copy(update={"split": rule})
    training, held_out = load_data(config, Options(tmp_path))
    inner, questions = inner_split(config, training, ASKED, Path("demo"))

    def hidden(dataset, of) -> dict[str, set]:
        lists = zip(of.table["id"].to_pylist(), of.table["hidden_songs"].to_pylist(), strict=True)
        return {name: set(dataset.items.outside([i for i in items if i < dataset.n_items])) for name, items in lists}

    ours, theirs = hidden(inner, questions), hidden(training, held_out)
    shared = ours.keys() & theirs.keys()
    assert shared
    assert not any(ours[name] & theirs[name] for name in shared)


def test_settings_that_cannot_be_trained_are_recorded_and_the_search_goes_on(run):
    asked = SweepConfig(models={"als": {"factors": [8, -1], "iterations": [1, 2]}})  # type: ignore[arg-type]
    found = run(6, asked=asked, model="als")
    failed = [trial for trial in found.trials if trial.value is None]
    assert failed
    assert all(trial.settings["factors"] == -1 and "factors" in trial.problem for trial in failed)
    assert found.best().settings["factors"] == 8
    assert found.ranked()[-1].value is None
    again = next(trial for trial in found.trials if trial.same_as is not None)
    assert found.trials[again.same_as].settings == again.settings
    assert found.trials[again.same_as].value == again.value


def test_an_ensemble_is_searched_over_fitted_members(run):
    name = "rank-vote"
    models = CONFIG.models | {name: {"weights": {"popularity": 1.0, "item-knn": 1.0}, "depth": 30}}
    found = run(2, asked=SweepConfig(models={name: {"depth": [10, 30]}}), model=name, models=models)
    assert all(trial.value is not None for trial in found.trials), [trial.problem for trial in found.trials]


def test_invalid_searches_are_refused_first(run, tmp_path):
    with pytest.raises(ConfigError, match="no ranges for als"):
        run(1, model="als")
    with pytest.raises(ConfigError, match="has no setting 'neighbors'; it has neighbours"):
        run(1, asked=SweepConfig(models={"item-knn": {"neighbors": [1, 2]}}))
    with pytest.raises(ConfigError, match="--model magic: the configuration demo has"):
        run(1, model="magic")
    with pytest.raises(ConfigError, match="no metric 'accuracy'"):
        run(1, asked=ASKED.model_copy(update={"metric": "accuracy"}))
    given = CONFIG.model_copy(update={"split": GivenSplit(kind="given", questions="q", answers="a")})
    training, _ = load_data(CONFIG, Options(tmp_path))
    with pytest.raises(ConfigError, match="define in the sweep file how to split"):
        inner_split(given, training, ASKED, Path("demo"))
    assert list_sweeps(tmp_path / "a") == []


def test_two_processes_do_not_run_the_same_sweep(run):
    found = run(1)
    lock = ProcessLock(found.path.parent / f".{found.id}.lock")
    with pytest.raises(RunError, match="another process"):
        run(2)
    lock.release(remove=True)
    assert len(run(2).trials) == 2


def test_the_command_prints_the_table_to_paste(tmp_path, capsys):
    artifacts = ["--artifacts", str(tmp_path), "--threads", "1"]
    assert main(["sweep", "--model", "item-knn", "--trials", "1", *artifacts]) == 0
    out = capsys.readouterr().out
    assert "[models.item-knn]\nneighbours = " in out
    assert main(["sweep", "--model", "item-knn", "--trials", "1", "--json", *artifacts]) == 0
    assert json.loads(capsys.readouterr().out)["trials"] == 1
    assert main(["sweep", "--model", "magic", *artifacts]) == 1
