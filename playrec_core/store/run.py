"""Opens a finished run for reading, and verifies it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playrec_core.errors import DamagedRunError, RunError
from playrec_core.i18n import tr
from playrec_core.schema import Progress, no_progress

from .manifest import MANIFEST, FileRecord, Manifest, read_manifest
from .verified_files import VerifiedFiles

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
            if run_id is None:
                file = artifacts / "current"
                problem = tr("{file} names a run that does not exist: {run!r}.", file=file, run=name[:100])
            else:
                problem = tr(
                    "{folder}: a run was asked for that does not exist: {run!r}.", folder=artifacts, run=name[:100]
                )
            raise RunError(f"{problem} {_cure(artifacts)}")
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


def current_id(artifacts: Path) -> str:
    """The id that ``artifacts/current`` names, whether or not there is such a run; "" where it names none."""
    try:
        return _current(artifacts)
    except RunError:
        return ""


def _current(artifacts: Path) -> str:
    try:
        with (artifacts / "current").open("rb") as file:
            content = file.read(1000)
    except OSError:
        problem = tr("{folder} has no current run.", folder=artifacts)
        raise RunError(f"{problem} {_cure(artifacts)}") from None
    # A person may have written it with an editor: blanks and line ends around the id are no fault.
    return content.decode("utf-8", "replace").strip(" \t\r\n")


def _cure(artifacts: Path) -> str:
    known = list_runs(artifacts)
    if not known:
        return tr("Train one with `python train.py`.")
    return tr(
        "Train one with `python train.py`, or write the id of one of these into {file}: {runs}.",
        file=artifacts / "current",
        runs=", ".join(known[-3:]),
    )
