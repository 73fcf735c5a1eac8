"""Registry of metrics: those declared by the modules of `playrec_core.evaluation.metrics`."""

import importlib
import pkgutil
from functools import cache
from typing import Literal

from playrec_core.evaluation.metrics.base import Metric

from . import metrics as package


def metrics(of: Literal["songs", "tags"] = "songs") -> dict[str, Metric]:
    """The default metrics by name, in the order of tables.

    Args:
        of: metrics of recommended songs or tags.
    """
    return {metric.name: metric for metric in _found() if metric.of == of}


@cache
def _found() -> tuple[Metric, ...]:
    """Every metric in a module's ``METRICS``.

    Raises:
        TypeError: a module of the package has no ``METRICS`` and would be silently ignored.
        ValueError: two metrics share a name.
    """
    found: dict[str, Metric] = {}
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if info.name.endswith(".base"):
            continue
        declared = getattr(importlib.import_module(info.name), "METRICS", None)
        if declared is None:
            raise TypeError(f"{info.name} declares no METRICS")
        for metric in declared:
            if metric.name in found:
                raise ValueError(f"{info.name} and another module both name a metric {metric.name!r}")
            found[metric.name] = metric
    return tuple(sorted(found.values(), key=lambda metric: metric.order))
