"""Recommendations for every user: the competition's file, for a run with a leave-out split."""

import csv
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from playrec_core.commands.cli import main
from playrec_core.config import load
from playrec_core.errors import SubmissionError
from playrec_core.serving import submission
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.training.pipeline import Options, train
from tests.conftest import ROOT

N_USERS, N_MOVIES = 120, 300


@pytest.fixture(scope="module")
def watched() -> dict[str, list[str]]:
    """Movies by user in chronological order, from the raw file."""
    rng = np.random.default_rng(2)
    return {
        str(user): [str(movie) for movie in rng.permutation(N_MOVIES)[: rng.integers(20, 40)] + 1000]
        for user in range(1, N_USERS + 1)
    }


@pytest.fixture(scope="module")
def artifacts(watched, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("movie-rec")
    lines = [f"{user},{movie},{time}" for user, movies in watched.items() for time, movie in enumerate(movies)]
    (folder / "train_ratings.csv").write_text("\n".join(["user,item,time", *lines]) + "\n")
    config = load(ROOT / "configs" / "movie-rec.toml")
    config = config.model_copy(update={"evaluation": config.evaluation.model_copy(update={"resamples": 20})})
    options = Options(folder / "artifacts", data=folder, models=("item-knn", "popularity"), threads=1)
    train(config, options, lambda _: None)
    return folder / "artifacts"


def test_the_competition_s_file(artifacts, watched, tmp_path, capsys):
    """Ten per user, in its format, excluding held-out items too."""
    output = tmp_path / "submission.csv"
    asked = ["recommend", "--all", "--model", "item-knn", "--output", str(output), "--artifacts", str(artifacts)]
    assert main(asked) == 0
    assert capsys.readouterr().out.startswith("10 for each of 120 users by item-knn")
    checked = ["submission", "--results", str(output), "--artifacts", str(artifacts)]
    assert main(checked) == 0
    assert "120 answered" in capsys.readouterr().out
    assert main([*checked, "--k", "9"]) == 1
    assert "has more than 9 items" in capsys.readouterr().err
    with output.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["user", "item"]
    answered: dict[str, list[str]] = {}
    for user, movie in rows[1:]:
        answered.setdefault(user, []).append(movie)
    assert answered.keys() == watched.keys()
    for user, movies in answered.items():
        assert len(movies) == len(set(movies)) == 10
        assert not set(movies) & set(watched[user]), "the raw history, of which training saw a part"
    run = LoadedRun.open(artifacts)
    assert len(run.held_out) > 0, "something was hidden"
    rng = np.random.default_rng(0)
    for row in rng.choice(N_USERS, 10, replace=False).tolist():
        seed = submission.Histories(run).seed(row)
        best = run.dataset.items.outside(run.recommend_one("item-knn", seed, k=10).items)
        assert answered[str(run.dataset.playlists.ids[row])] == [str(movie) for movie in best]
        assert len(seed.songs) == len(watched[str(run.dataset.playlists.ids[row])])


def test_memory_does_not_grow_with_the_number_of_users(artifacts, tmp_path, monkeypatch):
    """Scoring all pairs at once ran out of memory for the Movie Rec team."""
    run = LoadedRun.open(artifacts)

    def peak(batch: int) -> int:
        monkeypatch.setattr(submission, "_BATCH", batch)
        tracemalloc.start()
        submission.answer_everybody(run, "popularity", tmp_path / "out.csv", k=10)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(8)  # loads what is loaded once
    cells = N_USERS * N_MOVIES * 4
    assert peak(8) + cells / 2 < peak(N_USERS), "the scores of all users at once are what it saves"


def test_a_large_catalogue_makes_smaller_batches(artifacts, tmp_path, monkeypatch):
    run, sizes = LoadedRun.open(artifacts), []
    model = run.model("popularity")
    monkeypatch.setattr(submission, "_CELLS", 7 * run.dataset.n_items)
    score = model.score
    monkeypatch.setattr(model, "score", lambda seeds: (sizes.append(len(seeds)), score(seeds))[1])
    submission.answer_everybody(run, "popularity", tmp_path / "out.csv", k=10)
    assert max(sizes) == 7
    assert sum(sizes) == N_USERS


def test_a_catalogue_too_small_is_reported_and_nothing_is_written(artifacts, tmp_path):
    run = LoadedRun.open(artifacts)
    with pytest.raises(SubmissionError, match="exactly 290 are required"):
        submission.answer_everybody(run, "popularity", tmp_path / "out.csv", k=290)
    assert list(tmp_path.iterdir()) == []


def test_questions_or_all_but_not_both(artifacts, capsys):
    common = ["recommend", "--model", "popularity", "--output", "x", "--artifacts", str(artifacts)]
    for wrong in ([], ["--all", "--questions", "q.json"]):
        with pytest.raises(SystemExit) as stopped:
            main([*common, *wrong])
        assert stopped.value.code == 2
    assert main([*common, "--all", "--k", "0"]) == 1
