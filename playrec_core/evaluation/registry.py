"""Registry of metrics: those declared by the modules of `playrec_core.evaluation.metrics`."""

from functools import cache
from typing import Literal

from playrec_core.plugins import modules_in

from . import metrics as package
from .metrics import base
from .metrics.base import Metric


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
    for module in modules_in(package):
        if module is base:
            continue
        declared = getattr(module, "METRICS", None)
        if declared is None:
            raise TypeError(f"{module.__name__} declares no METRICS")
        for metric in declared:
            if metric.name in found:
                raise ValueError(f"{module.__name__} and another module both name a metric {metric.name!r}")
            found[metric.name] = metric
    return tuple(sorted(found.values(), key=lambda metric: metric.order))
