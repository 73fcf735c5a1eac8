"""Options of a training: what `train.py` takes from the command line."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Options that are not part of the configuration.

    Args:
        artifacts: the folder of runs and caches.
        data: the folder to read; None for the synthetic data of the configuration.
        models: names of configured models; empty for all.
        seed: replaces the configuration's.
        threads: threads of every numerical library; None leaves them as they are.
        device: "cpu" or "cuda".
        engine: where models are fitted, as `playrec_core.training.engines.registry.create` takes it; "" for this
            process.
    """

    artifacts: Path
    data: Path | None = None
    models: tuple[str, ...] = ()
    seed: int | None = None
    threads: int | None = None
    device: str = "cpu"
    engine: str = ""
