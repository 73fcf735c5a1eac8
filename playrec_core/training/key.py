"""The key under which an interrupted training is found again."""

import hashlib
import json

from playrec_core.config import TrainConfig
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.readers import base
from playrec_core.evaluation import metrics
from playrec_core.models import registry
from playrec_core.plugins import modules_in
from playrec_core.store.code_version import code_version
from playrec_core.store.writer import package_versions

from .engines import registry as engines


def content_key(
    config: TrainConfig, dataset: Dataset, held_out: HeldOut, device: str, engine: str = "", *, program: str
) -> str:
    """SHA-256 over everything that the content of a run depends on.

    Args:
        config: with the models that are trained.
        dataset, held_out: the data.
        device, engine: as in `playrec_core.training.options.Options`.
        program: name of the module that does the work.
    """
    digest = hashlib.sha256(json.dumps(config.model_dump(mode="json"), sort_keys=True).encode())
    digest.update(dataset.fingerprint.encode())
    digest.update(json.dumps(held_out.table.to_pylist(), sort_keys=True).encode())
    code = code_version([program, *_plugins(config, engine)])
    digest.update(json.dumps([package_versions(), device, engine, code], sort_keys=True).encode())
    return digest.hexdigest()


def _plugins(config: TrainConfig, engine: str) -> list[str]:
    """Modules that the program finds by name: the reader, the models, every metric, and the engine."""
    found = [base.readers()[config.data.reader].__module__, *(module.__name__ for module in modules_in(metrics))]
    found += [registry.kind_of(name, table).__module__ for name, table in config.models.items()]
    if engine:
        kind = engines.engine_of(engine)
        found += [kind.__module__, *kind.workers]
    return found
