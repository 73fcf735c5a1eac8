"""Opens a finished run for reading, and verifies it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import DamagedRunError, RunError
from ..schema import Progress, no_progress
from .manifest import MANIFEST, FileRecord, Manifest, read_manifest
from .verified import VerifiedFiles

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


@dataclass(frozen=True)
class Run(VerifiedFiles):
    """A finished run, opened for reading. Safe to share between threads.

    Args:
        path: its folder.
        manifest: agrees with its own hash.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, artifacts: Path, run_id: str | None = None) -> "Run":
        """Open a run. Checked at once: the manifest, and that every file is there in its size; the rest by `file`.

        Args:
            artifacts: the folder that `RunWriter` wrote to.
            run_id: None for the current run.

        Raises:
            RunError: there is no such run, or another version of playrec wrote it.
            DamagedRunError: the manifest is damaged, or a file is missing or cut short.
        """
        name = _current(artifacts) if run_id is None else run_id
        path = artifacts / "runs" / name
        if not _RUN_ID.fullmatch(name) or not path.is_dir():
            where = f"{artifacts / 'current'} names a run" if run_id is None else f"{artifacts}: a run was asked for"
            raise RunError(f"{where} that does not exist: {name[:100]!r}. {_cure(artifacts)}")
        manifest = read_manifest(path)
        for relative, record in manifest.files.items():
            problem = record.problem(path / relative, content=False)
            if problem:
                raise DamagedRunError(path / relative, problem)
        return cls(path, manifest)

    @property
    def id(self) -> str:
        return self.manifest.run_id

    @property
    def records(self) -> Mapping[str, FileRecord]:
        return self.manifest.files

    def verify(self, progress: Progress = no_progress) -> list[str]:
        """Read every file of the run and compare its hash, whatever was verified before.

        Returns:
            One line a problem, beginning with the file's path; empty when the run is sound.
        """
        problems = []
        try:
            read_manifest(self.path)
        except RunError as error:
            problems.append(str(error))
        total = sum(record.size for record in self.manifest.files.values())
        read = 0
        for relative, record in self.manifest.files.items():
            problem = record.problem(self.path / relative)
            if problem:
                problems.append(f"{self.path / relative}: {problem}")
            read += record.size
            progress(read / total if total else 1.0)
        return problems


def list_runs(artifacts: Path) -> list[str]:
    """Ids of the finished runs, oldest first."""
    return sorted(path.parent.name for path in (artifacts / "runs").glob(f"*/{MANIFEST}"))


def _current(artifacts: Path) -> str:
    try:
        with (artifacts / "current").open("rb") as file:
            content = file.read(1000)
    except OSError:
        raise RunError(f"{artifacts} has no current run. {_cure(artifacts)}") from None
    # A person may have written it with an editor: blanks and line ends around the id are no fault.
    return content.decode("utf-8", "replace").strip(" \t\r\n")


def _cure(artifacts: Path) -> str:
    cure = "Train one with `python train.py`"
    known = list_runs(artifacts)
    if known:
        cure += f", or write the id of one of these into {artifacts / 'current'}: {', '.join(known[-3:])}"
    return cure + "."
