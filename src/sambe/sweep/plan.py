"""How a sweep is cut into blocks and tiles, so that its work arrays fit a budget and the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.unit_of_energy import LARGEST, in_unit, unit_exponents
from ..errors import InputError
from ..numerics.arrays import Fields, whole_number
from ..physics.cost import point_bytes
from ..physics.dressing.step_estimates import split_steps
from ..physics.equations import EQUATIONS, quanta_meet
from ..physics.method import Method
from ..physics.states.stationary import DENSE_LEVELS
from ..physics.treatments import TREATMENTS
from .axes import Sweep

__all__ = ["Block", "Plan", "Points", "Region", "check_result", "in_turn", "make_plan", "parse_memory",
           "plan_of_tiles", "regions"]  # fmt: skip

Region = tuple[slice, ...]
Points = npt.NDArray[np.intp]
Block = tuple[Points, Fields | None]  # points and what was found at them; None where there is no answer

# Bytes of a tile's work arrays, 64 MiB. Measured on Kerr oscillators of 20 levels: a point is about as fast
# at 30 as at 90 MiB, up to a third slower at 7, where a batch is short, and up to a fifth at 180, beyond the
# cache. Labelled qubits with populations alone take a fifth less at 64 than at 32 MiB.
CACHE = 2**26
# The same in units of `CACHE` for what a kernel divides once more, into chunks that fit the cache by
# themselves. A choice: larger tiles fill more of these chunks, and cost memory.
CHUNKED = 8
# Points of a tile. Measured on a qubit with labels, in units of what LAPACK needs: 2.6 in tiles of 2048, 2.1
# of 4096, 1.6 of 8192 or 16384. A tile is not interrupted, so that more of them would make Ctrl-C wait.
LARGEST_TILE = 8192
# Tiles in a block. A choice: a block takes a fraction of a second, so that bars of progress move and a kill
# costs little, while scheduling it costs next to nothing.
TILES = 16
# Blocks for each thread, at least, where the points allow it. A choice: the last block of a slow thread holds
# the others up by an eighth of the run at most.
BLOCKS_EACH = 8
# Blocks for each thread that what is left is worth, at least, as long as these are no less than a tile. A
# choice: with two, threads end within about a tile of each other, and all but the last few blocks are whole.
LAST_EACH = 2
# Parts of a tile that cost as little for each point as a whole one, of what a kernel divides once more and
# iterates. Measured for the coherences of a Kerr oscillator of 20 levels, whose tile has 394 points: 0.60 ms
# for each in parts of 360, 0.62 of 180, 0.59 of 90 and 0.63 of 45.
LEAST_PART = 4
UNDER_WAY = 3  # blocks of a card: one is solved, one fetched, one sent
# Blocks at once for each core, whoever asks for more. A choice: beyond a few, processes take memory alone.
MOST_EACH = 4
LARGE = 256  # levels from which a matrix keeps several BLAS threads busy; a choice
GROUP = Path("/sys/fs/cgroup")  # where Linux says what the group of a process may use
UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
         "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip


def parse_memory(text: str) -> int:
    """Bytes from a text such as ``"1 GB"``.

    >>> parse_memory("500 MB")
    500000000
    """
    if not isinstance(text, str) or len(text) > 40:
        raise InputError("memory", text, 'give a size such as "1 GB" or "500 MiB"')
    compact = text.strip().lower().replace(" ", "")
    number = compact.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = compact[len(number) :] or "b"
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if unit not in UNITS or not 0 < amount < 1e30:
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
    stays : bool
        Whether the blocks are for threads of this process, as those for a graphics card are.
    least : int, optional
        Points of the smallest part of a block that costs as little for each as a tile; those of a tile.
    """

    chunks: tuple[int, ...]
    tile: int
    threads: int
    blas: int = 1
    stays: bool = False
    least: int | None = None


def plan_of_tiles(sweep: Sweep, method: Method, size: Callable[[int], int]) -> Plan:
    """Cut for a graphics card: blocks of one tile, two under way and one on its way to the card.

    Parameters
    ----------
    size : callable
        Points of a tile, from the bytes of work arrays that each needs.
    """
    extreme = _in_some_unit(sweep.extreme())
    tile = size(point_bytes(extreme, method))
    return Plan(_chunks(sweep.shape, tile), tile, UNDER_WAY, stays=True)


def make_plan(
    sweep: Sweep, method: Method, memory: str = "1 GB", workers: int | None = None, remote: bool = False
) -> Plan:
    """Cut of a sweep whose work arrays, over all threads, fit into ``memory``.

    Parameters
    ----------
    memory : str
        Budget; one point at a time is run even where that is more.
    workers : int, optional
        Blocks at once, as far as the memory allows, and at most four for each core; all cores by default.
        Cores that no block takes are left to BLAS if the matrices are large.
    remote : bool
        Whether the blocks share no memory: each may have all of the budget.

    Raises
    ------
    InputError
        If the memory or the number of workers makes no sense.
    """
    if workers is not None and not whole_number(workers, 1):
        raise InputError("workers", workers, "give a positive number")
    extreme = _in_some_unit(sweep.extreme())
    budget, need = parse_memory(memory), point_bytes(extreme, method)
    _refuse_beyond_machine(budget, need, extreme.levels)
    here = usable_cores()
    cores = here if workers is None else workers if remote else min(workers, MOST_EACH * here)
    threads = cores if remote else min(cores, max(1, budget // need), sweep.points)
    blas = cores // threads if extreme.levels >= LARGE else 1
    cache = CHUNKED * CACHE if _is_chunked(extreme, method) else CACHE
    tile = int(np.clip(min(cache, budget if remote else budget // threads) // need, 1, LARGEST_TILE))
    chunks = _chunks(sweep.shape, _block_points(sweep.points, tile, threads))
    iterated = TREATMENTS[method.secular].iterated and cache > CACHE
    return Plan(chunks, tile, threads, blas, least=max(1, tile // LEAST_PART) if iterated else None)


def usable_cores() -> int:
    """Cores that this process may use, no more than a container's share of the machine's time."""
    every = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(every, ceil(_time_share(every))))


def _time_share(every: int) -> float:
    """Cores' worth of time that Linux grants the group of this process; all of them without a limit."""
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):  # cgroup 2 and 1
        try:
            granted, period = map(float, " ".join((GROUP / name).read_text() for name in names).split())
        except (OSError, ValueError):  # there is no such group, or its limit is "max"
            continue
        if granted > 0 and period > 0:
            return granted / period
    return every


def _in_some_unit(extreme: System) -> System:
    """The extreme point near energies of one, where its cost can be worked out; most are there already."""
    exponent = int(np.clip(unit_exponents(extreme).max(), -LARGEST, LARGEST))
    try:
        return in_unit(extreme, 2.0**exponent) if exponent else extreme
    except InputError:  # numbers of different points that fit no unit together
        return extreme


def physical_memory() -> int:
    """Bytes of this machine's memory; what no machine has where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 2**60


def _refuse_beyond_machine(budget: int, need: int, levels: int) -> None:
    """Refuse points that take more memory than there is, unless the budget says that they may."""
    most = physical_memory()
    if need > max(budget, most):
        raise InputError(
            "levels", levels, f"a point needs about {need / 1e9:.3g} GB of work memory, and this machine "
            f"has {most / 1e9:.3g} GB; take fewer levels or another treatment, or say "
            f"memory='{need / 1e9:.0f} GB' to try",
        )  # fmt: skip


def check_result(points: int, bytes_each: int) -> None:
    """Refuse a result that is larger than this machine's memory.

    Raises
    ------
    InputError
        That says how large it is, and that a store holds it.
    """
    most = physical_memory()
    if points * bytes_each > most:
        raise InputError(
            "sweep", f"{points} points", f"the result takes {points * bytes_each / 1e9:.3g} GB, and this "
            f"machine has {most / 1e9:.3g} GB of memory; give store= (--store), which keeps it on disk",
        )  # fmt: skip


def _is_chunked(extreme: System, method: Method) -> bool:
    """Whether a kernel divides a tile once more: iterated coherences, and propagation by splitting."""
    treatment, folded = TREATMENTS[method.secular], EQUATIONS[method.equation].folded
    if treatment.populations_only and folded:
        return split_steps(extreme, method.frame, method.propagation_tolerance) is not None
    return treatment.iterated and not quanta_meet(method) and extreme.levels > DENSE_LEVELS


def _block_points(points: int, tile: int, threads: int) -> int:
    """Points of a block: some tiles, and blocks enough that threads of different speeds end together."""
    most = TILES * tile if tile > 1 else 1
    even = -(-points // (BLOCKS_EACH * threads))
    if even > tile:  # of whole tiles, as a short one costs nearly as much
        return min(most, even - even % tile)
    blocks = -(-points // min(tile, -(-points // threads)))
    rounds = -(-blocks // threads)
    return -(-points // (rounds * threads))  # of one tile each at most, as many for every thread


def _chunks(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Shape of a block of at most ``size`` points, whole along the last dimensions."""
    out: list[int] = []
    for length in reversed(shape):
        part = max(1, min(length, size))
        size //= part
        # parts of even length rather than full ones and a short last one
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


def in_turn(shape: Sequence[int], plan: Plan) -> Iterator[Region]:
    """Blocks of a grid in C order, the last ones in parts that become smaller, so that threads end together.

    >>> [r[0].start for r in in_turn((80,), Plan((20,), 5, 2))]
    [0, 20, 35, 40, 50, 55, 60, 65, 70, 75]
    """
    left = prod(shape)
    for region in regions(shape, plan.chunks):
        yield from _parts(region, left, plan)
        left -= _size(region)


def _parts(region: Region, left: int, plan: Plan) -> Iterator[Region]:
    """A block, or parts of it that follow one another: of whole tiles, as short ones cost as much."""
    axis = next((k for k, part in enumerate(region) if part.stop - part.start > 1), None)
    if plan.threads == 1 or axis is None:
        yield region
        return
    start, stop, row = region[axis].start, region[axis].stop, _size(region[axis + 1 :])
    least = plan.least or plan.tile
    while start < stop:
        size = max(least, left // (LAST_EACH * plan.threads))
        size -= size % plan.tile if size > plan.tile else 0
        end = start + max(1, size // row)
        if (stop - end) * row < least / 2:  # what would be left is not worth a part of its own
            end = stop
        yield (*region[:axis], slice(start, end), *region[axis + 1 :])
        left, start = left - (end - start) * row, end


def _size(region: Region) -> int:
    """Points of a block."""
    return prod(part.stop - part.start for part in region)
