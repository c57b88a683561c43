"""How many steps the propagation of a period takes, estimated before it is made."""

from __future__ import annotations

import numpy as np

from ...description.system import System
from .floquet import splitting_steps, two_level_cost
from .magnus import MOST_STEPS
from .two_level import CHUNK

__all__ = ["FEWEST_STEPS", "MOST_STEPS", "propagation_load", "propagation_steps", "split_steps"]

FEWEST_STEPS = 32  # Magnus steps of a period that its memory is reckoned for, at least
TURN_STEPS, STRENGTH_STEPS = (
    7.0,
    9.0,
)  # Magnus steps for each turn in a period, fitted to those that were taken

TWO_LEVEL_MATRICES = 6  # (2, 2) for each step: rotations, and Bloch vectors at every sample; measured
SHARED = 8  # points at least among which what is propagated at once is counted


def propagation_load(system: System, frame: tuple[int, ...], tolerance: float) -> tuple[int, int]:
    """Coupling harmonics that are held, and complex (N, N) matrices of work, of a point.

    Two levels are propagated so many steps at once, whatever the points; more levels at the steps of others;
    a splitting forms products of each step.
    """
    if system.levels == 2 and system.omega is not None:
        steps, harmonics = two_level_cost(system.harmonics(), system.omega, tolerance)
        return harmonics, TWO_LEVEL_MATRICES * (steps if steps > CHUNK else min(steps, CHUNK // SHARED))
    split = split_steps(system, frame, tolerance)
    if split is not None:
        return split // 2, 12 * split
    steps = propagation_steps(system)
    return steps // 8, 8 * steps


def split_steps(system: System, frame: tuple[int, ...], tolerance: float) -> int | None:
    """About how many steps of a splitting a point needs, within the bound of work; None where those are not
    taken."""
    if system.omega is None or system.tones > 1:
        return None
    steps = splitting_steps(system.harmonics(), system.omega, frame, tolerance)
    return None if steps is None else min(steps, MOST_STEPS)


def propagation_steps(system: System) -> int:
    """About how many Magnus steps a point needs for its period.

    Some for each turn of a matrix element against the others, and some for each turn by its size.
    """
    if system.omega is None:
        return FEWEST_STEPS
    harmonics = system.harmonics()
    bare = np.diagonal(harmonics[0]).real
    moving = sum(np.abs(h) for h in harmonics.values()) - np.diag(np.abs(bare))
    gaps = np.abs(np.subtract.outer(bare, bare))[moving > 0]
    turns = gaps.max(initial=0.0) / system.omega + max(harmonics)
    strength = moving.sum(axis=-1).max() / system.omega
    steps = 2.0 ** np.ceil(np.log2(TURN_STEPS * turns + STRENGTH_STEPS * strength + 1.0))
    return int(np.clip(steps, FEWEST_STEPS, MOST_STEPS))
