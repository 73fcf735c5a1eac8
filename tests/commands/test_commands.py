"""The command line as a user meets it: what it prints, what it writes, what it returns."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from playrec_core.commands import cli, train
from playrec_core.commands.cli import main
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run
from playrec_core.testing.planted import HOSTILE


@pytest.fixture
def command(demo_run, capsys):
    """Runs a command on the small run; gives its exit code, standard output and standard error."""

    def run(name: str, *arguments: str, artifacts: Path | None = demo_run) -> tuple[int, str, str]:
        where = ["--artifacts", str(artifacts)] if artifacts else []
        code = main([name, *arguments, *where])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_models_lists_what_they_read_and_answer(command):
    code, out, _ = command("models", "--json")
    rows = {row["model"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["als"] == {"model": "als", "title": "ALS", "reads": ["songs"], "answers": ["songs"]}
    assert rows["popularity"]["reads"] == []
    assert "Item kNN" in command("models")[1]


@pytest.fixture
def questions(demo_run, tmp_path) -> Path:
    """Every kind of question, and what nobody should ask."""
    dataset = LoadedRun.open(demo_run).dataset
    songs = dataset.items.outside(range(30))
    tags = dataset.tags.outside(range(12))
    asked = [
        {"id": 1, "songs": songs[:5], "tags": [], "plylst_title": ""},
        {"id": 2, "songs": songs[:8], "tags": tags[:2]},
        {"id": 3, "songs": [], "tags": tags[:12], "plylst_title": "밤 드라이브"},
        {"id": 4, "songs": [], "tags": [], "plylst_title": "비 오는 날"},
        {"id": 5, "songs": [], "tags": [], "plylst_title": ""},
        {"id": 6, "songs": [999999999, songs[0], songs[0]], "tags": ["no such tag", tags[0], tags[0]]},
        {"id": 7},
        {"id": 8, "songs": [str(song) for song in songs], "tags": list(HOSTILE), "plylst_title": HOSTILE[0]},
    ]
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(asked), encoding="utf-8")
    return file


@pytest.mark.parametrize("model", ["popularity", "genre-popularity", "playlist-knn", "item-knn", "als", "ease"])
def test_recommend_answers_every_question_in_the_contests_format(command, questions, tmp_path, model):
    output = tmp_path / "results.json"
    code, out, _ = command("recommend", "--model", model, "--questions", str(questions), "--output", str(output))
    assert (code, out.startswith("8 questions")) == (0, True)
    asked = json.loads(questions.read_text(encoding="utf-8"))
    answered = json.loads(output.read_text(encoding="utf-8"))
    assert [row["id"] for row in answered] == [row["id"] for row in asked]
    for question, row in zip(asked, answered, strict=True):
        assert len(row["songs"]) == len(set(row["songs"])) == 100
        assert len(row["tags"]) == len(set(row["tags"])) == 10
        assert not {str(song) for song in row["songs"]} & {str(song) for song in question.get("songs", [])}
        assert not set(row["tags"]) & set(question.get("tags", []))


def test_evaluate_prints_the_three_figures(command, questions, tmp_path):
    results = tmp_path / "results.json"
    command("recommend", "--model", "als", "--questions", str(questions), "--output", str(results))
    answered = json.loads(results.read_text(encoding="utf-8"))
    hidden = [{"id": row["id"], "songs": row["songs"][:1], "tags": row["tags"][1:2]} for row in answered]
    (tmp_path / "answers.json").write_text(json.dumps(hidden), encoding="utf-8")
    given = ("evaluate", "--answers", str(tmp_path / "answers.json"), "--results", str(results))
    code, out, _ = command(*given, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["music_ndcg"] == pytest.approx(1.0)
    assert found["tag_ndcg"] == pytest.approx(0.6309297535714575)  # ln 2 / ln 3
    assert found["score"] == pytest.approx(0.85 + 0.15 * found["tag_ndcg"])
    assert "Music nDCG: 1\nTag nDCG: 0.63093\nScore: " in command(*given)[1]


def test_submission_warns_of_what_only_counts_as_a_miss(command, tmp_path):
    asked, results = tmp_path / "questions.json", tmp_path / "results.json"
    asked.write_text(json.dumps([{"id": 1, "songs": [3, 500], "tags": []}]), encoding="utf-8")
    tags = [f"tag {number}" for number in range(10)]
    results.write_text(json.dumps([{"id": 1, "songs": list(range(100)), "tags": tags}]), encoding="utf-8")
    options = ("--questions", str(asked), "--results", str(results))
    code, out, _ = command("submission", *options)
    assert code == 0
    assert "1 answered\nWarning: songs or tags that their question shows" in out
    assert "1 in 1 of 1 records; first: record 1 (id 1), 3" in out
    code, out, _ = command("submission", *options, "--json")
    assert (code, len(json.loads(out)["warnings"])) == (0, 1)
    results.write_text(json.dumps([{"id": 1, "songs": list(range(99)), "tags": tags}]), encoding="utf-8")
    code, out, err = command("submission", *options)
    assert (code, out) == (1, "")
    assert "has 99 songs" in err


def test_evaluate_names_the_first_offender(command, tmp_path):
    (tmp_path / "a").write_text('[{"id": 5, "songs": [1], "tags": ["x"]}]', encoding="utf-8")
    (tmp_path / "r").write_text('[{"id": 5, "songs": [1], "tags": ["x"]}]', encoding="utf-8")
    code, out, err = command("evaluate", "--answers", str(tmp_path / "a"), "--results", str(tmp_path / "r"))
    assert (code, out) == (1, "")
    assert "5" in err
    assert "100" in err


def test_errors_are_one_line_and_nothing_is_written(command, questions, tmp_path):
    output = tmp_path / "out.json"
    code, _, err = command("recommend", "--model", "magic", "--questions", str(questions), "--output", str(output))
    assert code == 1
    assert err.startswith("--model magic: the run")
    questions.write_text('[{"id": 1, "songs": 5}]', encoding="utf-8")
    code, _, err = command("recommend", "--model", "als", "--questions", str(questions), "--output", str(output))
    assert (code, err.count("\n")) == (1, err.rstrip("\n").count("\n") + 1)
    assert "playlist 1 (id 1)" in err
    assert not output.exists()
    assert list(tmp_path.glob(".*partial")) == []


def test_without_a_run_every_command_says_what_to_do(command, tmp_path, questions):
    for given in (
        ("models",),
        ("check",),
        ("recommend", "--model", "als", "--questions", str(questions), "--output", "x"),
    ):
        code, _, err = command(*given, artifacts=tmp_path / "none")
        assert code == 1
        assert "python train.py" in err


def test_check_names_the_damaged_file(command, demo_run, tmp_path):
    code, out, _ = command("check")
    assert code == 0
    assert "are what was written" in out
    copy = tmp_path / "copy"
    shutil.copytree(demo_run, copy)
    victim = Run.open(copy).path / "map" / "points.arrow"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 4
    victim.write_bytes(content)
    code, out, _ = command("check", "--json", artifacts=copy)
    assert code == 3
    assert [problem.split(": ")[0] for problem in json.loads(out)["problems"]] == [str(victim)]


def test_demo_data_writes_melons_files(command, tmp_path):
    code, _, _ = command("demo-data", "--output", str(tmp_path / "world"), "--seed", "3", artifacts=None)
    assert code == 0
    assert {file.name for file in (tmp_path / "world").iterdir()} == {
        "train.json", "song_meta.json", "genre_gn_all.json", "terms.json", "truth.json",
    }  # fmt: skip


def test_demo_data_writes_audio_where_it_is_asked_for(command, tmp_path):
    code, _, _ = command("demo-data", "--mels", "--output", str(tmp_path / "world"), "--seed", "3", artifacts=None)
    assert code == 0
    shards = sorted(file.name for file in (tmp_path / "world").glob("*.tar"))
    assert shards == [f"arena_mel_{number}.tar" for number in range(6)]
    assert sum(file.stat().st_size for file in (tmp_path / "world").glob("*.tar")) < 30e6


def test_every_command_has_help_and_limits_threads(capsys):
    found = cli.available()
    assert {"app", "check", "compare", "demo-data", "evaluate", "index", "models", "recommend"} < set(found)
    assert {"submission", "sweep", "train"} < set(found)
    for name, command in found.items():
        assert command.__doc__
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        out = capsys.readouterr().out
        assert f"usage: playrec {name} " in out
        assert "--threads" in out


def test_wrong_arguments_are_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["recommend"])
    assert ended.value.code == 2
    assert "--model" in capsys.readouterr().err


def test_threads_are_limited_before_numerical_libraries_load():
    """A library reads these variables once, when it is loaded."""
    program = (
        "import os, sys\n"
        "from playrec_core.commands import cli\n"
        "seen = []\n"
        "check = cli.available()['check']\n"
        "check.run = lambda given: seen.append('numpy' in sys.modules) or 0\n"
        "assert cli.main(['check', '--threads', '1']) == 0\n"
        "print(seen, os.environ['OMP_WAIT_POLICY'], os.environ['OPENBLAS_NUM_THREADS'])"
    )
    clean = {name: value for name, value in os.environ.items() if not name.endswith(("_THREADS", "_POLICY"))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=clean, check=True)
    assert done.stdout.split() == ["[False]", "PASSIVE", "1"]


def test_an_interruption_says_whether_the_command_continues(command, monkeypatch, capsys):
    def interrupted(_given):
        raise KeyboardInterrupt

    for module, text in ((cli.available()["check"], "Interrupted."), (train, "goes on where it stopped.")):
        monkeypatch.setattr(module, "run", interrupted)
        assert cli.main_of(module, []) == 130
        assert capsys.readouterr().err.strip().endswith(text)


def test_train_names_the_configurations_it_does_not_find(tmp_path, capsys):
    assert main(["train", "--dataset", "nothing", "--artifacts", str(tmp_path)]) == 1
    assert "melon-10pct" in capsys.readouterr().err
