"""What the benchmarks share that compare settings on the demo: the questions, a fitted model, and its figures."""

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
"""A table of ``configs/demo.toml``, and what is changed in it."""


def demo(what: str, artifacts: Path, again: int = 0) -> tuple[TrainConfig, Dataset, HeldOut]:
    """``configs/demo.toml``, a training part and questions: of "final" those of ``train.py``; of "trials" those of its
    training part split once more by the same rule, so that settings can be chosen without seeing the held-out answers.
    ``again`` numbers the splits.
    """
    config = load(ROOT / "configs" / "demo.toml")
    dataset, held_out = pipeline.load_data(config, pipeline.Options(artifacts))
    if what == "trials":
        dataset, held_out = split(config.split, dataset, artifacts, np.random.default_rng(config.seed + again))
    return config, dataset, held_out


def fitted(
    config: TrainConfig, dataset: Dataset, variant: Variant, members: dict[str, Recommender] | None = None
) -> Recommender:
    """A model with its table's settings, changed; with the generator that ``train.py`` gives it.

    Args:
        config, dataset: from `demo`.
        variant: which model.
        members: fitted models by name, for one that is made of others.
    """
    name, changes = variant
    model = registry.create(name, config.models[name] | {"kind": name} | changes)
    model.attach({part: (members or {})[part] for part in model.parts()})
    rng = np.random.default_rng([config.seed, zlib.crc32(name.encode())])
    model.fit(dataset, rng=rng, device="cpu", progress=no_progress)
    return model


def figures(model: Recommender, ranker: Ranker, dataset: Dataset, held_out: HeldOut) -> dict[str, np.ndarray]:
    """Every metric of every question."""
    answers = protocol.answer(model, ranker, held_out, batch=128, progress=no_progress)
    return protocol.measure(answers, held_out, dataset.interactions)


def written(interval: Interval) -> str:
    """Mean and ends."""
    return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"
