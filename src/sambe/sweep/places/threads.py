"""Threads of the BLAS and memory of the C library, held to what blocks that run side by side need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

__all__ = ["blas_threads", "reuse_memory"]


# Bytes of the block by which the C library is told to keep what is freed: just under the 32 MiB that glibc
# takes for its largest such bound (DEFAULT_MMAP_THRESHOLD_MAX); every block from there on goes back to the
# system.
LARGEST_REUSED = 31 * 2**20

_limiting = threading.Lock()

_limits: list[Any] = []  # the limit in force, and one entry more for each block that relies on it


@cache
def reuse_memory() -> None:
    """Have the C library keep freed work arrays for the next ones, in this process.

    glibc returns freed blocks above 128 kB to the system, and each new one costs a page fault for every
    4 kB: a quarter to a half of the time of a point with 20 levels. It raises that bound to the largest
    block that it has seen freed, so one untouched block is enough; elsewhere this does nothing.
    """
    np.empty(LARGEST_REUSED, dtype=np.uint8)


@contextmanager
def blas_threads(count: int = 1) -> Iterator[None]:
    """At most so many BLAS threads, in the whole process until the last of the threads inside leaves.

    Many small LAPACK calls on oversubscribed threads run 10 to 100 times slower. Some BLAS libraries have
    one number for the process, others one for each thread: both are set.
    """
    pools = _pools()
    with _limiting:
        _limits.append(None if _limits else pools.limit(limits=count, user_api="blas"))
    try:
        with pools.limit(limits=count, user_api="blas"):
            yield
    finally:
        with _limiting:
            if len(_limits) > 1:
                _limits.pop()
            else:
                _lift(_limits.pop())


@cache
def _pools() -> Any:
    """The BLAS libraries of this process; looking for them takes milliseconds."""
    import scipy.linalg  # noqa: F401  its BLAS must be loaded to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _lift(limit: Any) -> None:
    """Undo a limit from any thread, although threadpoolctl takes it from the thread that set it alone."""
    for library in _pools().lib_controllers:
        release = getattr(library, "clear_controlling_thread", None)  # from 3.8 on
        if release is not None:
            release(force=True)
    limit.restore_original_limits()
