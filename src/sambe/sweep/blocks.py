"""Run a sweep in blocks of points that fit a memory budget, on a pool of threads or any executor.

A *block* is a rectangle of the sweep's grid: what is scheduled, reported and stored. It is solved in
*tiles*, batches of points whose work arrays stay in the cache.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import ConvergenceError, InputError
from ..numerics.arrays import Fields
from ..physics.long_time import why_several
from ..physics.method import Method
from ..physics.statuses import STATUS, status_of
from .axes import Sweep
from .plan import Plan, Region, make_plan, regions
from .run import Progress, Run
from .threads import blas_threads, reuse_memory
from .units import in_own_unit, picked, solve_in_units

__all__ = ["Block", "gather", "raise_single", "run_blocks", "stream_blocks"]

Points = npt.NDArray[np.intp]
Block = tuple[Points, Fields | None]
Part = tuple[Points, Fields | InputError | None]
Kernel = Callable[[System, Method], Fields]
Keep = Callable[[Region, Points, list[Block]], None]
Jobs = dict[Future[list[Part]], tuple[Region, Points, Points]]  # region, its points, the usable ones of them
# Blocks handed to the pool for each of its threads, those under way included. A choice: no thread waits for
# the next block, and few are lost when a run is stopped.
AHEAD = 3


class _Stop(Exception):
    """Ends a block whose result nobody waits for."""


def solve_block(
    system: System, method: Method, kernel: Kernel, tile: int, stop: threading.Event | None = None
) -> list[Part]:
    """Fields of a batch of points, tile by tile; points are counted within the batch.

    A function of arrays alone, so that it runs in any thread, process or machine.
    """
    count = len(system.numbers()["hamiltonian[0]"])
    parts: list[Part] = []
    reuse_memory()
    with blas_threads():
        for start in range(0, count, tile):
            if stop is not None and stop.is_set():
                raise _Stop
            points = np.arange(start, min(start + tile, count))
            parts += _solve_tile(system, method, kernel, points)
    return parts


def _solve_tile(system: System, method: Method, kernel: Kernel, points: Points) -> list[Part]:
    """Fields of a tile; one that fails is halved until the point at fault is alone."""
    try:
        with np.errstate(all="ignore"):  # what is not finite is told by the status
            parts = solve_in_units(picked(system, points), method, kernel)
        return [(points[at], fields) for at, fields in parts]
    except (ConvergenceError, InputError, np.linalg.LinAlgError) as error:
        if len(points) == 1:
            return [(points, error if isinstance(error, InputError) else None)]
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
    report = progress or _no_report
    report(done, sweep.points)
    with _pool(plan, executor) as (pool, stop), _cancelled_on_error() as jobs:
        while True:
            for region in islice(waiting, AHEAD * plan.threads - len(jobs)):
                points = sweep.indices(region)
                usable = sweep.usable(points)
                job = pool.submit(solve_block, sweep.part(usable), method, kernel, plan.tile, stop)
                jobs[job] = region, points, usable
            if not jobs:
                break
            for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                region, points, usable = jobs.pop(job)
                keep(region, points, _answers(sweep, [(usable[at], part) for at, part in job.result()]))
                done += len(points)
                report(done, sweep.points)


def _answers(sweep: Sweep, parts: list[Part]) -> list[Block]:
    """The parts of a block but for points that no kernel can use, which the sweep remembers."""
    kept: list[Block] = []
    for points, fields in parts:
        if isinstance(fields, InputError):
            sweep.refuse(points, fields)
        else:
            kept.append((points, fields))
    return kept


def _no_report(_done: int, _points: int) -> None:
    """Progress that nobody asked for."""


@contextmanager
def _cancelled_on_error() -> Iterator[Jobs]:
    """Jobs under way; those that are left when something goes wrong are cancelled."""
    jobs: Jobs = {}
    try:
        yield jobs
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


def run_blocks(sweep: Sweep, method: Method, kernel: Kernel, run: Run) -> list[Block]:
    """Every block of a sweep as (points, fields), in the order in which they were finished."""
    blocks: list[Block] = []
    plan = make_plan(sweep, method, run.memory, run.workers, run.remote)

    def keep(_region: Region, _points: Points, parts: list[Block]) -> None:
        blocks.extend(parts)

    stream_blocks(sweep, method, kernel, keep, plan, executor=run.executor, progress=run.progress)
    return blocks


def gather(sweep: Sweep, blocks: list[Block]) -> Fields:
    """Blocks put together, one leading axis of points; NaN where a point has no answer.

    Raises
    ------
    InputError, ConvergenceError
        If no point at all could be solved.
    """
    whole: Fields = {}
    for points, fields in blocks:
        for name, values in (fields or {}).items():
            if name not in whole:
                whole[name] = _unanswered(values, sweep.points)
            whole[name][points] = values
    if not whole:
        raise no_answer(sweep)
    status = whole["status"]
    status[~sweep.valid] = STATUS["bad_parameter"]
    for failed in (points for points, fields in blocks if fields is None):
        status[failed] = STATUS["not_converged"]
    for name, values in whole.items():
        if name != "status":
            values[status > 0] = np.nan if values.dtype.kind == "f" else 0
    return whole


def _unanswered(values: npt.NDArray[Any], points: int) -> npt.NDArray[Any]:
    """A field of all points from the form of one block's, without an answer yet."""
    shape = (points, *values.shape[1:])
    return np.zeros(shape, dtype=np.int64) if values.dtype.kind in "iu" else np.full(shape, np.nan)


def no_answer(sweep: Sweep) -> InputError | ConvergenceError:
    """The error of a sweep in which no point could be solved."""
    if sweep.faults:
        return sweep.faults[0]
    return ConvergenceError("no point converged; loosen tolerance or propagation_tolerance")


@np.errstate(all="ignore")
def raise_single(sweep: Sweep, status: npt.NDArray[Any], method: Method) -> None:
    """One point has no neighbours to save: say what is wrong with it."""
    if sweep.dims or not status.any():
        return
    status_here = status_of(int(status.ravel()[0]))
    if status_here.code == STATUS["bad_parameter"]:
        raise sweep.faults[0]
    meaning = status_here.meaning
    if status_here.code == STATUS["stationary_state_not_unique"]:
        meaning = why_several(in_own_unit(sweep.part(np.arange(1)), method)[0], method)
    said = f"{status_here.name.replace('_', ' ')}: {meaning}; {status_here.remedy}"
    raise InputError("system", sweep.system.name, said)
