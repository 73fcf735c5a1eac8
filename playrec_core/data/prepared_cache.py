"""Data that was read and split before, kept so that the next run of the same data begins with its models (row R11).

The key is a hash of content: of every file in the data folder, of the reader and its options, of the split and its
seed, of the code that reads and splits, and of the libraries beneath. The files are hashed whole each time. Size and
time of a file would be quicker to compare, and wrong once somebody copies a mended file over with its old date; hashing
takes a few hundredths of what reading takes. Mel-spectrograms, 240 GB in Melon, are known by name and size, as
everywhere.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from playrec_core.config import DataConfig, Frozen
from playrec_core.store.content_cache import CachedFolder, write_cached
from playrec_core.store.files import save_json

from . import serialization
from .dataset import Dataset
from .held_out import HeldOut
from .io import mel

_FOLDER, _STAGE, _SOURCE = "prepared", "files", "source.json"


def key(folder: Path, data: DataConfig, split: Frozen, name: str, seed: int) -> str:
    """SHA-256 over all that decides what reading and splitting give.

    Args:
        folder: with the data's files; what lies in folders below is no reader's business.
        data, split, name, seed: of the configuration.
    """
    asked = [data.reader, data.options, split.model_dump(mode="json"), name, seed]
    versions = [platform.python_version(), np.__version__, pa.__version__]
    digest = hashlib.sha256(json.dumps([asked, versions], sort_keys=True).encode())
    package = Path(__file__).parents[1]
    code = sorted([*package.glob("data/**/*.py"), *package.glob("store/*.py"), *package.glob("*.py")])
    data_files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".tar")
    for path in [*code, *data_files]:
        with path.open("rb") as file:
            digest.update(path.name.encode("utf-8", "surrogateescape"))
            digest.update(hashlib.file_digest(file, "sha256").digest())
    digest.update(mel.identity(mel.find(folder)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def find(artifacts: Path, key: str, folder: Path) -> tuple[Dataset, HeldOut] | None:
    """What `save` kept, every byte verified; None where there is nothing, or something else than was written."""
    kept = CachedFolder.open(artifacts / _FOLDER / key[:16])
    if kept is None:
        return None
    source: Mapping[str, Any] = kept.json(f"{_STAGE}/{_SOURCE}")
    if source["key"] != key:
        return None
    dataset, held_out = serialization.load(kept, _STAGE, mapped=False)
    if source["audio"]:
        dataset = replace(dataset, audio=mel.find(folder))
    return dataset, held_out


def save(artifacts: Path, key: str, folder: Path, dataset: Dataset, held_out: HeldOut) -> None:
    """Keep both for the next time; a kill leaves either all of it or nothing."""

    def write(aside: Path) -> None:
        serialization.save(aside, dataset, held_out)
        save_json(aside / _SOURCE, {"key": key, "read_from": str(folder), "audio": bool(dataset.audio)})

    write_cached(artifacts / _FOLDER / key[:16], write)
