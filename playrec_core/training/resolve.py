"""Checks a configuration and the options before any work, and makes the unfitted models.

Some checks are not in `playrec_core.config`, because the configurations of earlier runs must still open.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

from playrec_core.config import TrainConfig, suggestion
from playrec_core.data.dataset import Dataset
from playrec_core.errors import ConfigError
from playrec_core.evaluation.protocol import SCORE
from playrec_core.evaluation.registry import metrics
from playrec_core.models import registry
from playrec_core.models.base import Recommender

from .engines import registry as engines
from .engines.base import Engine
from .options import Options
from .prepare import data_source

_NAME = re.compile(r"[a-z0-9_-]{1,56}")
"""Names of models are parts of stage names (`playrec_core.store.writer`)."""


@dataclass(frozen=True)
class Plan:
    """What to train.

    Args:
        config: with the seed of the options.
        models: unfitted, by name, each after its members.
        engine: None for this process.
        left_out: a sentence about each model that the data set has not enough for.
    """

    config: TrainConfig
    models: dict[str, Recommender]
    engine: Engine | None
    left_out: tuple[str, ...] = ()

    def for_data(self, dataset: Dataset) -> Self:
        """The same without the models that the data set has not enough for.

        Raises:
            ConfigError: none is left.
        """
        lacking = {name: words for name, model in self.models.items() if (words := model.missing(dataset))}
        if len(lacking) == len(self.models):
            raise ConfigError("; ".join(f"{name} cannot be fitted: {words}" for name, words in lacking.items()))
        models = {name: model for name, model in self.models.items() if name not in lacking}
        tables = {name: table for name, table in self.config.models.items() if name in models}
        shown = tuple(name for name in self.config.shown if name in tables)
        return replace(
            self,
            config=self.config.model_copy(update={"models": tables, "shown": shown}),
            models=models,
            left_out=tuple(f"{self.models[name].title} is left out: {words}." for name, words in lacking.items()),
        )


def resolve(config: TrainConfig, options: Options) -> Plan:
    """Check everything that can be checked without the data.

    Raises:
        ConfigError: an unknown name, an invalid value, or an engine that cannot start.
        DataError: there is no such data folder.
    """
    config = with_options(config, options)
    _check_names(config, options)
    if config.ranking.title_ngrams[0] > config.ranking.title_ngrams[1]:
        raise ConfigError(f"ranking.title_ngrams: {list(config.ranking.title_ngrams)} is not [shortest, longest]")
    if config.map.min_dist > 1:
        raise ConfigError(f"map.min_dist: {config.map.min_dist} is more than 1, the spread of UMAP's points")
    models = registry.create_all(config.models, options.models)
    data_source(config, options)
    return Plan(config, models, engines.create(options.engine))


def with_options(config: TrainConfig, options: Options) -> TrainConfig:
    """The configuration with the seed of the options, which are checked.

    Raises:
        ConfigError: an invalid seed, number of threads or device.
    """
    seed = config.seed if options.seed is None else options.seed
    if not 0 <= seed < 2**32:
        raise ConfigError(f"{'seed' if options.seed is None else '--seed'}: {seed} is not between 0 and 2**32 - 1")
    if options.threads is not None and options.threads < 1:
        raise ConfigError(f"--threads: {options.threads} is not 1 or more")
    if options.device == "cuda" and not options.engine:
        import torch

        if not torch.cuda.is_available():
            raise ConfigError("--device cuda: PyTorch finds no CUDA device here")
    return config.model_copy(update={"seed": seed})


def _check_names(config: TrainConfig, options: Options) -> None:
    """Refuse names of models and metrics that do not exist. Outside ``[models]``, a model that this configuration does
    not train may be named, such as the model of a cluster map.
    """
    for name in config.models:
        if not _NAME.fullmatch(name):
            raise ConfigError(f"models.{name}: a name has 1 to 56 of the characters a to z, 0 to 9, hyphen, underscore")
    known, measured = {**config.models, **registry.kinds()}, {SCORE, *metrics("songs"), *metrics("tags")}
    named = [("--models", name, config.models) for name in options.models]
    named.append(("map.model", config.map.model, known))
    if config.map.cluster_map is not None:
        named.append(("map.cluster_map.model", config.map.cluster_map.model, known))
    for place, one in enumerate(config.comparisons):
        named += [(f"comparisons.{place}.models", name, known) for name in one.models]
        named += [(f"comparisons.{place}.metrics", name, sorted(measured)) for name in one.metrics]
    for where, name, valid in named:
        if name not in valid:
            kind = "metric" if where.endswith("metrics") else "model"
            raise ConfigError(f"{where}: {config.name} has no {kind} {name!r}{suggestion(name, valid)}")
