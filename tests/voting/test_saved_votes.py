"""Saved mixes: files that are what they were written as or are left out, and models like any other."""

import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import mean_interval
from playrec_core.models import registry
from playrec_core.models.ensembles.rank_vote import RankVote
from playrec_core.serving.case_file import state_hashes
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run
from playrec_core.voting.saved import FOLDER, MOST_MIXES, Mix, MixError, as_toml, listing, load, mix_of, remove, save

MEMBERS = ("als", "ease", "popularity")
WEIGHTS = {"als": 1.3, "ease": 0.30000000000000004}


def loaded(artifacts: Path) -> tuple[tuple[Mix, ...], tuple[str, ...]]:
    return load(artifacts, "a-run", MEMBERS, 100)


@pytest.fixture
def mix() -> Mix:
    return mix_of("Late night \u2019n\u2019 \ub0b4 \ubbf9\uc2a4", WEIGHTS, 40)


def test_what_is_saved_is_read_again(tmp_path: Path, mix: Mix):
    save(tmp_path, "a-run", mix)
    save(tmp_path, "a-run", mix)
    assert loaded(tmp_path) == ((mix,), ())
    assert load(tmp_path, "another-run", MEMBERS, 100) == ((), ())
    remove(tmp_path, "a-run", mix.name)
    remove(tmp_path, "a-run", mix.name)
    assert loaded(tmp_path) == ((), ())


def test_other_settings_are_another_mix_under_another_name(tmp_path: Path, mix: Mix):
    others = (
        mix_of(mix.title, WEIGHTS, 41),
        mix_of(mix.title, WEIGHTS | {"ease": 0.3}, 40),
        mix_of(mix.title.upper(), WEIGHTS, 40),
        mix_of(mix.title, dict(reversed(WEIGHTS.items())), 40),
    )
    assert len({mix.name, *(other.name for other in others)}) == 5
    before = listing(tmp_path, "a-run")
    for one in (mix, *others):
        save(tmp_path, "a-run", one)
        assert listing(tmp_path, "a-run") != before
        before = listing(tmp_path, "a-run")
    assert set(loaded(tmp_path)[0]) == {mix, *others}


@pytest.mark.parametrize(
    "title",
    [
        "\ub0b4 \ubbf9\uc2a4",
        "../../etc",
        "a" * 40,
        "![](http://x)",
        "\u0130\u0307",
        "con",
        "\U0001f3b5 \u05e9\u05dc\u05d5\u05dd",
    ],
)
def test_any_title_makes_a_safe_name(tmp_path: Path, title: str):
    mix = mix_of(title, WEIGHTS, 40)
    save(tmp_path, "a-run", mix)
    (file,) = (tmp_path / FOLDER / "a-run").iterdir()
    assert file.stem == mix.name
    assert set(mix.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert loaded(tmp_path) == ((mix,), ())


@pytest.mark.parametrize("title", ["", " \n\t", "\u200b", "x" * 41])
def test_a_title_that_nobody_could_read_is_refused(title: str):
    with pytest.raises(MixError):
        mix_of(title, WEIGHTS, 40)


def test_a_damaged_file_is_named_and_the_others_load(tmp_path: Path, mix: Mix):
    other = mix_of("other", WEIGHTS, 5)
    save(tmp_path, "a-run", mix)
    save(tmp_path, "a-run", other)
    file = tmp_path / FOLDER / "a-run" / f"{mix.name}.toml"
    whole = file.read_bytes()
    damages = (
        whole[:-9],
        whole.replace(b"depth = 40", b"depth = 41"),
        whole.replace(b"rank-vote", b"two-stage"),
        b"\xff" + whole,
        b"",
        b"title = " + b"[" * 9000,
        whole + b"\n[models.als]\n",
    )
    for damage in damages:
        file.write_bytes(damage)
        found, problems = loaded(tmp_path)
        assert found == (other,)
        assert len(problems) == 1
        assert str(file) in problems[0]
        assert "save the mix anew" in problems[0]


def test_a_mix_of_models_that_the_run_lacks_is_left_out(tmp_path: Path, mix: Mix):
    save(tmp_path, "a-run", mix)
    found, problems = load(tmp_path, "a-run", ("als", "popularity"), 100)
    assert found == ()
    assert "'ease'" in problems[0]
    assert "at most 30 places" in load(tmp_path, "a-run", MEMBERS, 30)[1][0]


def test_a_name_that_leads_elsewhere_removes_nothing(tmp_path: Path):
    (tmp_path / FOLDER / "a-run").mkdir(parents=True)
    kept = tmp_path / FOLDER / "kept.toml"
    kept.write_text("")
    with pytest.raises(MixError):
        remove(tmp_path, "a-run", "../kept")
    assert kept.exists()


def test_too_many_are_refused(tmp_path: Path):
    mixes = [mix_of(f"mix {number}", WEIGHTS, 40) for number in range(MOST_MIXES)]
    for one in mixes:
        save(tmp_path, "a-run", one)
    save(tmp_path, "a-run", mixes[0])
    with pytest.raises(MixError, match=str(MOST_MIXES)):
        save(tmp_path, "a-run", mix_of("one more", WEIGHTS, 40))


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, mix: Mix):
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    with pytest.raises(MixError, match="cannot be written"):
        save(tmp_path, "a-run", mix)


def test_its_table_makes_the_model():
    weights = {'od"d': 0.30000000000000004, "als": 1.0}
    table = tomllib.loads(as_toml("my-mix", weights, 40))["models"]["my-mix"]
    model = registry.create("my-mix", table)
    assert isinstance(model, RankVote)
    assert (model.config.weights, model.config.depth) == (weights, 40)


@pytest.fixture(scope="module")
def with_mix(demo_run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadedRun, str]:
    """The small run, and the name of a mix that is saved beside it."""
    artifacts = tmp_path_factory.mktemp("mixes")
    run_id = Run.open(demo_run).id
    (artifacts / "runs").mkdir()
    (artifacts / "runs" / run_id).symlink_to(demo_run.absolute() / "runs" / run_id)
    shutil.copy(demo_run / "current", artifacts / "current")
    mix = mix_of("of three", WEIGHTS | {"item-knn": 0.7}, 35)
    save(artifacts, run_id, mix)
    return LoadedRun.open(artifacts), mix.name


def test_its_stored_answers_are_what_the_model_answers(with_mix: tuple[LoadedRun, str]):
    run, name = with_mix
    assert name in run.model_names
    assert name not in run.own_models
    asked = protocol.answer(run.model(name), run.ranker, run.held_out, batch=64, progress=lambda _: None)
    for part, array in run.held_out_answers(name).items():
        assert array.dtype == asked[part].dtype
        np.testing.assert_array_equal(array, asked[part], err_msg=part)


def test_it_stands_in_the_tables_with_its_intervals(with_mix: tuple[LoadedRun, str]):
    run, name = with_mix
    values = run.held_out_values(name)
    rows = run.metrics.set_index(["model", "metric"])
    assert set(rows.loc[name].index) == set(rows.loc["als"].index)
    interval = mean_interval(values["ndcg"], seed=run.config.seed, resamples=run.config.evaluation.resamples)
    assert tuple(rows.loc[(name, "ndcg"), ["mean", "low", "high", "n"]]) == pytest.approx(
        (interval.mean, interval.low, interval.high, interval.n)
    )
    sliced = run.sliced_metrics
    assert set(sliced[sliced["model"] == name]["slice"]) == set(sliced[sliced["model"] == "als"]["slice"])


def test_what_is_open_stays_open_when_a_mix_comes_or_goes(with_mix: tuple[LoadedRun, str], tmp_path: Path):
    run, name = with_mix
    als = run.model("als")
    without = run.refreshed(tmp_path)
    assert without.model("als") is als
    assert name not in without.model_names
    assert run.families()["combination"][-1] == name
    assert run.model_title(name) == "of three (saved mix)"
    assert state_hashes(run, name).keys() == {"als", "ease", "item-knn"}
