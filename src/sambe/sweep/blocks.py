"""Run a sweep in blocks of points that fit a memory budget, on this machine's cores or any executor.

A *block* is a rectangle of the sweep's grid: what is scheduled, reported and stored. It is solved in
*tiles*, batches of points whose work arrays stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .._version import __version__
from ..description.system import System
from ..errors import ConvergenceError, InputError, SambeError
from ..numerics.arrays import Fields
from ..physics.long_time import why_several
from ..physics.method import Method
from ..physics.statuses import STATUS, status_of
from .axes import Piece, Sweep, indices
from .places.device import device_of
from .places.pools import Place, RemotePlace
from .places.threads import blas_threads, reuse_memory
from .places.waiting import Task, Waiting, after_loss
from .plan import Block, Plan, Points, Region, in_turn, make_plan, plan_of_tiles
from .progress import Progress, reporting
from .run import Run
from .units import in_own_unit, picked, solve_in_units

__all__ = ["gather", "placed", "raise_single", "run_blocks", "stream_blocks"]

Part = tuple[Points, Fields | InputError | None]
Solved = tuple[list[Part], bool]  # what is handed on of a block, and whether the rest is where it belongs
Kernel = Callable[[System, Method], Fields]
Keep = Callable[[Region, Points, list[Block]], None]
# Blocks handed to the pool for each of its threads, those under way included. A choice: no thread waits for
# the next block, and few are lost when a run is stopped.
AHEAD = 3


class Target(Protocol):
    """Where blocks are put by whoever solves them, from any thread or process of this machine."""

    def put(self, points: Points, parts: list[Block]) -> None:
        """Enter a block."""


class Stop(Protocol):
    """What tells a block that nobody waits for it."""

    def is_set(self) -> bool:
        """Whether that is so."""


class _Stop(Exception):
    """Ends a block whose result nobody waits for."""


class VersionError(SambeError):
    """A worker has another version of sambe, whose numbers may be others."""


def solve_block(
    system: System, method: Method, kernel: Kernel, tile: int, stop: Stop | None = None
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


def solve_piece(
    piece: Piece, method: Method, kernel: Kernel, tile: int, stop: Stop | None = None,
    version: str = __version__,
) -> list[Part]:  # fmt: skip
    """Fields of a part of a sweep; points are counted within the sweep, and the bad ones are in no part.

    Raises
    ------
    VersionError
        If the caller has another version of sambe than the process that this runs in.
    """
    if version != __version__:
        raise VersionError(
            f"a worker has sambe {__version__}, this process {version}; give both the same, and continue a "
            "store with resume=True (sambe run --resume)"
        )
    usable, points = piece.usable(), piece.points()
    points = points if usable is None else points[usable]
    return [(points[at], fields) for at, fields in solve_block(piece.system(), method, kernel, tile, stop)]


def solve_into(target: Target | None, piece: Piece, *how: Any) -> Solved:
    """Solve a block and put it where it belongs; left to hand on are the points that no kernel can use.

    All of it is handed on where there is no target, or one that this process may not reach: a system may keep
    processes from each other's files.
    """
    parts = solve_piece(piece, *how)
    if target is None:
        return parts, False
    try:
        target.put(piece.points(), [(points, x) for points, x in parts if not isinstance(x, InputError)])
    except OSError:
        return parts, False
    return [part for part in parts if isinstance(part[1], InputError)], True


def _solve_tile(system: System, method: Method, kernel: Kernel, points: Points) -> list[Part]:
    """Fields of a tile; one that fails is halved until it has room, or the point at fault is alone."""
    try:
        with np.errstate(all="ignore"):  # what is not finite is told by the status
            parts = solve_in_units(picked(system, points), method, kernel)
        return [(points[at], fields) for at, fields in parts]
    except MemoryError:  # as where a shell limits the memory of its processes
        if len(points) == 1:
            raise
    except (ConvergenceError, InputError, np.linalg.LinAlgError) as error:
        if len(points) == 1:
            return [(points, error if isinstance(error, InputError) else None)]
    half = len(points) // 2  # the arrays of the whole are gone with its error
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
    progress: bool | Progress | None = None,
    done: int = 0,
    target: Target | None = None,
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
        Those to solve; by default all of the plan, the last ones in parts.
    executor : concurrent.futures.Executor, optional
        Where the blocks run; the cores of this machine by default. Closing it is left to the caller.
    progress : bool or callable, optional
        As of `Run`.
    done : int
        Points that are finished already, for the progress.
    target : Target, optional
        Takes the blocks in the place of ``keep`` where they are solved on this machine.

    Raises
    ------
    LostWorkerError
        If worker processes were killed again and again.
    """
    waiting = Waiting(in_turn(sweep.shape, plan) if todo is None else todo, plan.tile)
    first, target = done, target if executor is None else None
    place: Place | RemotePlace

    def submit(task: Task) -> Future[Solved]:
        stop = None if place.away else place.stop
        block = sweep.piece(task.region), method, kernel, task.tile, stop, __version__
        return place.submit(solve_into, target, *block)

    with (
        reporting(progress, method.equation.replace("_", "-")) as report,
        _place(plan, executor, sweep, method, kernel) as place,
        _cancelled_on_error() as jobs,
    ):
        report(done, sweep.points)
        while True:
            while len(jobs) < AHEAD * place.width and (task := waiting.take()) is not None:
                jobs[submit(task)] = task
            if not jobs:
                break
            for task, (parts, entered) in _finished(jobs, place, waiting):
                answers = _answers(sweep, parts)
                if not entered:
                    keep(task.region, indices(task.region, sweep.shape), answers)
                done += task.points
                report(done, sweep.points)
            if place.moves(done - first, sweep.points - first):
                waiting.again.extend(_given_back(jobs))


def _finished(
    jobs: dict[Future[Solved], Task], place: Place | RemotePlace, waiting: Waiting
) -> Iterator[tuple[Task, Solved]]:
    """Blocks that are solved, as soon as some are; those of lost workers wait once more."""
    ready = wait([*jobs, *place.wakers()], place.patience(), FIRST_COMPLETED).done
    for job in ready & jobs.keys():
        task = jobs.pop(job)
        try:
            solved = place.received(job)
        except place.losses as error:
            waiting.again.append(after_loss(task, error))
        else:
            yield task, solved


def _given_back(jobs: dict[Future[Solved], Task]) -> list[Task]:
    """Blocks that no thread has begun."""
    return [jobs.pop(job) for job in list(jobs) if job.cancel()]


def _answers(sweep: Sweep, parts: list[Part]) -> list[Block]:
    """The parts of a block but for points that no kernel can use, which the sweep remembers."""
    kept: list[Block] = []
    for points, fields in parts:
        if isinstance(fields, InputError):
            sweep.refuse(points, fields)
        else:
            kept.append((points, fields))
    return kept


@contextmanager
def _cancelled_on_error() -> Iterator[dict[Future[Solved], Task]]:
    """Jobs under way; those that are left when something goes wrong are cancelled."""
    jobs: dict[Future[Solved], Task] = {}
    try:
        yield jobs
    except BaseException:
        for job in jobs:
            job.cancel()
        raise


@contextmanager
def _place(
    plan: Plan, executor: Executor | None, sweep: Sweep, method: Method, kernel: Kernel
) -> Iterator[Place | RemotePlace]:
    """Where blocks run; what is ours is told to stop, and not waited for, when something goes wrong."""
    if executor is not None:
        yield RemotePlace(executor, plan.threads)
        return
    work = sweep.points * sweep.system.levels**3
    place = Place(plan, work, lambda: (sweep.part(np.arange(1)), method, kernel))
    try:
        with blas_threads(plan.blas):
            yield place
    except BaseException:
        place.close(failed=True)
        raise
    place.close(failed=False)


def run_blocks(sweep: Sweep, method: Method, kernel: Kernel, run: Run) -> list[Block]:
    """Every block of a sweep as (points, fields), in the order in which they were finished."""
    blocks: list[Block] = []
    plan, kernel = placed(sweep, method, kernel, run)

    def keep(_region: Region, _points: Points, parts: list[Block]) -> None:
        blocks.extend(parts)

    stream_blocks(sweep, method, kernel, keep, plan, executor=run.executor, progress=run.progress)
    return blocks


def placed(sweep: Sweep, method: Method, kernel: Kernel, run: Run) -> tuple[Plan, Kernel]:
    """How a sweep is cut, and what solves its tiles: the kernel, or a device in its place.

    Raises
    ------
    InputError
        As from `sambe.sweep.places.device.device_of` and `make_plan`.
    """
    device = device_of(run.device, sweep.system, method, kernel)
    if device is None:
        return make_plan(sweep, method, run.memory, run.workers, run.remote), kernel
    levels = sweep.system.levels
    plan = plan_of_tiles(sweep, method, lambda need: device.batch(need, levels, method))
    return plan, replace(device, fewest=min(device.fewest, plan.tile))


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
    if sweep.dims or not (status > 0).any():
        return
    status_here = status_of(int(status.ravel()[0]))
    if status_here.code == STATUS["bad_parameter"]:
        raise sweep.faults[0]
    meaning = status_here.meaning
    if status_here.code == STATUS["stationary_state_not_unique"]:
        meaning = why_several(in_own_unit(sweep.part(np.arange(1)), method)[0], method)
    said = f"{status_here.name.replace('_', ' ')}: {meaning}; {status_here.remedy}"
    raise InputError("system", sweep.system.name, said)
