"""A cached folder is complete or absent, however the process that writes it ends."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from playrec_core.errors import DamagedRunError
from playrec_core.store.content_cache import CachedFolder, write_cached
from playrec_core.store.durable import ProcessLock


def write(folder: Path) -> None:
    (folder / "one.json").write_text("[1]\n")
    (folder / "inner").mkdir()
    (folder / "inner" / "two.json").write_text("[2]\n")


def test_cached_files_are_verified_before_use(tmp_path):
    assert write_cached(tmp_path / "deep" / "abc", write)
    cached = CachedFolder.open(tmp_path / "deep" / "abc")
    assert cached is not None
    assert [cached.json("files/one.json"), cached.json("files/inner/two.json")] == [[1], [2]]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["abc"]
    (cached.path / "files" / "one.json").write_text("[9]\n")
    with pytest.raises(DamagedRunError, match="changed since it was written"):
        cached.json("files/one.json")


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "record"])
def test_a_damaged_folder_is_detected_and_written_again(tmp_path, damage):
    folder = tmp_path / "abc"
    write_cached(folder, write)
    file = folder / ("record.json" if damage == "record" else "files/one.json")
    content = file.read_bytes()
    file.unlink()
    if damage != "remove":
        file.write_bytes({"flip": b"[2]\n", "cut": content[:-1], "record": content[:-5]}[damage])
    assert CachedFolder.open(folder) is None
    assert write_cached(folder, write)
    assert CachedFolder.open(folder) is not None


def test_an_error_keeps_the_previous_folder(tmp_path):
    folder = tmp_path / "abc"
    write_cached(folder, write)

    def fails(folder: Path) -> None:
        (folder / "half.json").write_text("[")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_cached(folder, fails)
    assert [path.name for path in tmp_path.iterdir()] == ["abc"]
    assert CachedFolder.open(folder) is not None


def killed_half_way(folder: Path) -> None:
    def half(folder: Path) -> None:
        (folder / "one.json").write_text("[1")
        os.kill(os.getpid(), signal.SIGKILL)

    write_cached(folder, half)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_write_cannot_be_opened_and_is_removed_by_the_next(tmp_path):
    folder = tmp_path / "abc"
    # Not "spawn", which runs the main module again: after tests of pages that is a page.
    child = multiprocessing.get_context("fork").Process(target=killed_half_way, args=(folder,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert CachedFolder.open(folder) is None
    assert (tmp_path / ".abc.partial").is_dir()
    assert write_cached(folder, write)
    assert [path.name for path in tmp_path.iterdir()] == ["abc"]


def test_two_processes_do_not_write_the_same_folder(tmp_path):
    lock = ProcessLock(tmp_path / ".abc.lock")
    assert not write_cached(tmp_path / "abc", write)
    lock.release(remove=True)
    assert write_cached(tmp_path / "abc", write)
