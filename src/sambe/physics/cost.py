"""What a point costs: work memory in bytes, steps of its propagation, seconds of a balance.

The figures of memory were measured with `tracemalloc` (see the tests); they are upper bounds within a factor
of a few.
"""

from __future__ import annotations

import numpy as np

from ..description.system import System
from .dressing.floquet import splitting_steps
from .method import Method
from .states.harmonic_balance import DENSE_LEVELS as MATRIX_LEVELS
from .states.stationary import DENSE_LEVELS

__all__ = ["point_bytes", "propagation_steps", "split_steps", "typical_seconds"]

FEWEST_STEPS, MOST_STEPS = 32, 1 << 15
BASIS = 80 * 17 + 300  # the directions of an iterated harmonic balance, 17 harmonics each, and its samples


def point_bytes(system: System, method: Method) -> int:
    """Work memory that a point needs at the peak, in bytes; of a sweep take the System at its extremes.

    Counted in complex matrices (N, N): so many for the C coupling operators with Q harmonics each, for the
    rates of U baths, and for the steps of a propagation.
    """
    n, u, c = system.levels, len(system.baths), len(method.operators)
    quanta, steps, split = 1, 0, None
    if method.equation == "driven_dressed":
        jumps = np.abs(np.subtract.outer(method.frame, method.frame))
        quanta = len(np.unique(jumps[np.any([op != 0 for op in method.operators], axis=0)]))
    elif method.equation == "floquet":
        split = split_steps(system, method)
        steps = propagation_steps(system) if split is None else split
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


def split_steps(system: System, method: Method) -> int | None:
    """About how many steps of a splitting a point needs, None where those are not taken."""
    if method.equation != "floquet" or system.omega is None:
        return None
    return splitting_steps(system.harmonics(), system.omega, method.frame, method.propagation_tolerance)


def propagation_steps(system: System) -> int:
    """About how many Magnus steps a point needs for its period.

    Seven for each turn of a matrix element against the others, and nine for each turn by its size.
    """
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


def typical_seconds(levels: int) -> float:
    """About how long a point takes on one core: where many are asked for, some may have to do."""
    return 0.009 + min(2.9e-5 * levels**4, 0.02 + 1.3e-6 * levels**3)
