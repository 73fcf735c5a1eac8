"""What a model of a run reads and recommends, and the members of an ensemble; no model is opened to find out."""

from playrec_core.models import registry
from playrec_core.models.base import Signal
from playrec_core.serving.loaded_run import LoadedRun


def members(run: LoadedRun, name: str) -> tuple[str, ...]:
    """Names of the members of an ensemble, in its order; empty for other models."""
    return registry.create(name, run.config.models[name]).parts()


def reads(run: LoadedRun, name: str) -> frozenset[Signal]:
    """What the scores depend on, by the model itself or by one of its members."""
    own = registry.kind_of(name, run.config.models[name]).reads
    return own.union(*(reads(run, member) for member in members(run, name)))


def recommends(run: LoadedRun, name: str) -> frozenset[Signal]:
    """What the model scores. An ensemble scores tags if it may and one of its members does."""
    own = registry.kind_of(name, run.config.models[name]).answers
    parts = members(run, name)
    if parts and "tags" in own and not any("tags" in recommends(run, member) for member in parts):
        return own - {"tags"}
    return own
