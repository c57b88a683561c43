"""Statistics of the energies at the stationary states of a batch: noise, cumulants, what there is in all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, is_numpy, namespace, values_of
from ..currents.cumulants import Cumulants, cumulants_of
from ..generators.counting.counting_field import Counted, CountedCoherences, CountedPopulations
from ..generators.counting.counting_harmonics import CountedPeriod
from ..generators.jumps import Jumps, jumps_at
from ..generators.periodic_generator import HARMONIC_FLOOR, reach_of
from ..generators.redfield import pack
from ..method import Counting, Method
from ..states.group_inverse import DenseResponse, IteratedResponse
from ..states.periods.complete_state import MAP_LEVELS, courses_of
from ..states.periods.period_response import IteratedPeriod, MappedPeriod
from ..states.solution import Solution
from ..states.stationary import DENSE_LEVELS
from ..states.tones.balance import balanced_harmonics
from ..treatments import TREATMENTS
from .counted_balance import counted_balance

__all__ = ["Statistics", "batch_statistics", "particle_statistics", "period_response", "response_at",
           "statistics_of"]  # fmt: skip

# Numbers in the derivatives of the generators of points that are counted together: they stay in the cache
TOGETHER = 2**19

Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Statistics:
    """Statistics of a batch ``(P,)``.

    Attributes
    ----------
    noise : array (P, U + T, U + T)
    cumulants : array (P, K, U + T)
    shot : array (P, U + T)
        See `sambe.physics.currents.cumulants.Cumulants`.
    activity : array (P,)
        Jumps per unit time that change the state or absorb quanta.
    absorbed : array (P, U)
        Energy per unit time that each bath brings to the system, counted on the system's side.
    converged : bool array (P,)
    """

    noise: Array
    cumulants: Array
    shot: Array
    activity: Array
    absorbed: Array
    converged: Array

    @classmethod
    def blank(cls, points: int, orders: int, baths: int, tones: int = 1) -> Statistics:
        """Not known yet."""
        t = baths + tones
        shapes = ((points, t, t), (points, orders, t), (points, t), (points,), (points, baths))
        noise, cumulants, shot, activity, absorbed = (np.full(shape, np.nan) for shape in shapes)
        return cls(noise, cumulants, shot, activity, absorbed, np.zeros(points, dtype=bool))

    def put(self, points: Points, part: Statistics) -> None:
        """Enter what is known of some points."""
        for whole, piece in zip(values_of(self), values_of(part), strict=True):
            whole[points] = piece


def statistics_of(solution: Solution, method: Counting) -> Statistics:
    """Statistics at the stationary states of a batch with one axis of points; not a number where there is no
    answer."""
    points, n = solution.unique.size, solution.plain.dressing.levels
    baths = len(solution.plain.wiring)
    out = Statistics.blank(points, method.cumulants, baths, solution.currents.shape[-1] - baths)
    solved = solution.unique & solution.converged & np.isfinite(solution.currents).all(axis=-1)
    places = np.flatnonzero(solved)
    unknowns = n if TREATMENTS[method.secular].populations_only else n * n
    each = unknowns * (unknowns if n <= DENSE_LEVELS else 1) * (baths + 1) * max(method.cumulants, 2)
    size = max(1, TOGETHER // each)
    if solution.complete is not None:
        complete = _balanced if solution.plain.dressing.several_tones else _complete
        complete(solution, places[solution.complete[places]], method, out)
        places = places[~solution.complete[places]]
    for batch in (places[k : k + size] for k in range(0, places.size, size)):
        out.put(batch, _at(solution, batch, method))
    return out


def batch_statistics(solution: Solution, method: Counting) -> Statistics:
    """The same by operations that a compiler can take whole, of states that no zone has moved.

    Every coherence is in the matrix; the points of the complete equation are for `statistics_of`.
    """
    counted = TREATMENTS[method.secular].counted(solution.plain, solution.inside)
    return _of_generator(counted, _unknowns(solution.state), None, method)


def particle_statistics(solution: Solution, method: Counting, tones: int = 1) -> Statistics:
    """The same of the particles through the leads of a batch: each jump counts by those that it brings, in
    the place of its energy. The pumps, one of each of so many tones, bring none."""
    jumps = solution.jumps
    change = next(beyond.change for beyond in jumps.beyond if beyond.change is not None)
    counting = replace(solution, plain=replace(jumps, energy=1.0 * change), move=None, shift=None)
    whole = statistics_of if is_numpy(namespace(solution.currents)) else batch_statistics
    out = whole(counting, method)
    baths = out.absorbed.shape[-1]
    cumulants, shot = (_with_pumps(x[..., :baths], tones, (-1,)) for x in (out.cumulants, out.shot))
    noise = _with_pumps(out.noise[..., :baths, :baths], tones, (-1, -2))
    return replace(out, noise=noise, cumulants=cumulants, shot=shot)


def _with_pumps(x: Array, pumps: int, axes: tuple[int, ...]) -> Array:
    """Zero for so many pumps behind the baths along each of some axes; what is not a number stays so."""
    xp = namespace(x)
    for axis in axes:
        none = 0.0 * (x[..., :1] if axis == -1 else x[..., :1, :])
        x = xp.concat([x, *[none] * pumps], axis=axis)
    return x


def _complete(solution: Solution, points: Points, method: Counting, out: Statistics) -> None:
    """At points of the complete equation, whose states are periodic."""
    jumps = jumps_at(solution.jumps, points)
    for alike, packed, slow in courses_of(jumps):
        out.put(points[alike], _over_period(jumps_at(jumps, alike), packed, slow, method))


def _balanced(solution: Solution, points: Points, method: Counting, out: Statistics) -> None:
    """At points of the complete equation under several tones, one by one."""
    for point in points:
        jumps = jumps_at(solution.jumps, np.array([point]))
        state = balanced_harmonics(jumps)
        answer = counted_balance(jumps, state, method.cumulants) if state else None
        if answer is None:
            continue
        statistics, activity = answer
        # energies of the jumps, as every current here is counted
        absorbed = statistics.cumulants[:, 0, : len(jumps.wiring)]
        known = np.ones(1, dtype=bool)
        out.put(
            np.array([point]),
            Statistics(statistics.noise, statistics.cumulants, statistics.shot, activity, absorbed, known),
        )


def _over_period(jumps: Jumps, packed: Reals, slow: bool, method: Counting) -> Statistics:
    """From packed states at samples of a period, ``(P, M, N, N)``."""
    samples, n = packed.shape[1:3]
    part = _answered(packed, method, *period_response(jumps, packed, slow))
    left = np.flatnonzero(~part.converged)
    if left.size and n <= MAP_LEVELS and samples & (samples - 1) == 0:  # as many as a map has steps
        group, state = jumps_at(jumps, left), packed[left]
        mapped = MappedPeriod(group, reach_of(jumps, HARMONIC_FLOOR)[left], state)
        part.put(left, _answered(state, method, _counted_period(group, samples), mapped))
    return part


def _counted_period(jumps: Jumps, samples: int) -> CountedPeriod:
    return CountedPeriod(jumps, reach_of(jumps, HARMONIC_FLOOR), samples)


def period_response(jumps: Jumps, packed: Reals, slow: bool) -> tuple[CountedPeriod, IteratedPeriod]:
    """The complete equation with counting fields, and its answers to sources, by iteration."""
    reach = reach_of(jumps, HARMONIC_FLOOR)
    return _counted_period(jumps, packed.shape[1]), IteratedPeriod(jumps, reach, packed, slow)


def _answered(
    packed: Reals, method: Counting, counted: CountedPeriod, respond: IteratedPeriod | MappedPeriod
) -> Statistics:
    """With the answers of one route."""
    x = packed.reshape(len(packed), -1)
    statistics = cumulants_of(counted, x, respond, method.cumulants)
    absorbed = statistics.cumulants[:, 0, :-1]
    return _with_cumulants(statistics, counted.activity(x), absorbed, respond.converged)


def _with_cumulants(known: Cumulants, activity: Array, absorbed: Array, converged: Array) -> Statistics:
    return Statistics(known.noise, known.cumulants, known.shot, activity, absorbed, converged)


def response_at(
    solution: Solution, points: Points, method: Method
) -> tuple[Counted, Reals, DenseResponse | IteratedResponse]:
    """At some points the generator with counting fields, its stationary state, and its answers to sources."""
    inside = None if solution.inside is None else solution.inside[points]
    counted = TREATMENTS[method.secular].counted(jumps_at(solution.jumps, points), inside)
    x = _unknowns(solution.state[points])
    if isinstance(counted, CountedPopulations) or counted.levels <= DENSE_LEVELS:
        return counted, x, DenseResponse(counted.generator, counted.place)
    return counted, x, IteratedResponse(counted.redfield, x, solution.kept[points], method.tolerance)


def _unknowns(state: Array) -> Array:
    """Populations, or packed states, flat."""
    return state if state.ndim == 2 else namespace(state).reshape(pack(state), (len(state), -1))


def _at(solution: Solution, points: Points, method: Counting) -> Statistics:
    """At some points."""
    counted, x, respond = response_at(solution, points, method)
    return _of_generator(counted, x, respond, method)


def _of_generator(
    counted: Counted, x: Array, respond: DenseResponse | IteratedResponse | None, method: Counting
) -> Statistics:
    """With the answers of one route, by default those of the whole matrix."""
    respond = respond or DenseResponse(counted.generator, counted.place)
    statistics = cumulants_of(counted, x, respond, method.cumulants)
    baths = len(counted.baths)
    if isinstance(counted, CountedCoherences):
        absorbed = namespace(x).stack([counted.absorbed(u, x) for u in range(baths)], axis=-1)
    else:
        absorbed = statistics.cumulants[:, 0, :baths]
    return _with_cumulants(statistics, counted.activity(x), absorbed, respond.converged)
