"""What a point costs: work memory in bytes, seconds of a balance.

The figures of memory were measured with `tracemalloc` (see the tests); they are upper bounds within a factor
of a few.
"""

from __future__ import annotations

from ..description.system import System
from .equations import EQUATIONS
from .generators.coupling_parts import turning_quanta
from .method import Method
from .states.complete_state import typical_seconds
from .treatments import work_matrices

__all__ = ["point_bytes", "typical_seconds"]

COMPLEX = 16  # bytes of a number


def point_bytes(system: System, method: Method) -> int:
    """Work memory that a point needs at the peak, in bytes; of a sweep take the System at its extremes.

    Counted in complex matrices (N, N): so many for the coupling operators with the harmonics of each, for the
    rates of the baths, and for the steps of a propagation.
    """
    harmonics, path = EQUATIONS[method.equation].load(system, method)
    every = len(method.operators) * harmonics
    if method.mixing:
        turning = turning_quanta(method.mixing)
        every += method.couplings * min(harmonics * len(turning), harmonics + max(turning))
    matrices = work_matrices(method, system.levels, every, len(system.baths)) + path
    return COMPLEX * system.levels**2 * matrices
