"""Search space of a sweep, from a TOML file: for each setting of a model, a range or a list of choices.

::

    metric = "recall@10"                 # to optimise; the contest's score by default

    [split]                              # of the training part; the run's split by default
    kind = "kakao"
    share = 0.1

    [models.als]
    factors = { low = 16, high = 256, log = true }
    regularization = { low = 0.01, high = 100.0, log = true }
    alpha = [1.0, 10.0, 40.0]
    "features.tags" = { low = 0, high = 200, step = 50 }       # a nested setting
"""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from playrec_core.config import Frozen, KakaoSplit, LeaveOutSplit, read_toml

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Settings = dict[str, Any]
"""Values by setting; a dot separates nested settings."""


class Range(Frozen):
    """Numbers from ``low`` to ``high``, inclusive; integers if all bounds are.

    Args:
        low, high: the bounds.
        log: whether to sample on a log scale.
        step: restricts to low, low + step, ...
    """

    low: int | float
    high: int | float
    log: bool = False
    step: int | float | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        if self.log and (self.low <= 0 or self.step is not None):
            raise ValueError("a log range starts above 0 and has no step")
        if self.step is not None and self.step <= 0:
            raise ValueError("step must be above 0")
        return self

    @property
    def whole(self) -> bool:
        """Whether its numbers are integers."""
        return all(isinstance(end, int) for end in (self.low, self.high, self.step or 1))

    def contains(self, value: Any) -> bool:
        """Whether a value is in the range."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        on_step = self.step is None or abs((value - self.low) / self.step % 1) < 1e-9
        return self.low <= value <= self.high and on_step


class SweepConfig(Frozen):
    """A sweep file: a table of ranges per model, metric and split."""

    metric: str | None = None
    split: Annotated[KakaoSplit | LeaveOutSplit, Field(discriminator="kind")] | None = None
    models: dict[str, dict[str, Range | Annotated[list[Any], Field(min_length=2)]]]


def load(path: Path) -> SweepConfig:
    """Read and check a sweep file.

    Raises:
        ConfigError: the file is missing, is not TOML, or has an unknown key or an invalid range.
    """
    return read_toml(SweepConfig, path, "no such sweep file; name one with --ranges FILE")


def changed(table: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """``[models.NAME]`` with some settings replaced."""
    made = copy.deepcopy(dict(table))
    for path, value in settings.items():
        *outer, last = path.split(".")
        place = made
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value
    return made


def current(table: Mapping[str, Any], space: Mapping[str, Range | list[Any]]) -> Settings | None:
    """The configured values of the searched settings; None if one is outside the space."""
    found: Settings = {}
    for path, allowed in space.items():
        value: Any = table
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if not (allowed.contains(value) if isinstance(allowed, Range) else value in allowed):
            return None
        found[path] = value
    return found


def distributions(space: Mapping[str, Range | list[Any]]) -> dict[str, "BaseDistribution"]:
    """The space as Optuna distributions; choices are encoded as JSON, since Optuna allows only scalars."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    made: dict[str, BaseDistribution] = {}
    for path, allowed in space.items():
        if isinstance(allowed, list):
            made[path] = CategoricalDistribution([json.dumps(choice) for choice in allowed])
        elif allowed.whole:
            made[path] = IntDistribution(int(allowed.low), int(allowed.high), allowed.log, int(allowed.step or 1))
        else:
            made[path] = FloatDistribution(allowed.low, allowed.high, allowed.log, allowed.step)
    return made


def as_optuna(settings: Settings, space: Mapping[str, Range | list[Any]]) -> dict[str, Any]:
    """Settings as values of `distributions`."""
    return {path: json.dumps(value) if isinstance(space[path], list) else value for path, value in settings.items()}


def from_optuna(values: Mapping[str, Any], space: Mapping[str, Range | list[Any]]) -> Settings:
    """The inverse of `as_optuna`."""
    return {path: json.loads(value) if isinstance(space[path], list) else value for path, value in values.items()}


def as_toml(name: str, table: Mapping[str, Any]) -> str:
    """``[models.NAME]`` for a configuration."""
    return "\n".join([f"[models.{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in table.items())])


def _key(key: str) -> str:
    bare = key.replace("_", "").replace("-", "")
    return key if bare.isascii() and bare.isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    # Numbers, booleans and strings are the same in JSON and TOML.
    return json.dumps(value)
