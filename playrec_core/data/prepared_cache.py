"""Reading and splitting of data, and a cache of the result for the next run of the same data.

The cache key is a hash of content: every file in the data folder, the reader and its options, the split and its seed,
the code that reads and splits, and the libraries it uses. The files are hashed in full each time. Comparing size and
modification time would be faster, but wrong when a corrected file is copied over with its old date; hashing takes a few
hundredths of the time of reading. Mel-spectrograms, 240 GB in Melon, are identified by name and size.
"""

import hashlib
import json
import platform
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from playrec_core.config import TrainConfig
from playrec_core.schema import Progress
from playrec_core.store.code_version import code_version
from playrec_core.store.content_cache import CachedFolder, write_cached
from playrec_core.store.files import save_json

from . import serialization
from .dataset import Dataset
from .held_out import HeldOut
from .io import mel
from .split import split

_FOLDER, _STAGE, _SOURCE = "prepared", "files", "source.json"


class Source(Protocol):
    """A reader: see `playrec_core.data.readers.base.Reader`."""

    def read(self, folder: Path, *, progress: Progress) -> Dataset: ...


def read_and_split(source: Source, config: TrainConfig, folder: Path, progress: Progress) -> tuple[Dataset, HeldOut]:
    """Training part and held-out playlists of a folder; the same configuration gives the same result.

    Raises:
        DataError: a file is missing or damaged, or the data is too small to split.
    """
    dataset = replace(source.read(folder, progress=progress), name=config.name)
    return split(config.split, dataset, folder, np.random.default_rng([config.seed, zlib.crc32(b"split")]))


def key(folder: Path, config: TrainConfig, source: Source) -> str:
    """SHA-256 over everything that the result of `read_and_split` depends on.

    Args:
        folder: contains the data files; its subfolders are not read.
        config: data, split, name and seed count.
        source: the reader that the configuration names.
    """
    asked = [config.data.reader, config.data.options, config.split.model_dump(mode="json"), config.name, config.seed]
    versions = [platform.python_version(), np.__version__, pa.__version__]
    code = code_version([type(source).__module__, __name__])
    digest = hashlib.sha256(json.dumps([asked, versions, code], sort_keys=True).encode())
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".tar"):
        with path.open("rb") as file:
            digest.update(path.name.encode("utf-8", "surrogateescape"))
            digest.update(hashlib.file_digest(file, "sha256").digest())
    digest.update(mel.identity(mel.find(folder)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def find(artifacts: Path, key: str, folder: Path) -> tuple[Dataset, HeldOut] | None:
    """Open what `save` wrote, with every byte verified; None where it is missing or damaged."""
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
    """Store both for the next run; if the process is killed, either all of it is there or nothing."""

    def write(aside: Path) -> None:
        serialization.save(aside, dataset, held_out)
        save_json(aside / _SOURCE, {"key": key, "read_from": str(folder), "audio": bool(dataset.audio)})

    write_cached(artifacts / _FOLDER / key[:16], write)
