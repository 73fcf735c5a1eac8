"""Runs: written in stages, opened, and rejected with the name of the file if a byte has changed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from playrec_core.errors import DamagedRunError, RunError
from playrec_core.store.files import save_arrays, save_json, save_table
from playrec_core.store.manifest import MANIFEST, MANIFEST_HASH, DatasetRecord
from playrec_core.store.run import Run, list_runs
from playrec_core.store.writer import RunWriter

KEY = "0123456789abcdef"
FIELDS = {
    "dataset": DatasetRecord(name="Demo Réel", fingerprint="f00d", sizes={"items": 3}),
    "vocabulary_hash": "cafe",
    "config": {"als": {"factors": 8, "alpha": 0.1}},
    "seed": 7,
    "notes": ["two titles were empty"],
    "extra": {"nouns": ["song", "songs"]},
}


def write_run(artifacts: Path, key: str = KEY, value: int = 1) -> str:
    with RunWriter.open(artifacts, key) as writer:
        with writer.stage("catalogue") as folder:
            save_table(folder / "items.arrow", pa.table({"title": ["가", "b", "c"]}))
            save_json(folder / "truth.json", {"value": value})
        with writer.stage("als") as folder:
            (folder / "parts").mkdir()
            save_arrays(folder / "parts" / "state.safetensors", {"factors": np.full((3, 8), value, np.float32)})
        return writer.finish(**FIELDS)


@pytest.fixture
def artifacts(tmp_path) -> Path:
    return tmp_path / "artifacts"


def test_a_run_opens_as_it_was_written(artifacts):
    run_id = write_run(artifacts)
    run = Run.open(artifacts)
    assert run.id == run_id == run.path.name
    assert run_id.endswith("-demo-r-el-01234567")
    assert run.json("catalogue/truth.json") == {"value": 1}
    assert run.table("catalogue/items.arrow")["title"].to_pylist() == ["가", "b", "c"]
    np.testing.assert_array_equal(run.arrays("als/parts/state.safetensors")["factors"], np.ones((3, 8)))
    assert run.verify() == []
    manifest = run.manifest
    assert {name: getattr(manifest, name) for name in FIELDS} == FIELDS
    assert set(manifest.timings) == {"catalogue", "als"}
    assert manifest.versions["numpy"] == np.__version__
    for name, record in manifest.files.items():
        content = (run.path / name).read_bytes()
        assert (record.size, record.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert set(manifest.files) | {MANIFEST, MANIFEST_HASH} == {
        path.relative_to(run.path).as_posix() for path in run.path.rglob("*") if path.is_file()
    }
    assert list((artifacts / "unfinished").iterdir()) == []


def test_the_newest_run_is_current_and_older_ones_are_kept(artifacts):
    first, second = write_run(artifacts, value=1), write_run(artifacts, value=2)
    third = write_run(artifacts, key="ff" * 8, value=3)
    assert list_runs(artifacts) == sorted([first, second, third])
    assert len({first, second, third}) == 3, "two runs within one second must not share a folder"
    assert Run.open(artifacts).json("catalogue/truth.json") == {"value": 3}
    assert Run.open(artifacts, first).json("catalogue/truth.json") == {"value": 1}
    assert Run.open(artifacts, second).verify() == []


def positions(size: int) -> list[int]:
    rng = np.random.default_rng(size)
    return sorted({0, size // 2, size - 1, *rng.integers(0, size, 12).tolist()})


def refusal(artifacts: Path) -> str:
    """The error of opening the current run and all its files; "" if there is none."""
    try:
        run = Run.open(artifacts)
        for name in run.manifest.files:
            run.file(name)
    except DamagedRunError as error:
        return str(error)
    return ""


def test_every_flipped_byte_and_every_truncation_is_detected(artifacts):
    write_run(artifacts)
    folder = Run.open(artifacts).path
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) == 5
    for path in files:
        os.utime(path, ns=(0, 0))  # so that every change below changes the time, at any resolution of the clock
    assert refusal(artifacts) == ""  # files verified here must be verified again after a change
    for path in files:
        opened, whole = Run.open(artifacts), path.read_bytes()
        named = "manifest" if path.name in (MANIFEST, MANIFEST_HASH) else path.name
        flips = [
            (f"bit {bit} of byte {at}", whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
            for at in positions(len(whole))
            for bit in (0, 5)
        ]
        cuts = [(f"cut at {at}", whole[:at]) for at in positions(len(whole))]
        for what, content in [*flips, *cuts, ("a byte more", whole + b"\n")]:
            path.write_bytes(content)
            assert named in refusal(artifacts), f"{path.name}: {what} went unnoticed"
            assert [named in problem for problem in opened.verify()] == [True], f"{path.name}: {what}"
        path.unlink()
        assert "missing" in refusal(artifacts)
        assert [f"{path}: missing" in problem for problem in opened.verify()] == [True]
        path.write_bytes(whole)
        assert refusal(artifacts) == ""


def test_errors_name_a_file_that_vanishes_from_an_opened_run(artifacts):
    write_run(artifacts)
    run = Run.open(artifacts)
    run.file("catalogue/truth.json").unlink()
    with pytest.raises(DamagedRunError, match=r"truth\.json: missing"):
        run.file("catalogue/truth.json")


def test_files_that_the_manifest_does_not_list_are_left_alone(artifacts):
    write_run(artifacts)
    run = Run.open(artifacts)
    (run.path / ".DS_Store").write_bytes(b"a file manager was here")
    assert Run.open(artifacts).verify() == []
    with pytest.raises(RunError, match=r"contains no '\.DS_Store'"):
        run.file(".DS_Store")
    with pytest.raises(RunError, match="contains no"):
        run.file("../../current")


def test_without_a_run_the_error_says_how_to_train_one(artifacts):
    with pytest.raises(RunError, match=r"no current run.*`python train\.py`"):
        Run.open(artifacts)
    artifacts.mkdir()
    with pytest.raises(RunError, match=r"no current run.*`python train\.py`"):
        Run.open(artifacts)
    assert list_runs(artifacts) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"..", b"../runs", b"/etc", b"\xff\xfe\x00", b"a\0b", b"no-such-run\n", b"x" * 10_000_000, b"runs/.."],
)
def test_garbage_in_current_is_rejected(artifacts, content):
    run_id = write_run(artifacts)
    (artifacts / "current").write_bytes(content)
    with pytest.raises(RunError, match=r"does not exist.*`python train\.py`") as caught:
        Run.open(artifacts)
    assert run_id in str(caught.value), "the runs there are should be offered"
    assert len(str(caught.value)) < 2000


def test_current_may_be_written_by_hand(artifacts):
    run_id = write_run(artifacts)
    write_run(artifacts, value=2)
    (artifacts / "current").write_bytes(f" {run_id} \r\n".encode())
    assert Run.open(artifacts).id == run_id


@pytest.mark.parametrize("run_id", ["..", "", "../unfinished", "nope", "a\0b", "/"])
def test_a_run_that_does_not_exist_is_refused(artifacts, run_id):
    write_run(artifacts)
    with pytest.raises(RunError, match="does not exist"):
        Run.open(artifacts, run_id)


def rewrite_manifest(folder: Path, change: Callable[[dict], object]) -> None:
    """Change a manifest and update its hash."""
    value = json.loads((folder / MANIFEST).read_bytes())
    change(value)
    content = json.dumps(value).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / MANIFEST_HASH).write_text(f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n", newline="\n")


@pytest.mark.parametrize(
    "name",
    [
        "../../current",
        "/etc/passwd",
        "a/../../x",
        "C:/x",
        "a\\b",
        "",
        ".",
        "a/.hidden",
        "a//b",
        "manifest.json",
        "a/b\n",
    ],
)
def test_a_manifest_that_names_files_outside_its_run_is_refused(artifacts, name):
    write_run(artifacts)
    folder = Run.open(artifacts).path
    rewrite_manifest(folder, lambda value: value["files"].update({name: {"size": 1, "sha256": "0"}}))
    with pytest.raises(DamagedRunError, match=r"manifest\.json"):
        Run.open(artifacts)


def test_a_manifest_that_is_not_one_is_refused(artifacts):
    write_run(artifacts)
    folder = Run.open(artifacts).path
    original = (folder / MANIFEST).read_bytes(), (folder / MANIFEST_HASH).read_bytes()
    changes: list[Callable[[dict], object]] = [
        lambda value: value.pop("seed"),
        lambda value: value.update(seed="7"),
        lambda value: value.update(surplus=1),
        lambda value: value.update(run_id="another"),
        lambda value: value.update(files=[]),
    ]
    for change in changes:
        rewrite_manifest(folder, change)
        with pytest.raises(DamagedRunError, match=r"manifest\.json"):
            Run.open(artifacts)
        (folder / MANIFEST).write_bytes(original[0])
        (folder / MANIFEST_HASH).write_bytes(original[1])
    rewrite_manifest(folder, lambda value: value.update(format_version=1))
    with pytest.raises(RunError, match=r"format 1.*`python train\.py`"):
        Run.open(artifacts)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_the_manifests_hash_can_be_checked_without_playrec(artifacts):
    write_run(artifacts)
    subprocess.run(["sha256sum", "--check", MANIFEST_HASH], cwd=Run.open(artifacts).path, check=True)


def test_threads_may_share_a_run(artifacts):
    write_run(artifacts)
    run = Run.open(artifacts)
    with ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(lambda _: run.arrays("als/parts/state.safetensors")["factors"].sum(), range(64)))
    assert sums == [24.0] * 64


def test_verify_reports_progress(artifacts):
    write_run(artifacts)
    seen: list[float] = []
    Run.open(artifacts).verify(seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


# ---------------------------------------------------------------------------------------------- writing in stages


def test_an_interrupted_run_is_resumed(artifacts):
    with RunWriter.open(artifacts, KEY) as writer:
        with writer.stage("one") as folder:
            save_json(folder / "v.json", 1)
        with pytest.raises(ZeroDivisionError), writer.stage("two") as folder:
            save_json(folder / "v.json", 1 / 0)
        assert [writer.done(stage) for stage in ("one", "two")] == [True, False]
    with RunWriter.open(artifacts, "ab" * 8) as other:
        assert not other.done("one")
    with RunWriter.open(artifacts, KEY) as writer:
        assert [writer.done(stage) for stage in ("one", "two")] == [True, False]
        assert (writer.path("one") / "v.json").read_text() == "1\n"
        with pytest.raises(KeyError):
            writer.path("two")
        with writer.stage("two") as folder:
            assert list(folder.iterdir()) == []
            save_json(folder / "v.json", 2)
        writer.finish(**FIELDS)
    run = Run.open(artifacts)
    assert (run.json("one/v.json"), run.json("two/v.json")) == (1, 2)
    assert list(run.manifest.timings) == ["one", "two"]


def test_a_stage_can_be_rewritten(artifacts):
    with RunWriter.open(artifacts, KEY) as writer:
        for value in (1, 2):
            with writer.stage("one") as folder:
                save_json(folder / f"v{value}.json", value)
        writer.finish(**FIELDS)
    assert list(Run.open(artifacts).manifest.files) == ["one/v2.json"]


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "record"])
def test_a_damaged_stage_is_repeated(artifacts, damage):
    with RunWriter.open(artifacts, KEY) as writer:
        for stage in ("one", "two"):
            with writer.stage(stage) as folder:
                save_json(folder / "v.json", [1, 2, 3])
    folder = artifacts / "unfinished" / KEY
    path = folder / "files" / "one" / "v.json"
    if damage == "flip":
        path.write_bytes(path.read_bytes().replace(b"2", b"3"))
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "remove":
        path.unlink()
    else:
        (folder / "finished" / "one.json").write_bytes(b"{")
    with RunWriter.open(artifacts, KEY) as writer:
        assert [writer.done(stage) for stage in ("one", "two")] == [False, True]


def test_two_processes_cannot_write_the_same_run(artifacts):
    program = (
        "import sys; from pathlib import Path; from playrec_core.store.writer import RunWriter\n"
        "with RunWriter.open(Path(sys.argv[1]), sys.argv[2]): print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(artifacts), KEY]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        with pytest.raises(RunError, match="another process is writing this run"):
            RunWriter.open(artifacts, KEY)
        write_run(artifacts, key="ab" * 8)  # a run of another key is not locked
        other.kill()
        other.wait()
    write_run(artifacts)  # a killed process has no lock
    assert Run.open(artifacts).verify() == []


@pytest.mark.parametrize("key", ["", "short", "../../../x", "ABCDEF0123", "0" * 65, "01234567\n"])
def test_keys_are_hex(artifacts, key):
    with pytest.raises(ValueError, match="hex"):
        RunWriter.open(artifacts, key)


@pytest.mark.parametrize("name", ["", "..", "a/b", "Als", "manifest.json", "한", "a\n"])
def test_stage_names_are_plain(artifacts, name):
    with (
        RunWriter.open(artifacts, KEY) as writer,
        pytest.raises(ValueError, match="lower-case"),
        writer.stage(name),
    ):
        pass


def test_file_names_that_could_not_be_read_back_are_refused_when_written(artifacts):
    with RunWriter.open(artifacts, KEY) as writer:
        with pytest.raises(ValueError, match="ASCII"), writer.stage("one") as folder:
            (folder / "제목.json").write_text("1")
        with pytest.raises(ValueError, match="neither a file nor a folder"), writer.stage("one") as folder:
            (folder / "link.json").symlink_to("/etc/hostname")
        assert not writer.done("one")
