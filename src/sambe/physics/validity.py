"""What a solution says of its own validity: gaps over rates, the cut of a ladder, rates that diverge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..numerics.arrays import Array, expand, folded, is_numpy, namespace, over_last
from .dressing.frequencies import Tones, expanded_omega, largest_turn, slowest
from .generators.jumps import ROUNDING, Jumps, Points, jumps_at
from .generators.near_states.coherences import coherence_paths
from .generators.near_states.multiples import differences_of
from .states.judgements.close_states import (
    EMPTY,
    FAR,
    TINY,
    TRUSTED_EFFECT,
    CloseStates,
    gaps_and_rates,
    in_common_zone,
)
from .states.judgements.many_levels import MANY_LEVELS, nearest_driven, summed_move
from .states.solution import Solution
from .statuses import STATUS

__all__ = ["currents_apart", "diverging", "point_status", "reach",
           "secular_measures", "secular_ratio", "turning_ratio"]  # fmt: skip

POPULATED = 1e-3  # pairs of states that hold less than this share do not count
FARTHER = 300.0  # relaxation rates beyond which first order, in rate over gap, is a third of a per cent
MOVED_WITHIN = 200.0  # twice the rates within which a coherence moves a one-way flow by a per cent
TOGETHER = 2**16  # pairs of states at multiples of omega that are looked at together: they stay in the cache
# Pairs of states of the points that are looked at together. Measured on Kerr oscillators of 8, 20 and 40
# levels: labelled populations take a fourth, an eighth and a tenth longer at 2^14, and as long at 2^17.
PAIRS = 2**16
STANDING = 1e-12  # jumps of less than this share of the largest energy take none at all


@dataclass(frozen=True)
class Secular:
    """How far apart states lie, and what populations alone leave out; see `secular_measures`."""

    ratio: Array
    shift: Array


def secular_ratio(jumps: Jumps, populations: Array, baths: Sequence[Bath] | None = None) -> Array:
    """Smallest gap over relaxation rate, ``(...)``: the secular approximation needs it large.

    Gaps count modulo those multiples of omega by which two channels can differ. Where a pair lies within
    ten relaxation rates, it counts if leaving out its coherence changes a current by more than one per
    cent of it, to first order, or if all coherences together do; however weakly it is driven, however little
    it holds. Further apart, pairs count that hold population and whose coherence the baths can drive.

    Parameters
    ----------
    jumps : Jumps
    populations : array (..., N)
    baths : sequence of Bath, optional
        To look at pairs near one another modulo omega too, where the jumps are not in a common zone.
    """
    return secular_measures(jumps, populations, baths).ratio


def secular_measures(
    jumps: Jumps, populations: Array, baths: Sequence[Bath] | None = None, currents: Array = None
) -> Secular:
    """The `secular_ratio`, and what coherences that populations leave out would move, in one pass.

    That is the largest move of a current, of the largest. To first order, at the points where a pair of
    states that are not both empty lies within `reach` of its relaxation rates, modulo omega too; zero
    elsewhere. Where one lies within `FAR` of them the first order may mislead, and what it says to be more
    than `HINT` is worked out with every coherence.

    Of more than `MANY_LEVELS` pairs are not told apart: those within `FAR` count unless all coherences
    together move no current, and the first order stands. What is worked out would cost as much as the
    treatments that keep it.

    Parameters
    ----------
    jumps, populations, baths
        See `secular_ratio`.
    currents : array (..., U + 1), optional
        Of the populations, where the move is asked for.
    """
    n, w, batch = jumps.dressing.levels, _by_pairs(jumps.dressing.omega), populations.shape[:-1]
    shift, p = np.zeros(int(np.prod(batch, dtype=int))), populations.reshape(-1, n)
    if n == 1:
        return Secular(np.full(batch, np.inf), shift.reshape(batch))
    if n > MANY_LEVELS and not jumps.dressing.several_tones:
        return _of_many_levels(jumps, p, baths, currents is not None)
    i, j = np.triu_indices(n, 1)  # each pair once, as the question is the same for i, j and j, i
    gap, rate = gaps_and_rates(jumps, i, j)
    pair = populations[..., i] + populations[..., j]
    every = _farther(jumps, gap, w, pair, (i, j)) / rate
    flat = every.reshape(-1, len(i))
    distance = np.where(pair >= EMPTY, _distances(jumps, gap, w, rate), np.inf)
    near = moved = folded(np.logical_or, distance < FAR).reshape(-1)
    if currents is not None:
        within = distance < reach(jumps, populations, currents, pair)
        moved = near | folded(np.logical_or, within).reshape(-1)
    close, size = np.flatnonzero(moved), max(1, PAIRS // n**2)
    for points in (close[k : k + size] for k in range(0, len(close), size)):
        for some in CloseStates.groups(jumps, baths, points, p[points], stationary=currents is not None):
            inside = np.flatnonzero(near[some.points])
            if inside.size:
                who = some.points[inside]
                flat[who] = some.nearer(inside, flat[who])
            if currents is not None:
                shift[some.points] = some.move()
                felt = np.flatnonzero((shift[some.points] > TRUSTED_EFFECT) & near[some.points])
                if felt.size:  # though none of them by itself to first order
                    who = some.points[felt]
                    flat[who, 0] = np.minimum(flat[who, 0], some.nearest_held()[felt])
    return Secular(folded(np.minimum, every), shift.reshape(batch))


def _of_many_levels(jumps: Jumps, populations: Array, baths: Sequence[Bath] | None, moved: bool) -> Secular:
    """The same of points ``(P, N)`` of very many levels."""
    batch = jumps.dressing.energies.shape[:-1]
    ratio, shift = np.full(len(populations), np.nan), np.zeros(len(populations))
    for k in np.flatnonzero(np.isfinite(populations).all(axis=-1)):
        one, p = np.array([k]), populations[k : k + 1]
        ratio[k] = nearest_driven(jumps_at(jumps, one), p, POPULATED)
        if moved:
            shift[k], worst = summed_move(in_common_zone(jumps, baths, one), p)
            if worst <= TRUSTED_EFFECT:  # all of them together move no current: none counts by itself
                ratio[k] = max(ratio[k], FAR)
    return Secular(ratio.reshape(batch), shift.reshape(batch))


def _farther(jumps: Jumps, gap: Array, w: Any, pair: Array, of: tuple[Points, Points]) -> Array:
    """Distances of pairs that hold population, modulo multiples of omega at which baths drive them."""
    (i, j), every, counted = of, np.full(gap.shape, np.inf), pair >= POPULATED
    paths = list(coherence_paths(jumps).items())
    size = max(1, TOGETHER // gap.size)
    for some in (paths[k : k + size] for k in range(0, len(paths), size)):
        turning = np.abs(np.reshape([m for m, _ in some], (-1, *(1,) * gap.ndim)) * w)
        path = np.stack([path[..., i, j] | path[..., j, i] for _, path in some])
        apart = np.where(path & counted, np.abs(gap - turning), np.inf)
        every = np.minimum(every, apart.min(axis=0))
    return every


def _by_pairs(omega: Any) -> Any:
    """A frequency, or those of several tones, with an axis for pairs of states."""
    return expanded_omega(omega, 1) if isinstance(omega, Tones) else np.asarray(omega)[..., None]


def reach(jumps: Jumps, populations: Array, currents: Array, pair: Array) -> Array:
    r"""Relaxation rates within which a pair's coherence may move a current by a per cent, ``(..., K)``.

    What it moves is of the order of the one-way flow times rate over gap, and of the square of that where the
    couplings are real: then the coherence that populations drive is imaginary, but for that. A current J
    that is what is left of a larger flow, :math:`A = W\sum_j p_j\gamma_j/|J|` with the energy W of a jump,
    is moved the more: within :math:`200 A p` rates, or the root of it, with what the ``pair`` holds for p; no
    less than `FAR` and no more than `FARTHER`.
    """
    xp, d = namespace(currents), jumps.dressing
    spread = d.energies[..., -1] - d.energies[..., 0]
    if any(d.quanta):  # of the levels of a frame those that hold something
        mean = over_last("add", populations * d.energies)[..., None]
        spread = xp.sqrt(over_last("add", xp.abs(populations) * (d.energies - mean) ** 2))
    energy = largest_turn(d.quanta, d.omega) + spread
    largest = over_last("maximum", xp.abs(currents))
    flow = energy * over_last("add", xp.abs(populations) * jumps.leaving)
    rates = MOVED_WITHIN * flow / xp.maximum(largest, xp.full_like(largest, TINY))
    more = (1,) * (pair.ndim - rates.ndim)
    rates = xp.reshape(rates, (*rates.shape, *more)) * pair
    if xp.isdtype(d.couplings.dtype, "complex floating"):
        axes = (-4, -3, -2, -1)
        phases = xp.max(xp.abs(xp.imag(d.couplings)), axis=axes)
        real = phases <= ROUNDING * xp.max(xp.abs(xp.real(d.couplings)), axis=axes)
        rates = xp.where(xp.reshape(real, (*real.shape, *more)), xp.sqrt(rates), rates)
    else:
        rates = xp.sqrt(rates)
    return xp.clip(rates, FAR, FARTHER)


def currents_apart(solution: Solution, currents: Array) -> Array:
    r"""Largest difference of a current from those of another treatment, of the largest, ``(...)``.

    Where nothing is driven, all currents vanish in equilibrium, which an equation that is not positive knows
    to its own order alone: there the largest counts as no less than :math:`\sum_j p_j\gamma_j^2`, the width
    of a level for each jump.

    Parameters
    ----------
    solution : Solution
    currents : array (..., U + 1)
        Of the other treatment.
    """
    xp, jumps = namespace(currents), solution.plain
    d, leaving = jumps.dressing, jumps.leaving
    flow = xp.abs(solution.plain_populations) * leaving
    energy = largest_turn(d.quanta, d.omega) + d.energies[..., -1] - d.energies[..., 0]
    floor = xp.sum(flow, axis=-1) * energy * ROUNDING
    if not any(d.quanta):
        floor = xp.maximum(floor, xp.sum(flow * leaving, axis=-1))
    largest = xp.maximum(*(xp.max(xp.abs(x), axis=-1) for x in (solution.currents, currents)))
    apart = xp.max(xp.abs(solution.currents - currents), axis=-1)
    share: Array = apart / xp.maximum(xp.maximum(largest, floor), xp.full_like(largest, TINY))
    return share


def turning_ratio(jumps: Jumps, shift: Array) -> Array:
    """Drive frequency over fastest relaxation rate where terms between different quanta matter, ``(...)``.

    Parameters
    ----------
    shift : array (...)
        Move of a current by those terms, not a number where it is unknown; infinity stands where it is below
        one per cent.
    """
    fastest = np.maximum(folded(np.maximum, jumps.leaving), 1e-200)
    ratio: Array = np.where(
        shift <= TRUSTED_EFFECT, np.inf, np.asarray(slowest(jumps.dressing.omega)) / fastest
    )
    return ratio


def _distances(jumps: Jumps, gap: Array, w: Any, rate: Array) -> Array:
    """Relaxation rates by which the states of each pair lie apart modulo omega, ``(..., K)``.

    Parameters
    ----------
    gap, rate : array (..., K)
    w : array (..., 1) or Tones
    """
    most = 2 * max(jumps.dressing.quanta)
    ratio = distance = gap / rate
    if jumps.dressing.several_tones:
        for m in differences_of(jumps.dressing.quanta).tolist():
            distance = np.minimum(distance, np.abs(gap - np.abs(np.asarray(m) * w)) / rate)
    elif most:
        turn = w / rate
        distance = np.abs(ratio - np.minimum(np.rint(ratio / turn), most) * turn)
    return distance


def diverging(jumps: Jumps, baths: Sequence[Bath], floor: float = ROUNDING) -> Array:
    """Where a bath has no finite rate a(0) and a jump without energy asks for it, ``(...)``.

    White noise and sub-Ohmic baths dephase at an infinite rate when their coupling has diagonal elements
    in the dressed basis. The rates of a computer stay finite: it is their spectrum that tells. Squared
    elements below the share ``floor`` of the largest count as zero.
    """
    energy = jumps.energy
    xp = namespace(energy)
    out = xp.zeros(energy.shape[:-3], dtype=xp.bool)
    for u, bath in enumerate(baths):
        # one number for each point beside the single energy
        reservoir = bath.reservoir.map_numbers(lambda _, x: expand(x, 1))
        singular = reservoir.singular_at_zero(xp, energy.dtype)[..., 0]
        if is_numpy(xp) and not singular.any():
            continue
        weight, size = jumps.weights[u], xp.abs(energy)
        standing = size <= STANDING * xp.max(size, axis=(-3, -2, -1), keepdims=True)
        felt = weight > floor * xp.max(weight, axis=(-3, -2, -1), keepdims=True)
        out = out | (xp.any(standing & felt, axis=(-3, -2, -1)) & singular)
    return out


def point_status(solution: Solution, baths: Sequence[Bath]) -> npt.NDArray[np.int64]:
    """Status of each point of a batch, ``(...)``."""
    status = np.where(solution.converged, STATUS["ok"], STATUS["not_converged"])
    status = np.where(solution.unique, status, STATUS["stationary_state_not_unique"])
    finite = folded(np.logical_and, np.isfinite(solution.currents))
    status = np.where(finite | (status > 0), status, STATUS["diverging_rate"])
    diverges = diverging(solution.plain, baths)
    if status.any():
        # a rate without bound goes first: it may be the cause of whatever else is wrong, if only by
        # rounding
        diverges = diverges | ((status > 0) & diverging(solution.plain, baths, 0.0))
    return np.where(diverges, STATUS["diverging_rate"], status)
