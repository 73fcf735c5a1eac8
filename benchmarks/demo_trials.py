"""Shared by the benchmarks that compare settings on the demo: the data, a fitted model, and its metrics."""

import zlib
from pathlib import Path

import numpy as np

from playrec_core.config import TrainConfig, load
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import Interval
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import no_progress
from playrec_core.training import pipeline

ROOT = Path(__file__).parents[1]
Variant = tuple[str, dict]
"""A table of ``configs/demo.toml``, and changes to it."""


def demo(what: str, artifacts: Path, again: int = 0) -> tuple[TrainConfig, Dataset, HeldOut]:
    """``configs/demo.toml``, a training part and held-out playlists: for "final" those of ``train.py``; for "trials" a
    second split of its training part by the same rule, so that settings can be chosen without the held-out playlists.
    ``again`` is the number of the second split.
    """
    config = load(ROOT / "configs" / "demo.toml")
    dataset, held_out = pipeline.load_data(config, pipeline.Options(artifacts))
    if what == "trials":
        dataset, held_out = split(config.split, dataset, artifacts, np.random.default_rng(config.seed + again))
    return config, dataset, held_out


def fitted(
    config: TrainConfig, dataset: Dataset, variant: Variant, members: dict[str, Recommender] | None = None
) -> Recommender:
    """Fit a model with changed settings, with the same random generator as in ``train.py``.

    Args:
        config, dataset: from `demo`.
        variant: the model and its changes.
        members: fitted models by name, for an ensemble.
    """
    name, changes = variant
    model = registry.create(name, config.models[name] | {"kind": name} | changes)
    model.attach({part: (members or {})[part] for part in model.parts()})
    rng = np.random.default_rng([config.seed, zlib.crc32(name.encode())])
    model.fit(dataset, rng=rng, device="cpu", progress=no_progress)
    return model


def figures(model: Recommender, ranker: Ranker, dataset: Dataset, held_out: HeldOut) -> dict[str, np.ndarray]:
    """Every metric of every held-out playlist."""
    answers = protocol.answer(model, ranker, held_out, batch=128, progress=no_progress)
    return protocol.measure(answers, held_out, dataset.interactions)


def written(interval: Interval) -> str:
    """Mean and ends of the interval."""
    return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"
