"""Training, interrupted and taken up again: the same bytes as without the interruption."""

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
"""Seconds of work that may be lost. A checkpoint after every short epoch wrote a gigabyte in a training of two minutes,
and the next file that had to be safe on disk waited seconds for it."""
_VALUE, _MEMORY, _BEST = "value/", "memory/", "best/"


@dataclass
class Progressed:
    """How far training has come: what a checkpoint holds beside the parameters."""

    epoch: int = 0
    step: int = 0
    best: float = -np.inf
    best_epoch: int = 0
    history: list[float] = field(default_factory=list)


class Trainer(Protocol):
    """What is saved: parameters with the state of their optimiser, the state of the generator, and how far it got."""

    key: str
    done: Progressed
    rng: np.random.Generator

    @property
    def parameters(self) -> Mapping[str, Parameter | Shard]: ...


def save(folder: Path, trainer: Trainer, best: dict[str, np.ndarray]) -> None:
    """Write everything the next epoch depends on, in one step: a kill leaves the old file or the new one."""
    arrays = {_VALUE + name: each.value.cpu().numpy() for name, each in trainer.parameters.items()}
    for name, each in trainer.parameters.items():
        arrays |= {f"{_MEMORY}{name}/{slot}": tensor.cpu().numpy() for slot, tensor in each.memory.items()}
    arrays |= {_BEST + name: array for name, array in best.items()}
    done = asdict(trainer.done) | {"best": trainer.done.best if best else None}
    metadata = {
        "key": trainer.key,
        "done": json.dumps(done),
        "rng": json.dumps(trainer.rng.bit_generator.state),
    }
    aside = folder / f".{FILE}.new"
    folder.mkdir(parents=True, exist_ok=True)
    save_arrays(aside, arrays, metadata)
    aside.replace(folder / FILE)


def load(folder: Path, trainer: Trainer) -> dict[str, np.ndarray]:
    """Put a trainer where the checkpoint stands, if there is one of the same settings and data.

    Returns:
        The best parameters so far; empty without a checkpoint, or when nothing was validated.
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
        for slot, tensor in each.memory.items():
            tensor.copy_(torch.from_numpy(arrays[f"{_MEMORY}{name}/{slot}"].copy()))
    done = json.loads(metadata["done"])
    trainer.done = Progressed(**done | {"best": -np.inf if done["best"] is None else done["best"]})
    trainer.rng.bit_generator.state = json.loads(metadata["rng"])
    return {name.removeprefix(_BEST): array.copy() for name, array in arrays.items() if name.startswith(_BEST)}


def content(*matrices: csr_array) -> list[np.ndarray]:
    """The arrays of sparse matrices, for `key`."""
    return [array for each in matrices for array in (each.indptr, each.indices, each.data)]


def key(config: Frozen, arrays: Sequence[np.ndarray], rng: np.random.Generator) -> str:
    """What must be equal for a checkpoint to be worth anything: settings, data, and the generator at the start."""
    digest = hashlib.sha256(json.dumps([config.model_dump(mode="json"), rng.bit_generator.state]).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
