"""The verification cache: later processes skip files that an earlier one has verified, and only those."""

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
    """A finished run."""
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
def cache(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache written after verification, as if the files were old."""
    monkeypatch.setattr(verification_cache, "_CLOCK", -3_600_000_000_000)
    run.verify_once(tmp_path / "verified" / "run.json")
    return tmp_path / "verified" / "run.json"


def moved(run: Run) -> Run:
    """Move the run to a path where this process has verified none of its files."""
    path = run.path.rename(run.path.with_name("elsewhere"))
    return Run(path, run.manifest)


def test_verified_files_are_cached(run, cache):
    known = verification_cache.read(cache)
    assert known.keys() == FILES
    for name, (before, sha256) in known.items():
        assert before == Identity.of(run.path / name)
        assert sha256 == run.manifest.files[name].sha256


def test_cached_files_are_not_hashed_again(run, cache):
    file = run.path / "als" / "state.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    known = dict(verification_cache.read(cache))
    known["als/state.safetensors"] = (Identity.of(file), known["als/state.safetensors"][1])
    verification_cache.write(cache, known)
    there = moved(run)
    there.verify_once(cache)  # trusts the false entry: the file is not read
    assert any("state.safetensors: changed" in problem for problem in there.verify())  # `check` does not trust it


def test_a_changed_byte_is_detected(run, cache):
    file = run.path / "als" / "state.safetensors"
    before = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # even if the time of modification is set back
    with pytest.raises(DamagedRunError, match=r"state\.safetensors: changed since it was written"):
        moved(run).verify_once(cache)


def test_another_copy_of_the_run_is_hashed(run, cache):
    path = Path(shutil.copytree(run.path, run.path.with_name("copy")))
    (path / "catalogue" / "truth.json").write_bytes(b"?" * run.manifest.files["catalogue/truth.json"].size)
    with pytest.raises(DamagedRunError, match=r"truth\.json: changed"):
        Run(path, run.manifest).verify_once(cache)


def test_files_younger_than_the_clock_resolution_are_not_cached(run, tmp_path):
    run.verify_once(tmp_path / "young.json")
    assert verification_cache.read(tmp_path / "young.json") == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"als/state.safetensors": 7}', json.dumps({"a": [[1, 2], "x"]}), "\x00"]
)
def test_a_damaged_cache_is_empty(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    assert verification_cache.read(tmp_path / "run.json") == {}


def test_no_cache_in_a_read_only_folder(run, tmp_path):
    (tmp_path / "verified").write_text("a file where the folder should be")
    run.verify_once(tmp_path / "verified" / "run.json")
    assert verification_cache.read(tmp_path / "verified" / "run.json") == {}
