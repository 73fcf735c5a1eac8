"""Registry of the model classes; creates models from the tables of a configuration file."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from playrec_core import models
from playrec_core.config import parse
from playrec_core.errors import ConfigError
from playrec_core.i18n import tr
from playrec_core.plugins import classes_in

from .base import Recommender


@cache
def kinds() -> dict[str, type[Recommender]]:
    """All model classes by `kind`, sorted by kind."""
    found: dict[str, type[Recommender]] = {}
    for cls in classes_in(models, Recommender):  # type: ignore[type-abstract]
        if cls.kind in found:
            raise TypeError(f"{cls.__module__} and {found[cls.kind].__module__} have the same kind {cls.kind!r}")
        found[cls.kind] = cls
    return dict(sorted(found.items()))


def kind_of(name: str, table: Mapping[str, Any]) -> type[Recommender]:
    """The model class of ``[models.NAME]``, given by its ``kind`` or else by its name."""
    kind = table.get("kind", name)
    if kind not in kinds():
        raise ConfigError(f"models.{name}: unknown model kind {kind!r}; available: {', '.join(kinds())}")
    return kinds()[kind]


def title_of(name: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """A model's display name; models of the same kind are distinguished by their names in the configuration."""
    kind = kind_of(name, tables[name])
    same = [other for other, table in tables.items() if kind_of(other, table) is kind]
    return tr(kind.title) if len(same) == 1 else f"{tr(kind.title)} ({name})"


def create(name: str, table: Mapping[str, Any]) -> Recommender:
    """An unfitted model from ``[models.NAME]``.

    Raises:
        ConfigError: unknown kind, unknown key or invalid value.
    """
    cls = kind_of(name, table)
    values = {key: value for key, value in table.items() if key != "kind"}
    return cls(parse(cls.Config, values, f"models.{name}"))


def create_all(tables: Mapping[str, Mapping[str, Any]], chosen: Collection[str] = ()) -> dict[str, Recommender]:
    """Unfitted models, each after its members, which are attached to it.

    Args:
        tables: ``[models]`` of a configuration.
        chosen: names to create, with their members; empty for all.

    Raises:
        ConfigError: as in `create`; or a member is not configured, or a model is its own member.
    """
    made: dict[str, Recommender] = {}

    def make(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ConfigError(f"models.{name} is its own member: {' > '.join((*path, name))}")
        if name not in tables:
            raise ConfigError(f"models.{path[-1]} has the member {name!r}, which is not configured")
        if name in made:
            return
        model = create(name, tables[name])
        for part in model.parts():
            make(part, (*path, name))
        model.attach({part: made[part] for part in model.parts()})
        made[name] = model

    for name in chosen or tables:
        make(name, ())
    return made
