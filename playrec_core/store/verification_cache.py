"""Verification cache: the files of a run that an earlier process has verified, since hashing 4.6 GB (Melon) takes
seconds.

As in git's index, a file counts as unchanged while its size, times, inode and device are: every write updates the time
of change, which no program can set (on Windows the time of modification, which a program can set). Changes without a
write, on a failing disk, are found by `python -m playrec_core check`, which reads every byte. As in git, a file younger
than the resolution of the clock is not cached (https://git-scm.com/docs/racy-git): it could change once more without a
new time.
"""

import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .durable import replace_file

_CLOCK = 2_000_000_000
"""Nanoseconds: the coarsest resolution of file times in use, that of FAT."""


class Identity(NamedTuple):
    """The metadata by which a file counts as unchanged; size in bytes, times in nanoseconds."""

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
"""By file name: the metadata and the SHA-256 (hex) of a verified file."""


def read(cache: Path) -> Known:
    """Read what `write` wrote; empty if the file is missing or invalid, so that everything is hashed again."""
    try:
        found = json.loads(cache.read_text(encoding="utf-8"))
        return {name: (Identity(*map(int, identity)), str(sha256)) for name, (identity, sha256) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(cache: Path, known: Known) -> None:
    """Replace the cache file atomically; does nothing where it cannot be written, as in a read-only folder."""
    young = time.time_ns() - _CLOCK
    cached = {name: value for name, value in known.items() if max(value[0].modified, value[0].changed) < young}
    with contextlib.suppress(OSError):
        cache.parent.mkdir(exist_ok=True)
        replace_file(cache, json.dumps(cached, sort_keys=True) + "\n")
