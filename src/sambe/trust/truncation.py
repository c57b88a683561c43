"""The system with each cut ladder one level lower, which tells what the cut costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..description.hilbert_space.ladders import find_ladders, top_states
from ..description.operators import Operator
from ..description.system import System
from ..description.tones.quanta import vectors_of

__all__ = ["find_ladders", "top_states", "without_top"]


def without_top(system: System) -> System:
    """The system with the top level of every ladder removed from all operators."""
    keep = np.ix_(~top_states(system), ~top_states(system))

    def terms(pairs: Any) -> list[tuple[Any, Operator]]:
        return [(c, op[keep]) for c, op in pairs]

    baths = [b.turned(lambda op: op[keep]) for b in system.baths]
    if system.steps is not None:
        steps = system.steps.turned(lambda op: op[keep])
        return System(None, omega=system.omega, baths=baths, name=system.name, steps=steps)
    frame = None
    if system.frame is not None:
        rows = np.asarray(system.frame) if system.tones == 1 else vectors_of(system.frame, system.tones)
        frame = rows[~top_states(system)]
    return System(
        terms(system.hamiltonian),
        {k: terms(t) for k, t in system.drive.items()},
        system.omega,
        baths,
        frame,
        system.name,
    )
