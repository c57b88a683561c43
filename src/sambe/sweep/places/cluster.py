"""Where the blocks of a run go: an existing `dask.distributed` scheduler, or worker processes of our own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import Any

from ..._version import __version__
from ...errors import InputError, SambeError
from .pools import uninterrupted

__all__ = ["ClusterError", "cluster"]

# Seconds for a scheduler to answer. A choice: long enough for one on another machine, short enough to wait
# for.
PATIENCE = 10
# Blocks to keep ready for a cluster that has no workers yet, a small one's worth of cores. A choice.
FEWEST = 8


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
        If Dask is not installed, a worker has another version of sambe or none, or the cluster is lost
        within the context.

    Examples
    --------
    >>> with cluster() as where:
    ...     where
    {}
    """
    _check(scheduler, workers)
    if scheduler is None and workers is None:
        yield {}
        return
    losses = _losses()
    with ExitStack() as stack:
        place = scheduler if workers is None else _local(stack, workers)
        try:
            client = stack.enter_context(_client(place))
        except (OSError, ValueError) as error:
            raise InputError("scheduler", scheduler, f"no scheduler answers there: {error}") from None
        try:
            cores = sum(client.ncores().values())
            _check_versions(client)
            yield {"executor": client.get_executor(), "workers": max(cores, workers or FEWEST)}
        except losses as error:
            raise ClusterError(
                f"the Dask cluster failed ({type(error).__name__}: {error}); its workers need sambe, and the "
                "memory for a block each; a run with a store can be continued"
            ) from error


def _check_versions(client: Any) -> None:
    """Refuse workers with another sambe; one that joins later is refused by its first block."""
    versions = client.run(_version_here, on_error="return")
    others = {place: said for place, said in versions.items() if said != __version__}
    if others:
        place, said = next(iter(others.items()))
        answer = f"has sambe {said}" if isinstance(said, str) else f"has no sambe that answers ({said!r})"
        raise ClusterError(f"the worker {place} {answer}, this process {__version__}; give both the same")


def _version_here() -> str:
    from sambe import _version

    return _version.__version__


def _check(scheduler: str | None, workers: int | None) -> None:
    if scheduler is not None and workers is not None:
        raise InputError("workers", workers, "give a scheduler or a number of local workers, not both")
    if workers is not None and workers < 1:
        raise InputError("workers", workers, "give a positive number of processes")


def _losses() -> tuple[type[BaseException], ...]:
    """Errors by which Dask says that a cluster is lost; its own tracebacks of a loss are silenced.

    Raises
    ------
    ClusterError
        If Dask is not installed.
    """
    try:
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError:
        raise ClusterError("Dask is not installed: pip install 'sambe[scale]'") from None
    # tornado logs the futures that an interrupt leaves behind, whoever waits for them
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return KilledWorker, CommClosedError, CancelledError, ModuleNotFoundError


def _local(stack: ExitStack, workers: int) -> Any:
    """Worker processes on this machine, with a thread each, which Ctrl-C does not reach."""
    import distributed

    start: Any = distributed.LocalCluster  # it is not annotated
    with uninterrupted():
        return stack.enter_context(
            start(
                n_workers=workers, threads_per_worker=1, dashboard_address=None,
                # else Ctrl-C is followed by a message for each task that it gives up
                silence_logs=logging.ERROR,
            )
        )  # fmt: skip


def _client(place: Any) -> Any:
    import distributed

    connect: Any = distributed.Client  # it is not annotated
    return connect(place, timeout=PATIENCE)
