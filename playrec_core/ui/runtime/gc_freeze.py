"""What is loaded, out of the garbage collector's sight."""

import gc
from functools import cache

from threadpoolctl import threadpool_limits


def settle() -> None:
    """Answers on one thread each, and what is loaded so far is garbage collected for the last time.

    Sessions are what runs side by side; a product with one seed's vector only waits for a second thread to come up.
    A collection walks over everything that is not frozen; with the libraries loaded that walk costs 119 to 243 ms
    each time (DESIGN, facts).
    """
    threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()


@cache
def settle_once() -> None:
    """`settle`, when the first page of a process is drawn."""
    settle()
