"""Where the blocks of a run are solved on this machine: a few threads, and processes for long runs.

Python runs one thread at a time, and a batch of small matrices spends much of its time in Python: on 16 cores
a sweep is at best two to four times as fast on threads as on one of them. Processes take most of a second to
start, so that a run begins on threads, and what is left moves to processes once that pays. These stay for
the next run. They are loky's: it starts them without the caller's main module, which a script without a guard
or a notebook needs, and notices when the system kills one. (A forkserver of the standard library starts them
in 1.0 s instead of 1.7 s for two on a machine of two cores, but imports the main module again.)
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import resource_tracker
from typing import Any

from ...errors import SambeError
from ..plan import Plan

__all__ = ["LostWorkerError", "Place", "RemotePlace", "shut_processes", "uninterrupted", "why_confined"]

# Seconds of work, by the clock, that must be left before processes are started: about their own start.
PAYS = 1.0
# Threads of a run that is not, or not yet, on processes. Measured on 16 cores: of 1, 2, 4, 8 and 16 threads,
# two or four are the fastest for any model.
FEW = 4
# Points times levels cubed from which a run begins on processes that are there already: some 50 ms of the
# fastest kernel, populations of a qubit in a frame (1 us), beside a few ms for sending.
WORTH_SENDING = 400_000
# Seconds that idle processes wait for the next run. A choice: a person at a notebook comes back within it.
IDLE = 300.0

# Seconds between looks at whether the owner still lives. A choice: nobody notices, and it costs nothing.
WATCH = 0.5

_told: dict[Any, Any] = {}  # warnings of the processes, as Python keeps those of a module
_started: list[Any] = []  # the processes of this one, if there are any
_starting = threading.Lock()
_away: set[Place] = set()  # runs whose blocks the processes solve


class LostWorkerError(SambeError):
    """A worker process was killed, as the system does where memory runs out."""


def why_confined() -> str | None:
    """Why no processes are started from here, if so.

    >>> why_confined() in (None, "a test runner's worker", "a worker process")
    True
    """
    if multiprocessing.parent_process() is not None:
        return "a worker process"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return "a test runner's worker"
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return "an interpreter whose threads run at once"
    return "a worker of a cluster" if _in_dask() else None


def _in_dask() -> bool:
    """Whether this thread belongs to a worker of `dask.distributed`."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return False
    try:
        distributed.get_worker()
    except ValueError:
        return False
    return True


class RemotePlace:
    """Somebody else's executor; a lost worker is its owner's affair."""

    losses: tuple[type[BaseException], ...] = ()
    away = True
    stop = None

    def __init__(self, executor: Executor, width: int) -> None:
        self.executor = executor
        self.width = width

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self.executor.submit(work, *arguments)

    def received(self, job: Future[Any]) -> Any:
        return job.result()

    def wakers(self) -> list[Future[Any]]:
        return []

    def patience(self) -> float | None:
        return None

    def moves(self, done: int, points: int) -> bool:
        return False

    def close(self, failed: bool) -> None:
        """The executor is left to its owner."""


class Place:
    """The threads of a run, then the processes that it moves to.

    Attributes
    ----------
    width : int
        Blocks that run at once.
    away : bool
        Whether blocks run in other processes now.
    stop : threading.Event
        Set when nobody waits for the blocks any longer.
    """

    def __init__(self, plan: Plan, work: int, sample: Callable[[], Any]) -> None:
        self.stop = threading.Event()
        self._processes = plan.threads
        # large matrices are at home in the BLAS, which needs no interpreter
        wide = plan.stays or plan.blas > 1 or why_confined() == "an interpreter whose threads run at once"
        self.width = plan.threads if wide else min(FEW, plan.threads)
        self._threads = ThreadPoolExecutor(self.width, thread_name_prefix="sambe")
        self._may_move = not wide and plan.threads > 1 and why_confined() is None
        self.away = False
        if self._may_move and work >= WORTH_SENDING and are_warm(plan.threads) and is_sendable(sample):
            self._move()
        self._sample = sample
        self._began = time.perf_counter()
        self._ready: Future[Any] | None = None

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a block solved; on threads again where the system grants no processes any longer."""
        if self.away:
            job = self._sent(work, *arguments)
            if job is not None:
                return job
            self.away = self._may_move = False
        try:
            return self._threads.submit(work, *arguments)
        except RuntimeError:  # no thread is to be had, as where the interpreter is about to end
            return _done_here(work, *arguments)

    def _sent(self, work: Callable[..., Any], *arguments: Any) -> Future[Any] | None:
        """A job of the processes; None where none can be started."""
        for _ in range(2):  # one may be lost at the very moment
            try:
                with uninterrupted():
                    job: Future[Any] = processes(self._processes).submit(guarded, work, *arguments)
                return job
            except (
                Exception
            ):  # whatever a system has against new processes; a block's own error is in its job
                shut_processes()
        return None

    @property
    def losses(self) -> tuple[type[BaseException], ...]:
        """Errors of blocks whose processes are gone, killed by the system or ended beside them."""
        loky = sys.modules.get("loky.process_executor")
        return (BrokenExecutor,) if loky is None else (BrokenExecutor, loky.ShutdownExecutorError)

    def received(self, job: Future[Any]) -> Any:
        """Result of a block, and the warnings of a process repeated here."""
        result = job.result()
        if not isinstance(result, Sent):
            return result
        for message, category, filename, line in result.warnings:
            warnings.warn_explicit(message, category, filename, line, registry=_told)
        return result.value

    def wakers(self) -> list[Future[Any]]:
        """What to wait for beside the blocks: the start of the processes."""
        return [] if self._ready is None or self.away else [self._ready]

    def patience(self) -> float | None:
        """Seconds to wait for a block before `moves` is asked again."""
        return PAYS if self._may_move and self._ready is None else None

    def moves(self, done: int, points: int) -> bool:
        """Whether the run moves to the processes now; they are started once that pays.

        Parameters
        ----------
        done, points : int
            Points that this run has solved, and has to solve.
        """
        if not self._may_move or self.away:
            return False
        if self._ready is None:
            elapsed = time.perf_counter() - self._began
            left = elapsed * (points / done - 1) if done else (2 * PAYS if elapsed >= PAYS else 0.0)
            if left > PAYS:
                self._start()
            return False
        if not self._ready.done():
            return False
        self._may_move = self._ready.exception() is None
        if self._may_move:
            self._move()
        return self.away

    def _move(self) -> None:
        self.away, self.width = True, self._processes
        _away.add(self)

    def _start(self) -> None:
        """Start the processes beside the threads that go on."""
        self._ready = Future()

        def start(ready: Future[Any]) -> None:
            try:
                if not is_sendable(self._sample):
                    raise TypeError("there are no bytes for it")
                with uninterrupted():
                    pool = processes(self._processes)
                    first = pool.submit(_warm)
                first.result()
            except Exception as error:  # likewise, or pickling fails: the run stays on its threads
                shut_processes()
                ready.set_exception(error)
            else:
                ready.set_result(None)

        threading.Thread(target=start, args=(self._ready,), name="sambe-start", daemon=True).start()

    def close(self, failed: bool) -> None:
        """End the threads; the processes too where something went wrong, as they may be busy.

        They stay where another thread has a run on them.
        """
        _away.discard(self)
        if failed:
            self.stop.set()
            if self.away and not _away:
                shut_processes()
        self._threads.shutdown(wait=not failed, cancel_futures=True)


def _done_here(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """A job that is done in this thread."""
    job: Future[Any] = Future()
    try:
        job.set_result(work(*arguments))
    except Exception as error:  # whatever the work raises: who asks for the result meets it, as of a process
        job.set_exception(error)
    return job


def is_sendable(sample: Callable[[], Any]) -> bool:
    """Whether a block can go to another process; a spectral density may hold a lock, say."""
    import cloudpickle

    try:
        cloudpickle.dumps(sample())
    except Exception:  # whatever its __reduce__ may raise
        return False
    return True


def are_warm(count: int) -> bool:
    """Whether there are so many processes, ready."""
    return bool(_started) and _is_ours(count)


def _is_ours(count: int) -> bool:
    pool, width, owner = _started[0]
    return width == count and owner == os.getpid() and not (pool._flags.broken or pool._flags.shutdown)


def processes(count: int) -> Any:
    """The processes of this one, so many; new ones where there are none or some were lost."""
    import loky

    with _starting:
        if _started:
            pool, _, owner = _started[0]
            if _is_ours(count):
                return pool
            _started.clear()
            if owner == os.getpid():
                pool.shutdown(wait=False)
        one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        pool = loky.ProcessPoolExecutor(
            count, timeout=IDLE, initializer=_serve, initargs=(os.getpid(),), env=one_thread
        )
        _started.append((pool, count, os.getpid()))
        _end_them_at_exit()
        return pool


def shut_processes() -> None:
    """End the processes at once; the next run that needs some starts new ones."""
    with _starting:
        while _started:
            pool, _, owner = _started.pop()
            if owner == os.getpid():
                # loky's thread logs an error where its processes end while it still waits
                # for them
                logger = logging.getLogger("concurrent.futures")
                logger.disabled = True
                try:
                    pool.shutdown(wait=True, kill_workers=True)
                finally:
                    logger.disabled = False


@cache
def _end_them_at_exit() -> None:
    """Have what is left of the processes ended before the interpreter waits for them.

    loky ends them earlier, but for a second Ctrl-C that stops it: each would wait for work until it is idle
    for long, and the interpreter for it.
    """
    atexit.register(_terminate)


def _terminate() -> None:
    for pool, _, owner in _started:
        if owner == os.getpid():
            for process in list((pool._processes or {}).values()):
                process.terminate()


def _serve(owner: int) -> None:
    """Begin as a worker of a process: Ctrl-C reaches all of a terminal, but it is the owner that ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(owner,), name="sambe-owner", daemon=True).start()


def _end_with(owner: int) -> None:
    """End where the owner was killed: nobody sends work, and who reads its output would wait for us."""
    while os.getppid() == owner:  # a process whose parent is gone has another one
        time.sleep(WATCH)
    os._exit(1)


def _warm() -> None:
    """Import what a block needs."""
    from ..kernels import fields  # noqa: F401


@dataclass(frozen=True)
class Sent:
    """What a worker process sends: a result, and the warnings to repeat where it is wanted."""

    value: Any
    warnings: list[tuple[str, type[Warning], str, int]]


def guarded(work: Callable[..., Any], *arguments: Any) -> Sent:
    """Do some work in a worker process; an error that cannot be sent back is told in its place."""
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        try:
            value = work(*arguments)
        except Exception as error:  # whatever the work raises goes back to the caller
            raise _sendable(error) from None
    messages = {(str(w.message), w.category, w.filename, w.lineno) for w in raised}
    return Sent(value, sorted(messages, key=str))


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # a foreign error may ask for more than its text when it is made anew
        return SambeError(f"{type(error).__name__}: {error}")
    return error


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Start processes and threads that Ctrl-C does not reach: it is this process that ends them.

    A terminal sends the signal to all processes, and each worker would report it in a traceback of its own.
    What is started here inherits the blocked signal; one that comes meanwhile is delivered afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # started later, it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
