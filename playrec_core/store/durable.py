"""What outlives a kill or a power cut: synced files, one-step replacement, a lock that dies with its process.

Renaming a file that is not synced can leave an empty file under the new name after a power cut; a rename itself is
lost unless the folder is synced (https://lwn.net/Articles/457667/, "Ensuring data reaches disk").
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
    """Wait until a file's content is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until a folder's list of names is on the disk. Windows offers no such thing, and needs none."""
    if sys.platform != "win32":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_tree(folder: Path) -> list[Path]:
    """Sync every file and folder below, and the folder itself.

    Returns:
        The files, in name order.

    Raises:
        ValueError: something below is neither a file nor a folder (a link, a socket).
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
    """Write a small text file in one step: whoever reads it finds the old text or the new."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    sync_file(aside)
    aside.replace(path)
    sync_folder(path.parent)


class ProcessLock:
    """A lock that one process holds; the system lets go of it when the process ends, however it ends.

    Raises:
        RunError: another process holds it.
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
                    f"{path}: another process is writing this very run. Wait for it, or end it; "
                    f"what it has finished is not lost. ({error.strerror})"
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
        """False if the former holder removed the file between our opening and our locking it."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def release(self, *, remove: bool = False) -> None:
        """Let go; again is harmless.

        Args:
            remove: also take the lock's file away.
        """
        if self._file.closed:
            return
        if remove and sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        self._file.close()
        if remove and sys.platform == "win32":
            # Windows removes no open file: only after letting go, and not if somebody else was quicker.
            with contextlib.suppress(PermissionError):
                self._path.unlink(missing_ok=True)
