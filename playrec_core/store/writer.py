"""Writes a run stage by stage into a temporary folder, and publishes it atomically."""

import contextlib
import importlib.metadata
import itertools
import platform
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .durable import ProcessLock, replace_file, sync_folder, sync_tree
from .manifest import FORMAT_VERSION, DatasetRecord, FileRecord, Manifest, StageRecord, write_manifest

# Packages whose version can change the content of a run.
RECORDED_PACKAGES = (
    "faiss-cpu", "implicit", "numpy", "pandas", "pyarrow", "safetensors", "scikit-learn", "scipy", "torch",
    "umap-learn", "xgboost-cpu",
)  # fmt: skip

_KEY = re.compile(r"[0-9a-f]{8,64}")
_STAGE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class RunWriter:
    """A run being written. It survives a kill at any moment, and is resumed by its key.

    ::

        with RunWriter.open(artifacts, key) as writer:
            if not writer.done("als"):
                with writer.stage("als") as folder:
                    save_arrays(folder / "state.safetensors", model.state())
            run_id = writer.finish(dataset=..., vocabulary_hash=..., config=..., seed=...)
    """

    def __init__(self, artifacts: Path, key: str, lock: ProcessLock):
        self._artifacts, self._key, self._lock = artifacts, key, lock
        self._folder = artifacts / "unfinished" / key
        self._files = self._folder / "files"
        self._records = self._folder / "finished"
        self._finished: dict[str, StageRecord] = {}

    @classmethod
    def open(cls, artifacts: Path, key: str) -> "RunWriter":
        """Start a run, or resume an interrupted one. Half-written stages are removed.

        A finished stage whose files have changed does not count as done. Unfinished runs of other keys are left as
        they are.

        Args:
            artifacts: created if it does not exist.
            key: 8 to 64 lower-case hex digits, a hash of everything that determines the content: data, config, seed,
                code.

        Raises:
            RunError: another process is writing a run of the same key.
        """
        if not _KEY.fullmatch(key):
            raise ValueError(f"key {key!r} is not 8 to 64 lower-case hex digits")
        unfinished = artifacts / "unfinished"
        unfinished.mkdir(parents=True, exist_ok=True)
        writer = cls(artifacts, key, ProcessLock(unfinished / f"{key}.lock"))
        try:
            writer._resume()
        except BaseException:
            writer.close()
            raise
        return writer

    def _resume(self) -> None:
        shutil.rmtree(self._folder / "partial", ignore_errors=True)
        for folder in (self._files, self._records):
            folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self._records.glob("*.json")):
            if record := StageRecord.verified(path, self._files):
                self._finished[path.stem] = record

    def done(self, stage: str) -> bool:
        """Whether a stage is finished, in this attempt or an interrupted earlier one."""
        return stage in self._finished

    def path(self, stage: str) -> Path:
        """The folder of a finished stage, for reading. KeyError if it is not finished."""
        if stage not in self._finished:
            raise KeyError(stage)
        return self._files / stage

    def checkpoint(self, stage: str) -> Path:
        """The path of a folder, not created yet, for checkpoints of an unfinished stage. It is never part of the run,
        and is removed when the run is finished.
        """
        return self._folder / "checkpoints" / stage

    @contextlib.contextmanager
    def stage(self, stage: str) -> Iterator[Path]:
        """An empty folder for the files of one stage, which is done when the block ends without an error.

        A stage that was done is replaced. File names have ASCII letters, digits, ".", "_" and "-"; folders may nest.

        Args:
            stage: lower-case ASCII letters, digits, "_" and "-"; the name of the stage's folder in the run.
        """
        if not _STAGE.fullmatch(stage):
            raise ValueError(f"stage {stage!r}: lower-case ASCII letters, digits, '_' and '-' only")
        partial = self._folder / "partial" / stage
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        started = time.perf_counter()
        try:
            yield partial
            seconds = round(time.perf_counter() - started, 3)
            files = {
                f"{stage}/{path.relative_to(partial).as_posix()}": FileRecord.of(path) for path in sync_tree(partial)
            }
            self._publish(stage, partial, StageRecord(seconds=seconds, files=files))
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _publish(self, stage: str, partial: Path, record: StageRecord) -> None:
        place, record_path = self._files / stage, self._records / f"{stage}.json"
        # The old record is removed before the old files, and the new record written after the new files, so that a
        # kill in between leaves a stage that is not done.
        self._finished.pop(stage, None)
        record_path.unlink(missing_ok=True)
        sync_folder(self._records)
        if place.exists():
            shutil.rmtree(place)
        partial.rename(place)
        sync_folder(self._files)
        replace_file(record_path, record.model_dump_json())
        self._finished[stage] = record

    def finish(
        self,
        *,
        dataset: DatasetRecord,
        vocabulary_hash: str,
        config: Mapping[str, Any],
        seed: int,
        notes: Sequence[str] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> str:
        """Write the manifest, publish the run, make it the current one and close the writer.

        The arguments are fields of `Manifest`.

        Returns:
            The run id: UTC time, the data set's name, the key's first 8 digits.
        """
        now = datetime.now(UTC)
        runs = self._artifacts / "runs"
        runs.mkdir(exist_ok=True)
        run_id = _free_name(runs, f"{now:%Y%m%dT%H%M%SZ}-{_slug(dataset.name)}-{self._key[:8]}")
        # Remove stages that were renamed before a kill but not recorded, and not written again since.
        for path in self._files.iterdir():
            if path.is_dir() and path.name not in self._finished:
                shutil.rmtree(path)
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            run_id=run_id,
            created=now.isoformat(timespec="seconds"),
            key=self._key,
            dataset=dataset,
            vocabulary_hash=vocabulary_hash,
            config=dict(config),
            seed=seed,
            versions=package_versions(),
            timings={stage: record.seconds for stage, record in self._finished.items()},
            files={name: file for record in self._finished.values() for name, file in record.files.items()},
            notes=list(notes),
            extra=dict(extra or {}),
        )
        write_manifest(self._files, manifest)
        sync_tree(self._files)
        self._files.rename(runs / run_id)
        sync_folder(runs)
        replace_file(self._artifacts / "current", run_id + "\n")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release(remove=True)
        return run_id

    def close(self) -> None:
        """Release the lock, so that another process can resume the run. Finished stages are kept."""
        self._lock.release()

    def __enter__(self) -> "RunWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def package_versions() -> dict[str, str]:
    """The versions of Python and of the installed packages of `RECORDED_PACKAGES`."""
    versions = {"python": platform.python_version()}
    for package in RECORDED_PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "data"


def _free_name(folder: Path, stem: str) -> str:
    """The stem, with a number if two runs of one key finish in the same second."""
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(name for name in names if not (folder / name).exists())
