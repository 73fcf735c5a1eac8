"""Training part and held-out playlists: from the data folder, the synthetic data, or the cache of an earlier run."""

import hashlib
import json
from dataclasses import fields
from pathlib import Path

from playrec_core.config import TrainConfig, suggestion
from playrec_core.data import prepared_cache
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.readers import base
from playrec_core.data.synthetic import generate
from playrec_core.errors import ConfigError, DataError

from .options import Options
from .progress import ProgressBar


def load_data(config: TrainConfig, options: Options) -> tuple[Dataset, HeldOut]:
    """Read and split the data, or open the result of an earlier run on the same data.

    Raises:
        ConfigError: as `data_source`.
        DataError: a file is missing or damaged, or the data is too small to split.
    """
    reader, demo = data_source(config, options)
    folder = options.data or _demo_folder(config, demo, options.artifacts)
    bar = ProgressBar("read")
    key = prepared_cache.key(folder, config, reader)
    found = prepared_cache.find(options.artifacts, key, folder)
    if found is not None:
        bar.done(f"{folder} (prepared before)")
        return found
    parts = prepared_cache.read_and_split(reader, config, folder, bar)
    bar.done(str(folder))
    prepared_cache.save(options.artifacts, key, folder, *parts)
    return parts


def data_source(config: TrainConfig, options: Options) -> tuple[base.Reader, generate.DemoOptions | None]:
    """The reader, and ``[data.demo]`` if the configuration has it. Nothing is read yet.

    Raises:
        ConfigError: an unknown reader or option, or neither a folder nor ``[data.demo]``.
        DataError: there is no such folder.
    """
    if config.data.reader not in base.readers():
        raise ConfigError(
            f"data.reader: there is no reader {config.data.reader!r}{suggestion(config.data.reader, base.readers())}"
        )
    reader = base.create(config.data.reader, config.data.options)
    demo = None
    if config.data.demo is not None:
        known = [field.name for field in fields(generate.DemoOptions)]
        unknown = [
            f"data.demo.{key}: unknown key{suggestion(key, known)}" for key in config.data.demo if key not in known
        ]
        if unknown:
            raise ConfigError("\n".join(unknown))
        try:
            demo = generate.DemoOptions(**config.data.demo)
        except ConfigError as error:
            raise ConfigError(f"data.demo: {error}") from None
    if options.data is None and demo is None:
        raise ConfigError(f"the configuration {config.name} needs --data DIR, the folder with its files")
    if options.data is not None and not options.data.is_dir():
        raise DataError(options.data, "", f"there is no such folder; put {reader.files} there")
    return reader, demo


def _demo_folder(config: TrainConfig, demo: generate.DemoOptions | None, artifacts: Path) -> Path:
    """The synthetic data in Melon's format, generated if it is not there yet."""
    assert demo is not None
    asked = json.dumps([config.data.demo, config.seed], sort_keys=True)
    folder = artifacts / "demo-data" / hashlib.sha256(asked.encode()).hexdigest()[:12]
    if not folder.is_dir():
        bar = ProgressBar("generate the demo data")
        generate.generate(folder, demo, seed=config.seed, progress=bar)
        bar.done(str(folder))
    return folder
