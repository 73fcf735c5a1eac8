"""Files that are handed out only once their SHA-256 is known to be right."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import DamagedRunError, RunError
from ..language import tr
from .files import open_arrays, open_json, open_table
from .manifest import FileRecord

# Files that this process has hashed and found right: path, size, mtime, inode and the hash that was expected.
_verified: set[tuple[Path, int, int, int, str]] = set()
_verifying = threading.Lock()


class VerifiedFiles(ABC):
    """A folder and a record of every file in it. Safe to share between threads."""

    path: Path

    @property
    @abstractmethod
    def records(self) -> Mapping[str, FileRecord]:
        """Every file by its name relative to the folder."""

    def file(self, relative: str) -> Path:
        """The path of a file, once its SHA-256 is known to be right.

        A file is hashed the first time this process asks for it, and again when its size, time or inode changed.

        Args:
            relative: its name in the records, such as "als/state.safetensors".

        Raises:
            RunError: there is no such file.
            DamagedRunError: the file is not what its record says.
        """
        record = self.records.get(relative)
        if record is None:
            raise RunError(
                tr("{folder} holds no {file!r}. Train again with `python train.py`.", folder=self.path, file=relative)
            )
        path = self.path / relative
        if _identity(path, record) in _verified:
            return path
        # Under the lock, so that fifty sessions that begin together hash a file once and not fifty times.
        with _verifying:
            identity = _identity(path, record)
            if identity not in _verified:
                problem = record.problem(path)
                if problem:
                    raise DamagedRunError(path, problem)
                _verified.add(identity)
        return path

    def arrays(self, relative: str) -> dict[str, np.ndarray]:
        """The arrays of a file that `save_arrays` wrote, memory-mapped and read-only."""
        return open_arrays(self.file(relative))

    def table(self, relative: str) -> pa.Table:
        """A table that `save_table` wrote, memory-mapped."""
        return open_table(self.file(relative))

    def json(self, relative: str) -> Any:
        """A value that `save_json` wrote."""
        return open_json(self.file(relative))


def _identity(path: Path, record: FileRecord) -> tuple[Path, int, int, int, str]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise DamagedRunError(path, tr("missing")) from None
    return path.absolute(), stat.st_size, stat.st_mtime_ns, stat.st_ino, record.sha256
