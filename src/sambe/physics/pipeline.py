"""From a System with plain or batched numbers to currents: dress, rate, solve, count.

Pure functions, `solve_batch` and its first half `jumps_of`, in the array namespace of the system's numbers.
What does not depend on the numbers (the frame, the distinct couplings) is prepared once, in a `Method`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Array, Number, is_array, namespace
from .dressing.dressing import Dressing, ordered
from .equations import EQUATIONS, dressing_of
from .generators.jumps import Jumps, Points, jumps_at, make_jumps
from .generators.near_states.multiples import zone_groups
from .generators.near_states.standing_phase import in_standing_phase, without_phases
from .generators.near_states.zones import zone_shift
from .method import Method
from .states.conserved import several_states
from .states.solution import Solution
from .states.stationary import DENSE_LEVELS, stationary_populations
from .treatments import TREATMENTS, channel_counter

__all__ = ["by_zones", "dressed", "jumps_of", "solve_batch"]


def solve_batch(system: System, method: Method, jumps: Jumps | None = None) -> Solution:
    """Stationary state and currents of a batch of points.

    Parameters
    ----------
    system : System
        Numbers are scalars or arrays that broadcast to one batch shape ``(...)``, each of any part of it.
    method : Method
    jumps : Jumps, optional
        From `jumps_of`, if they are there already.

    Returns
    -------
    Solution
        Currents positive into the system, the pump's last.

    Raises
    ------
    InputError
        If the equation knows no dressed states.
    """
    system = _with_its_phases(system, method)
    jumps = jumps_of(system, method) if jumps is None else jumps
    route = TREATMENTS[method.secular].solve
    if route is None:
        raise InputError("secular", method.secular, "it has no dressed states to solve for")
    solution = replace(route(jumps, system, method), framed=method.static)
    # up to eight levels the matrix that keeps coherences holds all of them, and tells by itself
    if not TREATMENTS[method.secular].populations_only and system.levels <= DENSE_LEVELS:
        return solution
    quanta_apart = channel_counter(method) is not None
    several = several_states(solution.plain, system.baths, dark=quanta_apart)
    if not several.any():
        return solution
    return replace(solution, unique=solution.unique & ~namespace(solution.unique).asarray(several))


def jumps_of(system: System, method: Method, dressing: Dressing | None = None) -> Jumps:
    """Jumps of a batch of points, in the zone that the equation gives: the first half of `solve_batch`."""
    system = _with_its_phases(system, method)
    dressing = dressed(system, method) if dressing is None else dressing
    return make_jumps(dressing, system.baths, method.wiring)


def dressed(system: System, method: Method) -> Dressing:
    """Dressing of a batch of points, whatever their baths: where the jumps of `jumps_of` come from."""
    system = _with_its_phases(system, method)
    numbers = system.numbers()
    dressing = ordered(dressing_of(_dressed_batch(system, numbers), method))
    if method.bare:
        dressing = replace(dressing, tilt=None)
    dressing = _over_batch(dressing, list(numbers.values()))
    return in_standing_phase(dressing, system.baths)


def by_zones(jumps: Jumps, method: Method) -> list[tuple[Points, Jumps]]:
    """Jumps of NumPy's with one axis of points by the zones to which the treatment moves states: together
    those whose shifts need the same quanta, as a sum over more of them is rounded otherwise."""
    if method.bare or not TREATMENTS[method.secular].zoned or not any(jumps.dressing.quanta):
        return [(np.arange(len(jumps.energy)), jumps)]
    zones = zone_shift(jumps, stationary_populations, method.tolerance, framed=method.static)
    jumps, groups = replace(jumps, zones=zones), zone_groups(zones)
    return [(at, jumps if len(groups) == 1 else jumps_at(jumps, at)) for at in groups]


def _with_its_phases(system: System, method: Method) -> System:
    """The system as the equation sees it."""
    return system if EQUATIONS[method.equation].keeps_phase else without_phases(system)


def _dressed_batch(system: System, numbers: dict[str, Number]) -> System:
    """The System with its Hamiltonian on the batch of all numbers that dress it."""
    dress = [x for path, x in numbers.items() if _dresses(path)]
    shapes = {np.shape(x) for x in dress}
    if len(shapes - {()}) < 2:
        return system
    arrays = [x for x in dress if is_array(x)]
    one = namespace(*arrays).ones(np.broadcast_shapes(*shapes))
    return system.map_numbers(lambda path, x: x * one if path == "hamiltonian[0]" else x)


def _dresses(path: str) -> bool:
    """Whether a number at this path enters the dressing, as those of a modulated coupling do."""
    return not path.startswith(("bath ", "lead ")) or ".coupling[" in path


def _over_batch(dressing: Dressing, numbers: list[Number]) -> Dressing:
    """The dressing at every point of the batch and in its library: some differ in their baths alone."""
    batch = np.broadcast_shapes(*map(np.shape, numbers))
    shape = tuple(dressing.energies.shape[:-1])
    xp = namespace(dressing.energies, *filter(is_array, numbers))
    if shape == batch and xp is namespace(dressing.energies):
        return dressing

    def wide(x: Array, axes: int) -> Array:
        x = xp.asarray(x)
        return xp.broadcast_to(x, (*batch, *x.shape[x.ndim - axes :]))

    tilt = None if dressing.tilt is None else wide(dressing.tilt, 2)
    observed = None if dressing.observed is None else _over_batch(dressing.observed, numbers)
    return replace(dressing, energies=wide(dressing.energies, 1), couplings=wide(dressing.couplings, 4),
                   states=wide(dressing.states, 2), tilt=tilt, observed=observed)  # fmt: skip
