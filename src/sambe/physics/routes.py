"""Routes from the jumps of a batch to its solution, one for each treatment of the coherences.

Each takes jumps in the zone that the equation gives, the system and the method; points are put into the zones
that their coherences ask for, with the Lamb shift, and those that are solved alike go together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..description.system import System
from ..numerics.arrays import Array, is_numpy, namespace, values_of
from .currents.terminals import secular_currents
from .dressing.dressing import ordered, shift_zone
from .equations import quanta_meet
from .generators.jumps import Jumps, baths_at, jumps_at, make_jumps, true_rates
from .generators.lamb_shift import NO_SHIFT
from .generators.level_shifts import with_shift
from .generators.near_states.coherences import relaxation_rates
from .generators.near_states.multiples import zone_groups
from .generators.near_states.zones import zone_shift
from .generators.positive import (
    cluster_jumps,
    make_clustered,
    make_universal,
    shifted_dressing,
)
from .generators.redfield import make_redfield
from .method import Method
from .states.iterations.conjugate_residuals import Scratch
from .states.judgements.cross_terms import Judged, judged_state
from .states.judgements.felt_quanta import may_count
from .states.judgements.standing_currents import in_fast_period, standing_state
from .states.periods.complete_state import solve_complete
from .states.solution import Solution
from .states.stationary import (
    BANDS,
    DENSE_LEVELS,
    Stationary,
    chunk_size,
    redfield_state,
    settled_state,
    stationary_populations,
)
from .states.tones.balance import balanced_batch
from .states.tones.judgement import judged_tones

__all__ = [
    "Route",
    "solve_clustered",
    "solve_coherent",
    "solve_every",
    "solve_judged",
    "solve_populations",
    "solve_universal",
]

Route = Callable[[Jumps, System, Method], Solution]

# factor on the width of clusters and on what a coherence does in a zone: well within what both are good to
MARGIN = 1.2
CONVERGED = 1e-11  # relative change of the currents at which `none` stops: rounding, and no more


def solve_populations(jumps: Jumps, _system: System, _method: Method) -> Solution:
    """Populations alone, by the Pauli rate equation."""
    xp = namespace(jumps.energy)
    populations, unique = stationary_populations(true_rates(jumps))
    kept = xp.zeros(unique.shape, dtype=xp.int64)
    return Solution(jumps, populations, secular_currents(jumps, populations), kept, unique, unique)


def solve_coherent(jumps: Jumps, system: System, method: Method) -> Solution:
    """Populations with the coherences that the currents feel, to the tolerance of the method."""
    return _solve_in_zones(jumps, system, method, method.tolerance)


def solve_every(jumps: Jumps, system: System, method: Method) -> Solution:
    """Every coherence; where quasienergies are folded, with the terms between different quanta."""
    if not quanta_meet(method):
        return _solve_in_zones(jumps, system, method, CONVERGED, judged=not any(jumps.dressing.quanta))
    # left to NumPy: populations alone stand in its place, marked as not converged
    if not is_numpy(namespace(jumps.energy)):
        solution = solve_populations(jumps, system, method)
        return replace(solution, converged=solution.converged & False)
    jumps = with_shift(jumps, system.baths, method)
    every = np.ones(jumps.energy.shape[:-3], dtype=bool)
    whole = balanced_batch(jumps) if jumps.dressing.several_tones else solve_complete(jumps)
    return replace(_solution(jumps, whole), complete=every, judged=0.0 * every)


def _judged(jumps: Jumps, part: Stationary, tolerance: float, static: bool) -> Judged:
    return (judged_tones if jumps.dressing.several_tones else judged_state)(jumps, part, tolerance, static)


def solve_judged(jumps: Jumps, system: System, method: Method) -> Solution:
    """As `solve_coherent`, and the complete equation at the points where it moves a current.

    With squeezed baths those points are told by what the terms between different quanta would move: in the
    complete equation the heat of such a bath cannot be told from the work of its squeezer.
    """
    if any(bath.squeezing_centre is not None for bath in system.baths):
        return solve_coherent(jumps, system, method)
    return _solve_in_zones(jumps, system, method, method.tolerance, judged=True)


def _solve_in_zones(
    jumps: Jumps, system: System, method: Method, tolerance: float, judged: bool = False
) -> Solution:
    shift = _needed_shift(jumps, method)
    if isinstance(shift, np.ndarray):
        return _solve_moved(jumps, shift, system, method, tolerance, judged)
    jumps = with_shift(jumps, system.baths, method)
    part = settled_state(jumps, lambda j: make_redfield(j, shift), tolerance)
    if not any(jumps.dressing.quanta) and not jumps.dressing.several_tones:
        part = standing_state(jumps, part, judged)
        jumps = jumps if system.drive else in_fast_period(jumps, part)
    elif judged and is_numpy(namespace(jumps.energy)):
        part = _judged(jumps_at(jumps, np.arange(part.unique.size)), part, tolerance, method.static)
    elif judged:  # where those terms may matter, NumPy decides and solves
        felt = may_count(jumps, part, shift, tolerance, method.static)
        part = replace(part, converged=part.converged & ~felt)
    return _solution(jumps, part)


def _solution(jumps: Jumps, result: Stationary, kept: Array = None) -> Solution:
    kept = result.kept if kept is None else kept
    complete, shift = (result.complete, result.shift) if isinstance(result, Judged) else (None, None)
    return Solution(jumps, result.state, result.currents, kept, result.unique, result.converged,
                    complete=complete, judged=shift)  # fmt: skip


def _needed_shift(jumps: Jumps, method: Method) -> Array:
    """Zones of the states, or None where all stay and the batch is small enough to be solved at once.

    Those of NumPy's arrays are for `_moved`, others for the generators, which hold them point by point.
    """
    if method.bare or not any(jumps.dressing.quanta):
        return None
    shift = jumps.zones
    if shift is None:
        shift = zone_shift(jumps, stationary_populations, method.tolerance, framed=method.static)
    if not isinstance(shift, np.ndarray):
        return shift
    states = shift.shape[-1]
    return shift if shift.any() or shift.size > states * chunk_size(states) else None


def _solve_moved(
    jumps: Jumps,
    shift: npt.NDArray[np.intp],
    system: System,
    method: Method,
    tolerance: float,
    judged: bool = False,
) -> Solution:
    """Points in their zones: those whose shifts need the same quanta together, as each quantum costs."""
    batch, n = shift.shape[:-1], shift.shape[-1]
    flat, scratch, size = shift.reshape(-1, n), Scratch(), chunk_size(n)
    whole: list[Stationary] = []

    def solve(points: npt.NDArray[np.intp], bands: Sequence[int]) -> npt.NDArray[np.intp]:
        """Put what points settle to in its place; those that do not are left."""
        baths = baths_at(system.baths, batch, points)
        some = _moved(jumps_at(jumps, points), flat[points], baths, method)
        part = settled_state(some, make_redfield, tolerance, scratch, bands)
        if judged:
            part = _judged(some, part, tolerance, method.static)
        if not whole:
            whole.append(_like(part, lambda x: np.zeros((len(flat), *x.shape[1:]), x.dtype)))
        for x, piece in zip(values_of(whole[0]), values_of(part), strict=True):
            x[points] = piece
        return np.asarray(points[~part.converged])

    left = zone_groups(flat)
    # points that do not settle on the first band wait until all groups were tried: a few at a time are
    # slow
    for bands in [[band] for band in BANDS] if n > DENSE_LEVELS else [BANDS]:
        late = [
            np.concatenate([solve(group[k : k + size], bands) for k in range(0, len(group), size)])
            for group in left
        ]
        left = [group for group in late if group.size]
    result = _like(whole[0], lambda x: x.reshape((*batch, *x.shape[1:])))
    return replace(
        _solution(jumps, result), shift=shift, move=lambda: _moved(jumps, shift, system.baths, method)
    )


def _like(part: Stationary, change: Callable[[Array], Array]) -> Stationary:
    """The same record with each of its arrays changed."""
    return type(part)(*map(change, values_of(part)))


def _moved(jumps: Jumps, by: npt.NDArray[np.intp], baths: Sequence[Bath], method: Method) -> Jumps:
    """Jumps between states in other zones, with the Lamb shift."""
    if by.any():
        jumps = make_jumps(ordered(shift_zone(jumps.dressing, by)), baths, method.wiring)
    return with_shift(jumps, baths, method)


def solve_universal(jumps: Jumps, system: System, method: Method) -> Solution:
    """The universal Lindblad equation."""
    jumps, shift = _dressed_by_baths(jumps, _needed_shift(jumps, method), system.baths, method)
    solution = _solution(jumps, settled_state(jumps, lambda j: make_universal(j, shift), method.tolerance))
    return _in_one_zone(solution, shift, method)


def solve_clustered(jumps: Jumps, system: System, method: Method) -> Solution:
    """Clusters of close levels share one jump energy."""
    plain, zones = jumps, _needed_shift(jumps, method)
    jumps, shift = _dressed_by_baths(jumps, zones, system.baths, method)
    xp = namespace(jumps.energy)
    jumps, inside = cluster_jumps(jumps, system.baths, relaxation_rates(jumps), shift)
    part = settled_state(jumps, lambda j: make_clustered(j, inside, shift), method.tolerance)
    solution = _solution(jumps, part, xp.astype(xp.sum(xp.triu(inside, k=1), axis=(-2, -1)), xp.int64))
    if not is_numpy(xp):
        return _in_one_zone(solution, shift, method)
    zones = np.zeros(inside.shape[:-1], dtype=np.intp) if zones is None else zones
    solution = replace(solution, inside=inside)
    return replace(solution, spread=_spread(solution, plain, zones, system, method))


def _spread(
    solution: Solution, plain: Jumps, zones: npt.NDArray[np.intp], system: System, method: Method
) -> npt.NDArray[np.float64]:
    """How far clusters that are wider or narrower, or zones by multiples of omega that do nearly as much,
    move a current, of the largest, ``(...)``."""
    batch, n = zones.shape[:-1], zones.shape[-1]
    out = np.zeros(int(np.prod(batch)))
    currents = solution.currents.reshape(len(out), -1)
    largest = np.maximum(np.abs(currents).max(axis=-1), np.finfo(float).tiny)
    for margin in (MARGIN, 1.0 / MARGIN):
        by = zones
        if any(plain.dressing.quanta):
            by = zone_shift(plain, stationary_populations, method.tolerance, margin, method.static)
        for at in zone_groups(by.reshape(-1, n)):
            baths = baths_at(system.baths, batch, at)
            there, here = by.reshape(-1, n)[at], zones.reshape(-1, n)[at]
            jumps, _ = _dressed_by_baths(jumps_at(plain, at), there, baths, method)
            jumps, inside = cluster_jumps(jumps, baths, relaxation_rates(jumps), None, margin)
            differs = (inside != solution.inside.reshape(-1, n, n)[at]).any(axis=(-2, -1))
            differs |= (there - there[:, :1] != here - here[:, :1]).any(axis=-1)
            who = np.flatnonzero(differs)
            if who.size:
                points = at[who]
                other = make_clustered(jumps_at(jumps, who), inside[who])
                off = redfield_state(other, method.tolerance).currents - currents[points]
                out[points] = np.maximum(out[points], np.abs(off).max(axis=-1) / largest[points])
    return out.reshape(batch)


def _dressed_by_baths(jumps: Jumps, by: Array, baths: Sequence[Bath], method: Method) -> tuple[Jumps, Array]:
    """Jumps in their zones, between levels that the Lamb shift has moved, and what is left to be shifted by
    the generator."""
    if isinstance(by, np.ndarray):
        jumps, by = _moved(jumps, by, baths, method), None
    else:
        jumps = with_shift(jumps, baths, method)
    if jumps.shift_forward is not None:
        jumps = make_jumps(shifted_dressing(jumps), baths, method.wiring)
    return jumps, by


def _in_one_zone(solution: Solution, shift: Array, method: Method) -> Solution:
    """Outside NumPy the levels of a zone are shifted among themselves: no answer where states of two join."""
    if shift is None or method.lamb_shift == NO_SHIFT:
        return solution
    alone = namespace(shift).all(shift == shift[..., :1], axis=-1)
    return replace(solution, unique=solution.unique & alone)
