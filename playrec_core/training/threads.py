"""Limits the threads of numerical libraries."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Limit every numerical library to a number of threads; None changes nothing."""
    if threads is None:
        yield
        return
    # The limit applies to libraries that are loaded, and each of these brings its own threads.
    for library in ("torch", "faiss", "sklearn", "implicit"):
        importlib.import_module(library)
    with threadpool_limits(threads):
        yield
