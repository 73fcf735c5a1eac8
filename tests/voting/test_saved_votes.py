"""Saved votes: files are read back unchanged or ignored, and saved votes are models of the run."""

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
from playrec_core.voting.saved import (
    FOLDER,
    MOST_VOTES,
    SavedVote,
    VoteError,
    as_toml,
    listing,
    load,
    named_vote,
    remove,
    save,
)

MEMBERS = ("als", "ease", "popularity")
WEIGHTS = {"als": 1.3, "ease": 0.30000000000000004}


def loaded(artifacts: Path) -> tuple[tuple[SavedVote, ...], tuple[str, ...]]:
    return load(artifacts, "a-run", MEMBERS, 100)


@pytest.fixture
def vote() -> SavedVote:
    return named_vote("Late night \u2019n\u2019 \ub0b4 \ubbf9\uc2a4", WEIGHTS, 40)


def test_what_is_saved_is_read_again(tmp_path: Path, vote: SavedVote):
    save(tmp_path, "a-run", vote)
    save(tmp_path, "a-run", vote)
    assert loaded(tmp_path) == ((vote,), ())
    assert load(tmp_path, "another-run", MEMBERS, 100) == ((), ())
    remove(tmp_path, "a-run", vote.name)
    remove(tmp_path, "a-run", vote.name)
    assert loaded(tmp_path) == ((), ())


def test_other_settings_are_another_vote_under_another_name(tmp_path: Path, vote: SavedVote):
    others = (
        named_vote(vote.title, WEIGHTS, 41),
        named_vote(vote.title, WEIGHTS | {"ease": 0.3}, 40),
        named_vote(vote.title.upper(), WEIGHTS, 40),
        named_vote(vote.title, dict(reversed(WEIGHTS.items())), 40),
    )
    assert len({vote.name, *(other.name for other in others)}) == 5
    before = listing(tmp_path, "a-run")
    for one in (vote, *others):
        save(tmp_path, "a-run", one)
        assert listing(tmp_path, "a-run") != before
        before = listing(tmp_path, "a-run")
    assert set(loaded(tmp_path)[0]) == {vote, *others}


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
    vote = named_vote(title, WEIGHTS, 40)
    save(tmp_path, "a-run", vote)
    (file,) = (tmp_path / FOLDER / "a-run").iterdir()
    assert file.stem == vote.name
    assert set(vote.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert loaded(tmp_path) == ((vote,), ())


@pytest.mark.parametrize("title", ["", " \n\t", "\u200b", "x" * 41])
def test_an_empty_or_too_long_title_is_refused(title: str):
    with pytest.raises(VoteError):
        named_vote(title, WEIGHTS, 40)


def test_a_damaged_file_is_named_and_the_others_load(tmp_path: Path, vote: SavedVote):
    other = named_vote("other", WEIGHTS, 5)
    save(tmp_path, "a-run", vote)
    save(tmp_path, "a-run", other)
    file = tmp_path / FOLDER / "a-run" / f"{vote.name}.toml"
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
        assert "save the vote again" in problems[0]


def test_a_vote_with_a_member_that_is_not_in_the_run_is_ignored(tmp_path: Path, vote: SavedVote):
    save(tmp_path, "a-run", vote)
    found, problems = load(tmp_path, "a-run", ("als", "popularity"), 100)
    assert found == ()
    assert "'ease'" in problems[0]
    assert "a list depth over 30" in load(tmp_path, "a-run", MEMBERS, 30)[1][0]


def test_a_name_that_leads_elsewhere_removes_nothing(tmp_path: Path):
    (tmp_path / FOLDER / "a-run").mkdir(parents=True)
    kept = tmp_path / FOLDER / "kept.toml"
    kept.write_text("")
    with pytest.raises(VoteError):
        remove(tmp_path, "a-run", "../kept")
    assert kept.exists()


def test_too_many_are_refused(tmp_path: Path):
    mixes = [named_vote(f"mix {number}", WEIGHTS, 40) for number in range(MOST_VOTES)]
    for one in mixes:
        save(tmp_path, "a-run", one)
    save(tmp_path, "a-run", mixes[0])
    with pytest.raises(VoteError, match=str(MOST_VOTES)):
        save(tmp_path, "a-run", named_vote("one more", WEIGHTS, 40))


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, vote: SavedVote):
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    with pytest.raises(VoteError, match="cannot be written"):
        save(tmp_path, "a-run", vote)


def test_its_table_makes_the_model():
    weights = {'od"d': 0.30000000000000004, "als": 1.0}
    table = tomllib.loads(as_toml("my-mix", weights, 40))["models"]["my-mix"]
    model = registry.create("my-mix", table)
    assert isinstance(model, RankVote)
    assert (model.config.weights, model.config.depth) == (weights, 40)


@pytest.fixture(scope="module")
def with_vote(demo_run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadedRun, str]:
    """The small run, and the name of a vote saved beside it."""
    artifacts = tmp_path_factory.mktemp("mixes")
    run_id = Run.open(demo_run).id
    (artifacts / "runs").mkdir()
    (artifacts / "runs" / run_id).symlink_to(demo_run.absolute() / "runs" / run_id)
    shutil.copy(demo_run / "current", artifacts / "current")
    vote = named_vote("of three", WEIGHTS | {"item-knn": 0.7}, 35)
    save(artifacts, run_id, vote)
    return LoadedRun.open(artifacts), vote.name


def test_its_stored_recommendations_are_those_of_the_model(with_vote: tuple[LoadedRun, str]):
    run, name = with_vote
    assert name in run.model_names
    assert name not in run.own_models
    asked = protocol.answer(run.model(name), run.ranker, run.held_out, batch=64, progress=lambda _: None)
    for part, array in run.held_out_answers(name).items():
        assert array.dtype == asked[part].dtype
        np.testing.assert_array_equal(array, asked[part], err_msg=part)


def test_it_stands_in_the_tables_with_its_intervals(with_vote: tuple[LoadedRun, str]):
    run, name = with_vote
    values = run.held_out_values(name)
    rows = run.metrics.set_index(["model", "metric"])
    assert set(rows.loc[name].index) == set(rows.loc["als"].index)
    interval = mean_interval(values["ndcg"], seed=run.config.seed, resamples=run.config.evaluation.resamples)
    assert tuple(rows.loc[(name, "ndcg"), ["mean", "low", "high", "n"]]) == pytest.approx(
        (interval.mean, interval.low, interval.high, interval.n)
    )
    sliced = run.sliced_metrics
    assert set(sliced[sliced["model"] == name]["slice"]) == set(sliced[sliced["model"] == "als"]["slice"])


def test_opened_models_stay_open_when_votes_change(with_vote: tuple[LoadedRun, str], tmp_path: Path):
    run, name = with_vote
    als = run.model("als")
    without = run.refreshed(tmp_path)
    assert without.model("als") is als
    assert name not in without.model_names
    assert run.families()["combination"][-1] == name
    assert run.model_title(name) == "of three (saved vote)"
    assert state_hashes(run, name).keys() == {"als", "ease", "item-knn"}
