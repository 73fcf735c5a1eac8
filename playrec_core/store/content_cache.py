"""A folder of files that was made once and is kept under the hash of all that decides its content.

::

    <name>/record.json           size and SHA-256 of every file, and how long it took to make them
    <name>/files/<...>           the files
    .<name>.partial/             one being made, or what a kill left of it; removed by whoever makes it next
    .<name>.lock                 held by whoever makes it

It is written aside, synced, and renamed into place: it is there whole or not at all. Anybody may delete it at any time;
it is made again.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from playrec_core.errors import RunError

from .durable import ProcessLock, replace_file, sync_folder, sync_tree
from .manifest import FileRecord, StageRecord
from .verified_files import VerifiedFiles

_FILES, _RECORD = "files", "record.json"


@dataclass(frozen=True)
class Kept(VerifiedFiles):
    """A kept folder, opened for reading.

    Args:
        path: the folder.
        record: what it holds.
    """

    path: Path
    record: StageRecord

    @classmethod
    def open(cls, folder: Path) -> "Kept | None":
        """A kept folder of which every byte is what was written; None where it is missing, damaged or cut short."""
        try:
            record = StageRecord.model_validate_json((folder / _RECORD).read_bytes())
        except (OSError, ValidationError):
            return None
        if any(file.problem(folder / name) for name, file in record.files.items()):
            return None
        return cls(folder, record)

    @property
    def records(self) -> Mapping[str, FileRecord]:
        return self.record.files


def keep(folder: Path, write: Callable[[Path], None]) -> bool:
    """Make a kept folder, in place of a damaged one if there is one.

    Args:
        folder: its place; the folders above it are made.
        write: fills an empty folder; names as in a run.

    Returns:
        False if another process is making the very same one, and nothing was done.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = ProcessLock(folder.parent / f".{folder.name}.lock")
    except RunError:
        return False
    aside = folder.parent / f".{folder.name}.partial"
    try:
        shutil.rmtree(aside, ignore_errors=True)
        (aside / _FILES).mkdir(parents=True)
        started = time.perf_counter()
        write(aside / _FILES)
        files = {path.relative_to(aside).as_posix(): FileRecord.of(path) for path in sync_tree(aside)}
        seconds = round(time.perf_counter() - started, 3)
        replace_file(aside / _RECORD, StageRecord(seconds=seconds, files=files).model_dump_json())
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        lock.release(remove=True)
    return True
