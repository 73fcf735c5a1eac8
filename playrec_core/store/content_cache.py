"""Content cache: a folder of files, cached under the hash of everything that determines its content.

::

    <name>/record.json           size and SHA-256 of every file, and how long it took to write them
    <name>/files/<...>           the files
    .<name>.partial/             a folder being written, or the rest of a killed write; removed by the next write
    .<name>.lock                 locked by the process that writes

A folder is written to a temporary place, synced and renamed, so it is either complete or absent. It may be deleted at
any time and is then written again.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playrec_core.errors import RunError

from .durable import ProcessLock, replace_file, sync_folder, sync_tree
from .manifest import FileRecord, StageRecord
from .verified_files import VerifiedFiles

_FILES, _RECORD = "files", "record.json"


@dataclass(frozen=True)
class CachedFolder(VerifiedFiles):
    """A cached folder, opened for reading.

    Args:
        path: the folder.
        record: its files.
    """

    path: Path
    record: StageRecord

    @classmethod
    def open(cls, folder: Path) -> "CachedFolder | None":
        """Open a folder after verifying every byte of it; None if it is missing, damaged or incomplete."""
        record = StageRecord.verified(folder / _RECORD, folder)
        return record and cls(folder, record)

    @property
    def records(self) -> Mapping[str, FileRecord]:
        return self.record.files


def write_cached(folder: Path, write: Callable[[Path], None]) -> bool:
    """Write a cached folder, replacing a damaged one.

    Args:
        folder: its path; parent folders are created.
        write: called with an empty folder to fill; file names as in a run.

    Returns:
        False if another process is writing the same folder, and nothing was done.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = ProcessLock(folder.parent / f".{folder.name}.lock")
    except RunError:
        return False
    partial = folder.parent / f".{folder.name}.partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        (partial / _FILES).mkdir(parents=True)
        started = time.perf_counter()
        write(partial / _FILES)
        files = {path.relative_to(partial).as_posix(): FileRecord.of(path) for path in sync_tree(partial)}
        seconds = round(time.perf_counter() - started, 3)
        replace_file(partial / _RECORD, StageRecord(seconds=seconds, files=files).model_dump_json())
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        lock.release(remove=True)
    return True
