"""Finds the models, and makes one from a table of a configuration file."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from .. import models
from ..config import parse
from ..discovery import classes_in
from ..errors import ConfigError
from .base import Recommender


@cache
def kinds() -> dict[str, type[Recommender]]:
    """Every model class by its `kind`, in name order of kind."""
    found: dict[str, type[Recommender]] = {}
    for cls in classes_in(models, Recommender):  # type: ignore[type-abstract]
        if cls.kind in found:
            raise TypeError(f"{cls.__module__} and {found[cls.kind].__module__} both call themselves {cls.kind!r}")
        found[cls.kind] = cls
    return dict(sorted(found.items()))


def kind_of(name: str, table: Mapping[str, Any]) -> type[Recommender]:
    """The model class that ``[models.NAME]`` asks for: its ``kind``, or else its name."""
    kind = table.get("kind", name)
    if kind not in kinds():
        raise ConfigError(f"models.{name}: there is no model {kind!r}; there are {', '.join(kinds())}")
    return kinds()[kind]


def create(name: str, table: Mapping[str, Any]) -> Recommender:
    """An unfitted model from ``[models.NAME]``.

    Raises:
        ConfigError: an unknown model, an unknown key, or an impossible value.
    """
    cls = kind_of(name, table)
    values = {key: value for key, value in table.items() if key != "kind"}
    return cls(parse(cls.Config, values, f"models.{name}"))
