"""A kept folder is there whole or not at all, whatever ends the process that makes it."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from playrec_core.errors import DamagedRunError
from playrec_core.store.content_cache import Kept, keep
from playrec_core.store.durable import ProcessLock


def write(aside: Path) -> None:
    (aside / "one.json").write_text("[1]\n")
    (aside / "inner").mkdir()
    (aside / "inner" / "two.json").write_text("[2]\n")


def test_what_was_kept_is_handed_out_verified(tmp_path):
    assert keep(tmp_path / "deep" / "abc", write)
    kept = Kept.open(tmp_path / "deep" / "abc")
    assert kept is not None
    assert [kept.json("files/one.json"), kept.json("files/inner/two.json")] == [[1], [2]]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["abc"]
    (kept.path / "files" / "one.json").write_text("[9]\n")
    with pytest.raises(DamagedRunError, match="changed since it was written"):
        kept.json("files/one.json")


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "record"])
def test_damage_is_noticed_and_mended_by_making_it_again(tmp_path, damage):
    folder = tmp_path / "abc"
    keep(folder, write)
    file = folder / ("record.json" if damage == "record" else "files/one.json")
    content = file.read_bytes()
    file.unlink()
    if damage != "remove":
        file.write_bytes({"flip": b"[2]\n", "cut": content[:-1], "record": content[:-5]}[damage])
    assert Kept.open(folder) is None
    assert keep(folder, write)
    assert Kept.open(folder) is not None


def test_an_error_leaves_what_was_there_before(tmp_path):
    folder = tmp_path / "abc"
    keep(folder, write)

    def fails(aside: Path) -> None:
        (aside / "half.json").write_text("[")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        keep(folder, fails)
    assert [path.name for path in tmp_path.iterdir()] == ["abc"]
    assert Kept.open(folder) is not None


def killed_half_way(folder: Path) -> None:
    def half(aside: Path) -> None:
        (aside / "one.json").write_text("[1")
        os.kill(os.getpid(), signal.SIGKILL)

    keep(folder, half)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_kill_leaves_nothing_that_opens_and_the_next_one_clears_up(tmp_path):
    folder = tmp_path / "abc"
    # Not "spawn", which runs the main module anew: after tests of pages that is a page.
    child = multiprocessing.get_context("fork").Process(target=killed_half_way, args=(folder,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert Kept.open(folder) is None
    assert (tmp_path / ".abc.partial").is_dir()
    assert keep(folder, write)
    assert [path.name for path in tmp_path.iterdir()] == ["abc"]


def test_two_processes_do_not_make_the_same_one(tmp_path):
    lock = ProcessLock(tmp_path / ".abc.lock")
    assert not keep(tmp_path / "abc", write)
    lock.release(remove=True)
    assert keep(tmp_path / "abc", write)
