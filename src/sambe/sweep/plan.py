"""How a sweep is cut into blocks and tiles, so that its work arrays fit a budget and the cache."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..errors import InputError
from ..physics.cost import point_bytes
from ..physics.dressing.step_estimates import split_steps
from ..physics.equations import EQUATIONS
from ..physics.method import Method
from ..physics.states.stationary import DENSE_LEVELS
from ..physics.treatments import TREATMENTS
from .axes import Sweep

__all__ = ["Plan", "Region", "make_plan", "parse_memory", "regions"]

Region = tuple[slice, ...]

CACHE = 2**25  # bytes of a tile's work arrays beyond which points get slower, not faster
LARGEST_TILE = 4096
TILES = 16  # tiles in a block: a fraction of a second of work, so that bars move and kills cost little
LARGE = 256  # levels from which one point is worth more than one BLAS thread
UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
         "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip


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
    if unit not in UNITS or not 0 < amount < float("inf"):
        raise InputError("memory", text, 'give a size such as "1 GB" or "500 MiB"')
    return int(amount * UNITS[unit])


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
    extreme = sweep.extreme()
    budget, need = parse_memory(memory), point_bytes(extreme, method)
    cores = workers or os.cpu_count() or 1
    threads = cores if remote else min(cores, max(1, budget // need), sweep.points)
    blas = cores // threads if sweep.system.levels >= LARGE else 1
    # what keeps coherences is solved in chunks of its own, fed best by large tiles
    treatment, folded = TREATMENTS[method.secular], EQUATIONS[method.equation].folded
    chunked = treatment.iterated and not folded and sweep.system.levels > DENSE_LEVELS
    # so is what propagates by splitting
    if treatment.populations_only and folded:
        chunked = split_steps(extreme, method.frame, method.propagation_tolerance) is not None
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
