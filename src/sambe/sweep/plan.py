"""How much work memory a point needs, so that blocks of points fit a budget, and the reuse of it.

The figures were measured with `tracemalloc` (see the tests); they are upper bounds within a factor of a few.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..errors import InputError
from ..physics.dressing.floquet import splitting_steps
from ..physics.pipeline import Method
from ..physics.states.harmonic_balance import DENSE_LEVELS as MATRIX_LEVELS
from ..physics.states.stationary import DENSE_LEVELS
from .axes import Sweep

__all__ = ["parse_memory", "point_bytes", "reuse_memory", "split_steps"]

UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
         "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip
FEWEST_STEPS, MOST_STEPS = 32, 1 << 15
BASIS = 80 * 17 + 300  # the directions of an iterated harmonic balance, 17 harmonics each, and its samples
LARGEST_REUSED = 31 * 2**20  # glibc hands every block from 32 MiB on back to the system


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


def point_bytes(sweep: Sweep, method: Method) -> int:
    """Work memory that the most expensive point of a sweep needs at the peak, in bytes.

    Counted in complex matrices (N, N): so many for the C coupling operators with Q harmonics each, for the
    rates of U baths, and for the steps of a propagation.
    """
    n, u, c = sweep.system.levels, len(sweep.system.baths), len(method.operators)
    quanta, steps, split = 1, 0, None
    if method.equation == "driven_dressed":
        jumps = np.abs(np.subtract.outer(method.frame, method.frame))
        quanta = len(np.unique(jumps[np.any([op != 0 for op in method.operators], axis=0)]))
    elif method.equation == "floquet":
        split = split_steps(sweep, method)
        steps = propagation_steps(sweep) if split is None else split
        quanta = steps // 8 if split is None else steps // 2
    # two levels are propagated all at once, more at the steps of others; a splitting forms products of each
    path = (16 if n == 2 else 8 if split is None else 12) * steps
    if method.secular == "full":
        matrices = 10 + 5 * c * quanta + 2 * u + path
    else:
        basis = 24 if n > DENSE_LEVELS else 0  # of the iteration
        matrices = 40 + basis + 20 * c * quanta + 12 * u + path
    if method.secular == "none" and method.equation == "floquet":
        matrices += 40 * n * n if n <= MATRIX_LEVELS else BASIS
    return 16 * n * n * matrices


@cache
def reuse_memory() -> None:
    """Have the C library keep freed work arrays for the next ones, in this process.

    glibc returns freed blocks above 128 kB to the system, and each new one costs a page fault for every
    4 kB: a quarter to a half of the time of a point with 20 levels. It raises that bound to the largest
    block that it has seen freed, so one untouched block is enough; elsewhere this does nothing.
    """
    np.empty(LARGEST_REUSED, dtype=np.uint8)


def split_steps(sweep: Sweep, method: Method) -> int | None:
    """About how many steps of a splitting the most expensive point needs, None where those are not taken."""
    system = sweep.extreme()
    if method.equation != "floquet" or system.omega is None:
        return None
    return splitting_steps(system.harmonics(), system.omega, method.frame, method.propagation_tolerance)


def propagation_steps(sweep: Sweep) -> int:
    """About how many Magnus steps the most expensive point needs for its period.

    Seven for each turn of a matrix element against the others, and nine for each turn by its size.
    """
    system = sweep.extreme()
    if system.omega is None:
        return FEWEST_STEPS
    harmonics = system.harmonics()
    bare = np.diagonal(harmonics[0]).real
    moving = sum(np.abs(h) for h in harmonics.values()) - np.diag(np.abs(bare))
    gaps = np.abs(np.subtract.outer(bare, bare))[moving > 0]
    turns = gaps.max(initial=0.0) / system.omega + max(harmonics)
    strength = moving.sum(axis=-1).max() / system.omega
    steps = 2.0 ** np.ceil(np.log2(7.0 * turns + 9.0 * strength + 1.0))
    return int(np.clip(steps, FEWEST_STEPS, MOST_STEPS))
