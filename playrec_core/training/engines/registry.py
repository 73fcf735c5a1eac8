"""Finds the engines and creates one from ``--engine NAME=WHERE``."""

from functools import cache

from playrec_core.config import suggestion
from playrec_core.errors import ConfigError
from playrec_core.models.base import Recommender, State
from playrec_core.plugins import classes_in
from playrec_core.training import engines

from .base import Engine, Job


@cache
def engines_by_name() -> dict[str, type[Engine]]:
    """Every engine class by its `name`."""
    return {cls.name: cls for cls in classes_in(engines, Engine)}  # type: ignore[type-abstract]


def engine_of(asked: str) -> type[Engine]:
    """The class of the engine in ``NAME`` or ``NAME=WHERE``.

    Raises:
        ConfigError: there is no such engine.
    """
    name = asked.partition("=")[0]
    if name not in engines_by_name():
        raise ConfigError(f"--engine {asked}: there is no engine {name!r}{suggestion(name, engines_by_name())}")
    return engines_by_name()[name]


def create(asked: str) -> Engine | None:
    """The engine in ``NAME`` or ``NAME=WHERE``; None for "", which means this process.

    Raises:
        ConfigError: there is no such engine, or it cannot start.
    """
    return engine_of(asked)(asked.partition("=")[2]) if asked else None


def fit(model: Recommender, job: Job, engine: Engine | None) -> State:
    """Fit a model by the engine if it can, else in this process, and return its state."""
    if engine is not None and engine.fits(model):
        return engine.fit(model, job)
    model.fit(job.dataset, rng=job.rng, device=job.device, progress=job.progress)
    return model.state()
