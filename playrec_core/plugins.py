"""Finds the one-file-each parts: a new model, reader or metric is a new file, and nothing else names it."""

import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules_in(package: ModuleType) -> list[ModuleType]:
    """Every module of a package, sub-packages included, in name order. Import errors are not swallowed."""
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
