"""Durable writes, safe against kills and power cuts: fsync, atomic replacement, a lock that ends with its process.

Renaming a file that is not synced can leave an empty file under the new name after a power cut, and the rename itself
is lost unless the folder is synced (https://lwn.net/Articles/457667/, "Ensuring data reaches disk").
"""

import contextlib
import os
import sys
from pathlib import Path

from playrec_core.errors import RunError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the directory entries of a folder are on disk. Windows has no such call and does not need it."""
    if sys.platform != "win32":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_tree(folder: Path) -> list[Path]:
    """Sync a folder and every file and folder below it.

    Returns:
        The files, in name order.

    Raises:
        ValueError: the folder contains something that is neither a file nor a folder (a link, a socket).
    """
    files = []
    folders = [folder]
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ValueError(f"{path} is neither a file nor a folder")
        if path.is_dir():
            folders.append(path)
        else:
            sync_file(path)
            files.append(path)
    for path in reversed(folders):
        sync_folder(path)
    return files


def replace_file(path: Path, text: str) -> None:
    """Replace a small text file atomically: readers see the old text or the new."""
    partial = path.with_name(f".{path.name}.new")
    partial.write_text(text, encoding="utf-8", newline="\n")
    sync_file(partial)
    partial.replace(path)
    sync_folder(path.parent)


class ProcessLock:
    """An exclusive lock between processes, released by the operating system when the process ends in any way.

    Args:
        path: the lock file, created if it does not exist.

    Raises:
        RunError: another process has the lock.
    """

    def __init__(self, path: Path):
        self._path = path
        while True:
            self._file = path.open("a+b")
            try:
                self._acquire()
            except OSError as error:
                self._file.close()
                raise RunError(
                    f"{path}: another process is writing this run. Wait for it, or stop it; "
                    f"the stages it has finished are kept. ({error.strerror})"
                ) from error
            if self._is_current():
                return
            self._file.close()

    def _acquire(self) -> None:
        if sys.platform == "win32":
            self._file.seek(0)
            msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_current(self) -> bool:
        """False if the previous owner removed the file between our opening and our locking it."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def release(self, *, remove: bool = False) -> None:
        """Release the lock; calling it again does nothing.

        Args:
            remove: also delete the lock file.
        """
        if self._file.closed:
            return
        if remove and sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        self._file.close()
        if remove and sys.platform == "win32":
            # Windows cannot delete an open file: delete it after the release, unless another process has opened it.
            with contextlib.suppress(PermissionError):
                self._path.unlink(missing_ok=True)
