"""Run a sweep in blocks of points that fit a memory budget, on a pool of threads or any executor.

A *block* is a rectangle of the sweep's grid: what is scheduled, reported and stored. It is solved in
*tiles*, batches of points whose work arrays stay in the cache.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import ConvergenceError, InputError
from ..physics.pipeline import Method
from ..physics.states.stationary import DENSE_LEVELS
from .axes import STATUS, Sweep
from .plan import parse_memory, point_bytes, reuse_memory, split_steps

__all__ = ["Block", "Plan", "Progress", "Region", "gather", "make_plan", "regions", "run_blocks",
           "stream_blocks"]  # fmt: skip

Progress = Callable[[int, int], None]
Fields = dict[str, npt.NDArray[Any]]
Points = npt.NDArray[np.intp]
Block = tuple[Points, Fields | None]
Kernel = Callable[[System, Method], Fields]
Region = tuple[slice, ...]
Keep = Callable[[Region, Points, list[Block]], None]

CACHE = 2**25  # bytes of a tile's work arrays beyond which points get slower, not faster
LARGEST_TILE = 4096
TILES = 16  # tiles in a block: a fraction of a second of work, so that bars move and kills cost little
LARGE = 256  # levels from which one point is worth more than one BLAS thread


@dataclass(frozen=True)
class Plan:
    """How a sweep is cut and how many blocks run at once.

    Attributes
    ----------
    chunks : tuple of int
        Points of a block along each dimension of the sweep.
    tile : int
        Points that a kernel takes at once.
    threads : int
        Blocks under way together.
    blas : int
        BLAS threads of each.
    """

    chunks: tuple[int, ...]
    tile: int
    threads: int
    blas: int = 1


def make_plan(
    sweep: Sweep, method: Method, memory: str = "1 GB", workers: int | None = None, remote: bool = False
) -> Plan:
    """Cut of a sweep whose work arrays, over all threads, fit into ``memory``.

    Parameters
    ----------
    memory : str
        Budget; one point at a time is run even where that is more.
    workers : int, optional
        Blocks at once, as far as the memory allows; all cores by default. Cores that no block takes are
        left to BLAS if the matrices are large.
    remote : bool
        Whether the blocks share no memory: each may have all of the budget.

    Raises
    ------
    InputError
        If the memory or the number of workers makes no sense.
    """
    if workers is not None and (isinstance(workers, bool) or workers < 1):
        raise InputError("workers", workers, "give a positive number")
    budget, need = parse_memory(memory), point_bytes(sweep, method)
    cores = workers or os.cpu_count() or 1
    threads = cores if remote else min(cores, max(1, budget // need), sweep.points)
    blas = cores // threads if sweep.system.levels >= LARGE else 1
    # what keeps coherences is solved in chunks of its own, fed best by large tiles
    chunked = method.secular in ("partial", "none") and method.equation != "floquet"
    chunked = chunked and sweep.system.levels > DENSE_LEVELS
    # so is what propagates by splitting
    chunked = chunked or (method.secular == "full" and split_steps(sweep, method) is not None)
    cache = 8 * CACHE if chunked else CACHE
    tile = int(np.clip(min(cache, budget if remote else budget // threads) // need, 1, LARGEST_TILE))
    most = TILES * tile if tile > 1 else 1
    # a few blocks for each thread even out their speeds, but tiles are not cut up for it
    share = max(-(-sweep.points // (4 * threads)), min(tile, -(-sweep.points // threads)))
    return Plan(_chunks(sweep.shape, max(1, min(most, share))), tile, threads, blas)


def _chunks(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Shape of a block of at most ``size`` points, whole along the last dimensions."""
    out: list[int] = []
    for length in reversed(shape):
        part = max(1, min(length, size))
        size //= part
        # even parts, not full ones and a rest
        out.append(-(-length // -(-length // part)))
    return tuple(reversed(out))


def regions(shape: Sequence[int], chunks: Sequence[int]) -> Iterator[Region]:
    """Blocks of a grid, in C order.

    >>> [r[0].start for r in regions((5,), (2,))]
    [0, 2, 4]
    """
    along = (
        [slice(k, min(k + part, length)) for k in range(0, length, part)]
        for length, part in zip(shape, chunks, strict=True)
    )
    return product(*along)


_limiting = threading.Lock()
_limits: list[Any] = []  # the limit in force, and one entry more for each block that relies on it


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
    import scipy.linalg  # noqa: F401  its BLAS must be there to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _lift(limit: Any) -> None:
    """Undo a limit, from whichever thread: threadpoolctl listens to the one that set it alone."""
    for library in _pools().lib_controllers:
        release = getattr(library, "clear_controlling_thread", None)  # from 3.8 on
        if release is not None:
            release(force=True)
    limit.restore_original_limits()


class _Stop(Exception):
    """Ends a block whose result nobody waits for."""


def solve_block(
    system: System, method: Method, kernel: Kernel, tile: int, stop: threading.Event | None = None
) -> list[Block]:
    """Fields of a batch of points, tile by tile; points are counted within the batch.

    A function of arrays alone, so that it runs in any thread, process or machine.
    """
    count = len(system.numbers()["hamiltonian[0]"])
    parts: list[Block] = []
    reuse_memory()
    with blas_threads():
        for start in range(0, count, tile):
            if stop is not None and stop.is_set():
                raise _Stop
            points = np.arange(start, min(start + tile, count))
            parts += _solve_tile(system, method, kernel, points)
    return parts


def _solve_tile(system: System, method: Method, kernel: Kernel, points: Points) -> list[Block]:
    """Fields of a tile; one that fails is halved until the point at fault is alone."""

    def pick(path: str, x: Any) -> Any:
        return x[points] if isinstance(x, np.ndarray) and x.ndim else x

    try:
        return [(points, kernel(system.map_numbers(pick), method))]
    except (ConvergenceError, np.linalg.LinAlgError):
        if len(points) == 1:
            return [(points, None)]
        half = len(points) // 2
        first = _solve_tile(system, method, kernel, points[:half])
        return first + _solve_tile(system, method, kernel, points[half:])


def stream_blocks(
    sweep: Sweep,
    method: Method,
    kernel: Kernel,
    keep: Keep,
    plan: Plan,
    *,
    todo: Iterable[Region] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    done: int = 0,
) -> None:
    """Solve the blocks of a sweep and hand each on as it is finished.

    Parameters
    ----------
    kernel : callable
        From a batched System and a Method to arrays with one leading axis of points, among them
        ``status``.
    keep : callable
        Called in this thread with (region, points of the block, parts); the parts are (points, fields)
        with ``fields`` None for a point that failed. Points with bad numbers are in no part.
    todo : iterable of regions, optional
        Those to solve; by default all of the plan.
    executor : concurrent.futures.Executor, optional
        Where the blocks run; a pool of threads by default. Closing it is left to the caller.
    done : int
        Points that are finished already, for the progress.
    """
    waiting = iter(regions(sweep.shape, plan.chunks) if todo is None else todo)
    if progress is not None:
        progress(done, sweep.points)
    with _pool(plan, executor) as (pool, stop):
        jobs: dict[Future[list[Block]], tuple[Region, Points, Points]] = {}
        try:
            while True:
                for region in islice(waiting, 3 * plan.threads - len(jobs)):
                    points = sweep.indices(region)
                    good = sweep.usable(points)
                    job = pool.submit(solve_block, sweep.part(good), method, kernel, plan.tile, stop)
                    jobs[job] = region, points, good
                if not jobs:
                    break
                for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                    region, points, good = jobs.pop(job)
                    keep(region, points, [(good[at], fields) for at, fields in job.result()])
                    done += len(points)
                    if progress is not None:
                        progress(done, sweep.points)
        except BaseException:
            for job in jobs:
                job.cancel()
            raise


@contextmanager
def _pool(plan: Plan, executor: Executor | None) -> Iterator[tuple[Executor, threading.Event | None]]:
    """Where blocks run; own threads are told to stop, and not waited for, when something goes wrong."""
    if executor is not None:
        yield executor, None
        return
    stop = threading.Event()
    pool = ThreadPoolExecutor(plan.threads, thread_name_prefix="sambe")
    try:
        with blas_threads(plan.blas):
            yield pool, stop
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=not stop.is_set(), cancel_futures=True)


def run_blocks(
    sweep: Sweep,
    method: Method,
    kernel: Kernel,
    *,
    memory: str = "1 GB",
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Block]:
    """Every block of a sweep as (points, fields), in the order in which they were finished."""
    found: list[Block] = []
    plan = make_plan(sweep, method, memory, workers, executor is not None)

    def keep(_region: Region, _points: Points, parts: list[Block]) -> None:
        found.extend(parts)

    stream_blocks(sweep, method, kernel, keep, plan, executor=executor, progress=progress)
    return found


def gather(sweep: Sweep, blocks: list[Block]) -> Fields:
    """Blocks put together, one leading axis of points; NaN where a point has no answer.

    Raises
    ------
    InputError, ConvergenceError
        If no point at all could be solved.
    """
    out: Fields = {}
    for points, fields in blocks:
        for name, values in (fields or {}).items():
            if name not in out:
                whole = values.dtype.kind in "iu"
                shape = (sweep.points, *values.shape[1:])
                out[name] = np.zeros(shape, dtype=np.int64) if whole else np.full(shape, np.nan)
            out[name][points] = values
    if not out:
        raise no_answer(sweep)
    status = out["status"]
    status[~sweep.valid] = STATUS["bad_parameter"]
    for points, fields in blocks:
        if fields is None:
            status[points] = STATUS["not_converged"]
    for name, values in out.items():
        if name != "status":
            values[status > 0] = np.nan if values.dtype.kind == "f" else 0
    return out


def no_answer(sweep: Sweep) -> InputError | ConvergenceError:
    """The error of a sweep in which no point could be solved."""
    if sweep.faults:
        return sweep.faults[0]
    return ConvergenceError("no point converged; loosen tolerance or propagation_tolerance")
