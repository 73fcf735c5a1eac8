"""Checkpoints: a resumed training gives the same bytes as an uninterrupted one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.store.files import open_arrays, read_metadata, save_arrays

from .optimisers import Parameter
from .shard import Shard

FILE = "checkpoint.safetensors"
SPACING = 10.0
"""Seconds between checkpoints, and so the work that may be lost. Checkpoints after every short epoch wrote a gigabyte
in a training of two minutes, and the next file to be flushed to disk waited seconds for it."""
_VALUE, _MEMORY, _BEST = "value/", "memory/", "best/"


@dataclass
class TrainingProgress:
    """The progress of a training: finished epochs and steps, the best metric and its epoch, all metrics by epoch."""

    epoch: int = 0
    step: int = 0
    best: float = -np.inf
    best_epoch: int = 0
    history: list[float] = field(default_factory=list)


class Trainer(Protocol):
    """What is saved: parameters with their optimiser state, the generator's state, and the progress."""

    key: str
    done: TrainingProgress
    rng: np.random.Generator

    @property
    def parameters(self) -> Mapping[str, Parameter | Shard]: ...


def save(folder: Path, trainer: Trainer, best: dict[str, np.ndarray]) -> None:
    """Write everything that the next epoch depends on, atomically: a kill leaves the old file or the new one."""
    arrays = {_VALUE + name: each.value.cpu().numpy() for name, each in trainer.parameters.items()}
    for name, each in trainer.parameters.items():
        arrays |= {f"{_MEMORY}{name}/{slot}": tensor.cpu().numpy() for slot, tensor in each.state.items()}
    arrays |= {_BEST + name: array for name, array in best.items()}
    done = asdict(trainer.done) | {"best": trainer.done.best if best else None}
    metadata = {
        "key": trainer.key,
        "done": json.dumps(done),
        "rng": json.dumps(trainer.rng.bit_generator.state),
    }
    temporary = folder / f".{FILE}.new"
    folder.mkdir(parents=True, exist_ok=True)
    save_arrays(temporary, arrays, metadata)
    temporary.replace(folder / FILE)


def load(folder: Path, trainer: Trainer) -> dict[str, np.ndarray]:
    """Restore a trainer from the checkpoint, if there is one of the same settings and data.

    Returns:
        The best parameters so far; empty without a checkpoint or without validation.
    """
    import torch

    if not (folder / FILE).is_file():
        return {}
    metadata = read_metadata(folder / FILE)
    if metadata.get("key") != trainer.key:
        return {}
    arrays = open_arrays(folder / FILE)
    for name, each in trainer.parameters.items():
        each.value.copy_(torch.from_numpy(arrays[_VALUE + name].copy()))
        for slot, tensor in each.state.items():
            tensor.copy_(torch.from_numpy(arrays[f"{_MEMORY}{name}/{slot}"].copy()))
    done = json.loads(metadata["done"])
    trainer.done = TrainingProgress(**done | {"best": -np.inf if done["best"] is None else done["best"]})
    trainer.rng.bit_generator.state = json.loads(metadata["rng"])
    return {name.removeprefix(_BEST): array.copy() for name, array in arrays.items() if name.startswith(_BEST)}


def csr_arrays(*matrices: csr_array) -> list[np.ndarray]:
    """The three arrays of each sparse matrix, for `key`."""
    return [array for each in matrices for array in (each.indptr, each.indices, each.data)]


def key(config: Frozen, arrays: Sequence[np.ndarray], rng: np.random.Generator) -> str:
    """SHA-256 of what a checkpoint is valid for: settings, data, and the generator's initial state."""
    digest = hashlib.sha256(json.dumps([config.model_dump(mode="json"), rng.bit_generator.state]).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
