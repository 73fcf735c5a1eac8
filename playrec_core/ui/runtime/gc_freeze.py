"""Freeze loaded objects (`gc.freeze`), so that garbage collections skip them."""

import gc
from functools import cache

from threadpoolctl import threadpool_limits


def settle() -> None:
    """Limit BLAS to one thread, collect garbage once, and freeze what is loaded.

    Sessions run in parallel; a product with one seed's vector would only wait for a second thread. A collection walks
    over everything that is not frozen: 119 to 243 ms each time with the libraries loaded.
    """
    threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()


settle_once = cache(settle)
"""`settle`, for the first page of a process."""
