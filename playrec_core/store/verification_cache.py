"""Which files of a run were found right, for the next process: hashing the 4.6 GB of Melon's full size costs seconds.

As git's index does, a file is taken for unchanged while size, times, inode and device are: whoever writes into a file
moves its time of change, which no program sets at will (on Windows, its time of modification, which one can). What
changes by itself, on a failing disk, is found by `python -m playrec_core check`, which reads every byte every time.
Like git, a file that is younger than the clock is fine is not written down
(https://git-scm.com/docs/racy-git): it could change once more without its time showing it.
"""

import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .durable import replace_file

_CLOCK = 2_000_000_000
"""Nanoseconds: the coarsest clock of a file system in use, FAT's."""


class Identity(NamedTuple):
    """What a file looks like from outside; times in nanoseconds."""

    size: int
    modified: int
    changed: int
    inode: int
    device: int

    @classmethod
    def of(cls, path: Path) -> "Identity":
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


Known = Mapping[str, tuple[Identity, str]]
"""By file name: how it looked when its SHA-256 was found to be this one."""


def read(memory: Path) -> Known:
    """What `write` left; nothing where there is no such file or it is not one of ours: all is then hashed anew."""
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
        return {name: (Identity(*map(int, looks)), str(sha256)) for name, (looks, sha256) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(memory: Path, known: Known) -> None:
    """Write it down in one step; where nobody may write, as on a shared folder, nothing is."""
    young = time.time_ns() - _CLOCK
    kept = {name: value for name, value in known.items() if max(value[0].modified, value[0].changed) < young}
    with contextlib.suppress(OSError):
        memory.parent.mkdir(exist_ok=True)
        replace_file(memory, json.dumps(kept, sort_keys=True) + "\n")
