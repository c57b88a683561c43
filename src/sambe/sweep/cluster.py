"""Where the blocks of a run go: an existing `dask.distributed` scheduler, or worker processes of our own."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any

from ..errors import InputError, SambeError

__all__ = ["ClusterError", "cluster"]

PATIENCE = 10  # seconds for a scheduler to answer
FEWEST = 8  # blocks to keep ready for a cluster that has no workers yet


class ClusterError(SambeError):
    """Dask is not there, or its workers or its scheduler were lost."""


@contextmanager
def cluster(scheduler: str | None = None, workers: int | None = None) -> Iterator[dict[str, Any]]:
    """Options ``executor`` and ``workers`` of `sambe.steady_state` for a Dask cluster, none without one.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running scheduler, such as ``"tcp://10.0.0.1:8786"``.
    workers : int, optional
        Worker processes to start on this machine, with a thread each.

    Raises
    ------
    InputError
        If both are given, or no scheduler answers at the address.
    ClusterError
        If Dask is not installed, or the cluster is lost within the context.

    Examples
    --------
    >>> with cluster() as where:
    ...     where
    {}
    """
    if scheduler is not None and workers is not None:
        raise InputError("workers", workers, "give a scheduler or a number of local workers, not both")
    if scheduler is None and workers is None:
        yield {}
        return
    if workers is not None and workers < 1:
        raise InputError("workers", workers, "give a positive number of processes")
    try:
        from distributed import Client, KilledWorker, LocalCluster
        from distributed.comm.core import CommClosedError
    except ImportError:
        raise ClusterError("Dask is not installed: pip install 'sambe[scale]'") from None
    for name in ("distributed", "distributed.client"):  # their tracebacks of a loss: a line below tells of it
        logging.getLogger(name).setLevel(logging.CRITICAL)
    connect: Any = Client  # neither it nor LocalCluster is annotated
    with ExitStack() as stack:
        place: Any = scheduler
        if workers is not None:
            local: Any = LocalCluster
            with _uninterrupted():
                place = stack.enter_context(
                    local(
                        n_workers=workers, threads_per_worker=1, dashboard_address=None,
                        silence_logs=logging.ERROR,  # what is given up at Ctrl-C is no news
                    )
                )  # fmt: skip
        try:
            client: Any = stack.enter_context(connect(place, timeout=PATIENCE))
        except (OSError, ValueError) as error:
            raise InputError("scheduler", scheduler, f"no scheduler answers there: {error}") from None
        cores = sum(client.ncores().values())
        try:
            yield {"executor": client.get_executor(), "workers": max(cores, workers or FEWEST)}
        except (KilledWorker, CommClosedError, CancelledError, ModuleNotFoundError) as error:
            raise ClusterError(
                f"the Dask cluster failed ({type(error).__name__}: {error}); its workers need sambe, and the "
                "memory for a block each; a run with a store can be continued"
            ) from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes and threads that Ctrl-C does not reach: it is this process that ends them.

    A terminal sends it to all, and each worker would tell of it in a traceback of its own. What is started
    here inherits the mask; a signal that comes meanwhile is delivered afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # started later it would take the mask away
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
