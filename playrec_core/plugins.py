"""Discovery of models, readers and metrics: each is one file in a package, and adding the file registers it."""

import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules_in(package: ModuleType) -> list[ModuleType]:
    """Import and return every module of a package and its sub-packages, in name order. Import errors are raised."""
    found = sorted(info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."))
    return [importlib.import_module(name) for name in found]


def classes_in(package: ModuleType, base: type[T]) -> list[type[T]]:
    """Concrete subclasses of ``base`` that modules of ``package`` define, in the order of module and line."""
    return [
        value
        for module in modules_in(package)
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, base)
        and value is not base
        and not inspect.isabstract(value)
        and value.__module__ == module.__name__
    ]
