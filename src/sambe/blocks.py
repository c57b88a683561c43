"""Run a sweep in blocks of points that fit a memory budget, on a pool of threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import ConvergenceError, InputError
from .pipeline import Method
from .sweep import STATUS, Sweep
from .system import System

__all__ = ["Block", "Progress", "block_size", "gather", "parse_memory", "run_blocks"]

Progress = Callable[[int, int], None]
Fields = dict[str, npt.NDArray[Any]]
Block = tuple[npt.NDArray[np.intp], Fields | None]
Kernel = Callable[[System, Method], Fields]
UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
         "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip
LARGEST_BLOCK = 8192  # beyond this the arrays of a block leave the cache and slow down


def parse_memory(text: str) -> int:
    """Bytes from a text such as ``"1 GB"``.

    >>> parse_memory("500 MB")
    500000000
    """
    compact = str(text).strip().lower().replace(" ", "")
    number = compact.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = compact[len(number) :] or "b"
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if unit not in UNITS or not amount > 0:
        raise InputError("memory", text, 'give a size such as "1 GB" or "500 MiB"')
    return int(amount * UNITS[unit])


def block_size(system: System, method: Method, memory: str, workers: int) -> int:
    """Points in a block, from what one point needs at the peak."""
    n = system.levels
    matrices = 12 * len(system.baths) * 2 + 8 * len(method.operators)
    if method.equation == "floquet":
        matrices += 3 * 256 + 64 * len(system.baths)
    if method.secular != "full":
        matrices += 40 + 9 * min(n * n, 4 * n)
    per_point = 16 * n * n * matrices
    return int(np.clip(parse_memory(memory) // (workers * per_point), 1, LARGEST_BLOCK))


def run_blocks(
    sweep: Sweep,
    method: Method,
    kernel: Kernel,
    *,
    memory: str = "1 GB",
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Block]:
    """Evaluate ``kernel`` on every valid point.

    Parameters
    ----------
    kernel : callable
        From a batched System and a Method to arrays with one leading axis of points, among them
        ``status``.
    memory, workers, progress
        As for `sambe.steady_state`.

    Returns
    -------
    list of (points, fields)
        In the order in which they were finished; ``fields`` is None for a point that failed.
    """
    from threadpoolctl import threadpool_limits

    if workers is not None and workers < 1:
        raise InputError("workers", workers, "give a positive number of threads")
    threads = workers or os.cpu_count() or 1
    good = np.flatnonzero(sweep.valid)
    size = block_size(sweep.system, method, memory, threads)
    size = max(1, min(size, -(-good.size // threads)))
    blocks = [good[k : k + size] for k in range(0, good.size, size)]
    results: list[Block] = []
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:
        jobs = {pool.submit(_solve_block, sweep, method, kernel, b): b for b in blocks}
        done = sweep.points - good.size
        try:
            for job in as_completed(jobs):
                results += job.result()
                done += len(jobs[job])
                if progress is not None:
                    progress(done, sweep.points)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return results


def _solve_block(sweep: Sweep, method: Method, kernel: Kernel, points: npt.NDArray[np.intp]) -> list[Block]:
    """Fields of a block; one that fails is halved until the point at fault is alone."""
    try:
        return [(points, kernel(sweep.part(points), method))]
    except (ConvergenceError, np.linalg.LinAlgError):
        if len(points) == 1:
            return [(points, None)]
        half = len(points) // 2
        first = _solve_block(sweep, method, kernel, points[:half])
        return first + _solve_block(sweep, method, kernel, points[half:])


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
        raise (
            sweep.faults[0]
            if sweep.faults
            else ConvergenceError("no point converged; loosen tolerance or propagation_tolerance")
        )
    status = out["status"]
    status[~sweep.valid] = STATUS["bad_parameter"]
    for points, fields in blocks:
        if fields is None:
            status[points] = STATUS["not_converged"]
    for name, values in out.items():
        if name != "status":
            values[status > 0] = np.nan if values.dtype.kind == "f" else 0
    return out
