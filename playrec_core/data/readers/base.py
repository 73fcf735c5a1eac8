"""The interface of readers, and their lookup by name."""

from abc import ABC, abstractmethod
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from playrec_core.config import Frozen, parse
from playrec_core.data import readers as readers_package
from playrec_core.data.dataset import Dataset
from playrec_core.errors import ConfigError
from playrec_core.plugins import classes_in
from playrec_core.schema import Progress


class Reader(ABC):
    """Reads one data format from a folder. Each subclass is one file in ``playrec_core/data/readers``."""

    name: ClassVar[str]
    """Its name in configuration files and on the command line."""
    files: ClassVar[str]
    """The files it expects, as text for messages."""
    Options: ClassVar[type[Frozen]] = Frozen
    """Its options; none by default."""

    def __init__(self, options: Frozen):
        self.options = options

    @abstractmethod
    def read(self, folder: Path, *, progress: Progress) -> Dataset:
        """Read the whole data set of a folder.

        Raises:
            DataError: a file is missing or damaged; names file, record and what was expected.
        """


@cache
def readers() -> dict[str, type[Reader]]:
    """Every reader class by name."""
    return dict(sorted((cls.name, cls) for cls in classes_in(readers_package, Reader)))  # type: ignore[type-abstract]


def create(name: str, options: dict[str, Any]) -> Reader:
    """Create a reader by name.

    Raises:
        ConfigError: there is no such reader, or an option is unknown or invalid.
    """
    if name not in readers():
        raise ConfigError(f"there is no reader {name!r}; there are {', '.join(readers())}")
    cls = readers()[name]
    return cls(parse(cls.Options, options, f"data.options ({name})"))
