"""Shared by the benchmarks that compare settings: the data, fitted models, and their metrics."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.script import ROOT
from playrec_core.config import TrainConfig, load
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.readers import base
from playrec_core.data.split import split
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import Interval
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import no_progress
from playrec_core.training import pipeline
from playrec_core.training.fit import model_rng

Variant = tuple[str, dict]
"""A model of a configuration, and changes to its table."""


def read(config: TrainConfig, folder: Path) -> Dataset:
    """The data set of a configuration, from the folder of its files."""
    return base.create(config.data.reader, config.data.options).read(folder, progress=no_progress)


def read_split(config: TrainConfig, folder: Path) -> tuple[Dataset, HeldOut]:
    """Its training part and held-out playlists."""
    return split(config.split, read(config, folder), folder, np.random.default_rng(0))


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


def fit(model: Recommender, dataset: Dataset, rng: np.random.Generator, device: str = "cpu") -> Recommender:
    """Fit a model without showing progress."""
    model.fit(dataset, rng=rng, device=device, progress=no_progress)
    return model


def fitted(
    config: TrainConfig,
    dataset: Dataset,
    variant: Variant,
    members: Mapping[str, Recommender] | None = None,
    device: str = "cpu",
) -> Recommender:
    """Fit a model with changed settings (an ensemble of fitted members), with the random generator of ``train.py``."""
    name, changes = variant
    model = registry.create(name, config.models[name] | changes)
    model.attach({part: (members or {})[part] for part in model.parts()})
    return fit(model, dataset, model_rng(config.seed, name), device)


def figures(
    model: Recommender, ranker: Ranker, dataset: Dataset, held_out: HeldOut, batch: int = 128
) -> dict[str, np.ndarray]:
    """Every metric of every held-out playlist."""
    answers = protocol.answer(model, ranker, held_out, batch=batch, progress=no_progress)
    return protocol.measure(answers, held_out, dataset.interactions)


def written(interval: Interval, *, signed: bool = False) -> str:
    """Mean and ends of the interval, of a difference with its sign."""
    return f"{interval.mean:{'+' if signed else ''}.4f} [{interval.low:.4f}, {interval.high:.4f}]"
