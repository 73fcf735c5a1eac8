"""The manifest of a run: how the run was made, its files, and their verification."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from playrec_core.bundle import train_command
from playrec_core.errors import DamagedRunError, RunError
from playrec_core.i18n import tr

from .files import save_json

FORMAT_VERSION = 2
MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"

# Every part begins with a letter, a digit or "_": no "..", hidden file, absolute path or drive letter.
_RELATIVE_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)+")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileRecord(_Record):
    """Size in bytes and SHA-256 (hex) of one file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileRecord":
        """Hash a file."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(size=file.tell(), sha256=digest)

    def problem(self, path: Path, *, content: bool = True) -> str | None:
        """Compare a file with this record and describe the difference; None if there is none.

        Args:
            path: the file.
            content: False compares only the size and does not read the file.
        """
        if not path.is_file():
            return tr("missing")
        size = path.stat().st_size
        if size != self.size:
            return tr("{size:,} bytes instead of the {written:,} that were written", size=size, written=self.size)
        if content and FileRecord.of(path) != self:
            return tr("changed since it was written (its SHA-256 differs from the manifest's)")
        return None


def checked_names(files: dict[str, FileRecord]) -> dict[str, FileRecord]:
    """Return the files; ValueError for a name that could lead out of the run's folder or is invalid on Windows."""
    for name in files:
        if not _RELATIVE_FILE.fullmatch(name):
            raise ValueError(
                f"file name {name!r}: ASCII letters, digits, '.', '_' and '-' only, not beginning with '.' or '-'"
            )
    return files


class StageRecord(_Record):
    """The files of one finished stage.

    Args:
        seconds: wall-clock time of the stage.
        files: by name relative to the run's folder, with "/" between folders.
    """

    seconds: float
    files: dict[str, FileRecord]

    _names = field_validator("files")(checked_names)

    @classmethod
    def verified(cls, path: Path, folder: Path) -> "StageRecord | None":
        """Read the record in a file and hash its files, named relative to ``folder``; None if one of them is missing,
        damaged or truncated.
        """
        try:
            record = cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None
        return None if any(file.problem(folder / name) for name, file in record.files.items()) else record


class DatasetRecord(_Record):
    """The data set of a run: `Dataset.name`, `Dataset.fingerprint`, and its sizes ("items": 5990)."""

    name: str
    fingerprint: str
    sizes: dict[str, int] = {}


class Manifest(_Record):
    """How a run was made, and its files.

    Args:
        format_version: version of the run format; other versions are rejected.
        run_id: the name of the run's folder.
        created: UTC, ISO 8601, in seconds.
        key: hash of everything that determines the content of the run, as passed to `RunWriter.open`.
        dataset: the data set.
        vocabulary_hash: of item and tag ids in order; a model state fits only the vocabulary it was trained with.
        config: every setting, as JSON values.
        seed: the random seed.
        versions: of Python and of each package that can change the result.
        timings: wall-clock seconds of each stage.
        files: every file except the manifest and its hash, by name relative to the run's folder.
        notes: remarks on the data and the training, as text.
        extra: other JSON values of the trainer.
    """

    format_version: int
    run_id: str
    created: str
    key: str
    dataset: DatasetRecord
    vocabulary_hash: str
    config: dict[str, Any]
    seed: int
    versions: dict[str, str]
    timings: dict[str, float]
    files: dict[str, FileRecord]
    notes: list[str] = []
    extra: dict[str, Any] = {}

    _names = field_validator("files")(checked_names)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and its hash into the folder of a run."""
    save_json(folder / MANIFEST, manifest.model_dump())
    (folder / MANIFEST_HASH).write_bytes(_hash_line((folder / MANIFEST).read_bytes()))


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest in the folder of a run.

    Raises:
        RunError: the run has another format version.
        DamagedRunError: the manifest or its hash is missing or changed, or names files outside the run.
    """
    path, hash_path = folder / MANIFEST, folder / MANIFEST_HASH
    for part in (path, hash_path):
        if not part.is_file():
            raise DamagedRunError(part, tr("missing"))
    content = path.read_bytes()
    if hash_path.read_bytes() != _hash_line(content):
        problem = tr("does not match {file}; one of the two files was changed or truncated", file=MANIFEST_HASH)
        raise DamagedRunError(path, problem)
    try:
        value = json.loads(content)
        if isinstance(value, dict) and value.get("format_version") != FORMAT_VERSION:
            raise RunError(
                tr(
                    "{file}: the run has format {found!r}, but this version of playrec reads format {wanted}. Train "
                    "again with `{train}`.",
                    train=train_command(),
                    file=path,
                    found=value.get("format_version"),
                    wanted=FORMAT_VERSION,
                )
            )
        manifest = Manifest.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = tr("not a manifest ({place}: {problem})", place=place, problem=first["msg"])
        raise DamagedRunError(path, problem) from error
    except ValueError as error:
        raise DamagedRunError(path, tr("not JSON ({problem})", problem=error)) from error
    if manifest.run_id != folder.name:
        raise DamagedRunError(path, tr("belongs to the run {run!r}, not to this folder", run=manifest.run_id))
    return manifest


def _hash_line(content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode()
