"""What one process found right, the next one believes, and not one byte more."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from playrec_core.errors import DamagedRunError
from playrec_core.store import verification_cache
from playrec_core.store.files import save_arrays, save_json
from playrec_core.store.manifest import DatasetRecord
from playrec_core.store.run import Run
from playrec_core.store.verification_cache import Identity
from playrec_core.store.writer import RunWriter

FILES = {"als/state.safetensors", "catalogue/truth.json"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Written long ago, as far as the clock of its files says."""
    artifacts = tmp_path / "artifacts"
    with RunWriter.open(artifacts, "0123456789abcdef") as writer:
        with writer.stage("catalogue") as folder:
            save_json(folder / "truth.json", {"value": 1})
        with writer.stage("als") as folder:
            save_arrays(folder / "state.safetensors", {"factors": np.ones((3, 8), np.float32)})
        writer.finish(
            dataset=DatasetRecord(name="demo", fingerprint="f00d", sizes={}),
            vocabulary_hash="",
            config={},
            seed=7,
            notes=[],
        )
    return Run.open(artifacts)


@pytest.fixture
def memory(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Written by a process that has verified the run when its files were old."""
    monkeypatch.setattr(verification_cache, "_CLOCK", -3_600_000_000_000)
    run.verify_once(tmp_path / "verified" / "run.json")
    return tmp_path / "verified" / "run.json"


def moved(run: Run, memory: Path) -> Run:
    """The run in another place, where this process knows none of its files, remembered as it looks there."""
    path = run.path.rename(run.path.with_name("elsewhere"))
    return Run(path, run.manifest)


def test_what_was_hashed_is_written_down(run, memory):
    known = verification_cache.read(memory)
    assert known.keys() == FILES
    for name, (looks, sha256) in known.items():
        assert looks == Identity.of(run.path / name)
        assert sha256 == run.manifest.files[name].sha256


def test_what_is_remembered_is_not_read_again(run, memory):
    file = run.path / "als" / "state.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    known = dict(verification_cache.read(memory))
    known["als/state.safetensors"] = (Identity.of(file), known["als/state.safetensors"][1])
    verification_cache.write(memory, known)
    there = moved(run, memory)
    there.verify_once(memory)  # it believes the false memory: nobody has read the file
    assert any("state.safetensors: changed" in problem for problem in there.verify())  # and `check` does not


def test_a_byte_that_changed_since_is_refused_by_name(run, memory):
    file = run.path / "als" / "state.safetensors"
    looks = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(looks.st_atime_ns, looks.st_mtime_ns))  # not even by whoever sets the clock back
    with pytest.raises(DamagedRunError, match=r"state\.safetensors: changed since it was written"):
        moved(run, memory).verify_once(memory)


def test_another_copy_of_the_run_is_hashed(run, memory):
    path = Path(shutil.copytree(run.path, run.path.with_name("copy")))
    (path / "catalogue" / "truth.json").write_bytes(b"?" * run.manifest.files["catalogue/truth.json"].size)
    with pytest.raises(DamagedRunError, match=r"truth\.json: changed"):
        Run(path, run.manifest).verify_once(memory)


def test_a_file_as_young_as_the_clock_is_not_written_down(run, tmp_path):
    run.verify_once(tmp_path / "young.json")
    assert verification_cache.read(tmp_path / "young.json") == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"als/state.safetensors": 7}', json.dumps({"a": [[1, 2], "x"]}), "\x00"]
)
def test_a_damaged_memory_remembers_nothing(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    assert verification_cache.read(tmp_path / "run.json") == {}


def test_where_nobody_may_write_nothing_is_written(run, tmp_path):
    (tmp_path / "verified").write_text("a file where the folder should be")
    run.verify_once(tmp_path / "verified" / "run.json")
    assert verification_cache.read(tmp_path / "verified" / "run.json") == {}
