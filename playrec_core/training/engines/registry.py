"""Finds the engines, and makes one from ``--engine NAME=WHERE``."""

from functools import cache

from playrec_core.errors import ConfigError
from playrec_core.models.base import Recommender, State
from playrec_core.plugins import classes_in
from playrec_core.training import engines

from .base import Engine, Job


@cache
def engines_by_name() -> dict[str, type[Engine]]:
    """Every engine class by its `name`."""
    return {cls.name: cls for cls in classes_in(engines, Engine)}  # type: ignore[type-abstract]


def create(asked: str) -> Engine | None:
    """The engine that is asked for; None for "", which means here.

    Args:
        asked: ``NAME`` or ``NAME=WHERE``.

    Raises:
        ConfigError: there is no such engine, or it cannot start.
    """
    if not asked:
        return None
    name, _, where = asked.partition("=")
    if name not in engines_by_name():
        raise ConfigError(f"--engine {asked}: there is no engine {name!r}; there are {', '.join(engines_by_name())}")
    return engines_by_name()[name](where)


def fit(model: Recommender, job: Job, engine: Engine | None) -> State:
    """The state of a model, fitted by the engine where it can, else here."""
    if engine is not None and engine.fits(model):
        return engine.fit(model, job)
    model.fit(job.dataset, rng=job.rng, device=job.device, progress=job.progress)
    return model.state()
