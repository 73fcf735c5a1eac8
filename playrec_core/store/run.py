"""Finished runs: list, open for reading, verify."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playrec_core.bundle import train_command
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
        manifest: verified against its hash.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, artifacts: Path, run_id: str | None = None) -> "Run":
        """Open a run. Verifies the manifest and the size of every file; `file` verifies the content.

        Args:
            artifacts: the folder that `RunWriter` wrote to.
            run_id: None for the current run.

        Raises:
            RunError: there is no such run, or it has another format version.
            DamagedRunError: the manifest is damaged, or a file is missing or truncated.
        """
        name = _current(artifacts) if run_id is None else run_id
        path = artifacts / "runs" / name
        if not _RUN_ID.fullmatch(name) or not path.is_dir():
            if run_id is None:
                file = artifacts / "current"
                problem = tr("{file} names a run that does not exist: {run!r}.", file=file, run=name[:100])
            else:
                problem = tr("{folder}: the run {run!r} does not exist.", folder=artifacts, run=name[:100])
            raise RunError(f"{problem} {_hint(artifacts)}")
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
        """Hash every file of the run, including files that were verified before.

        Returns:
            One line per problem, beginning with the path of the file; empty if there is none.
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
    """The id in ``artifacts/current``, whether or not that run exists; "" if there is none."""
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
        raise RunError(f"{problem} {_hint(artifacts)}") from None
    # People may edit this file, so white space around the id is allowed.
    return content.decode("utf-8", "replace").strip(" \t\r\n")


def _hint(artifacts: Path) -> str:
    known = list_runs(artifacts)
    if not known:
        return tr("Train one with `{train}`.", train=train_command())
    return tr(
        "Train one with `{train}`, or write the id of one of these into {file}: {runs}.",
        train=train_command(),
        file=artifacts / "current",
        runs=", ".join(known[-3:]),
    )
