"""From a System with plain or batched numbers to currents: dress, rate, solve, count.

One pure function, `solve_batch`, in the array namespace of the system's numbers. What does not depend
on the numbers (the frame, the distinct couplings) is prepared once, in a `Method`.
"""

from __future__ import annotations

from dataclasses import replace

from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import namespace
from .dressing.dressing import ordered
from .equations import dressing_of
from .generators.jumps import make_jumps
from .method import Method
from .states.conserved import several_states
from .states.solution import Solution
from .states.stationary import DENSE_LEVELS
from .treatments import TREATMENTS, channel_counter

__all__ = ["solve_batch"]


def solve_batch(system: System, method: Method) -> Solution:
    """Stationary state and currents of a batch of points.

    Parameters
    ----------
    system : System
        Numbers are scalars or arrays of one broadcast batch shape ``(...)``.
    method : Method

    Returns
    -------
    Solution
        Currents positive into the system, the pump's last.

    Raises
    ------
    InputError
        If the equation knows no dressed states.
    """
    dressing = ordered(dressing_of(system, method))
    jumps = make_jumps(dressing, system.baths, method.wiring)
    route = TREATMENTS[method.secular].solve
    if route is None:
        raise InputError("secular", method.secular, "it has no dressed states to solve for")
    found = replace(route(jumps, system, method), framed=method.static)
    # up to eight levels the matrix that keeps coherences holds all of them, and tells by itself
    if not TREATMENTS[method.secular].populations_only and system.levels <= DENSE_LEVELS:
        return found
    quanta_apart = channel_counter(method) is not None
    several = several_states(found.plain, system.baths, dark=quanta_apart)
    if not several.any():
        return found
    return replace(found, unique=found.unique & ~namespace(found.unique).asarray(several))
