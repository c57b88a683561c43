"""On which side of a jump currents are counted where there is no drive: the first law tells the two apart.

A drive however weak lets the complete equation count on the side of the coupling (see
`sambe.physics.generators.periodic_generator`), so that without one it has to do so too, or currents would
jump as a drive sets in. What the two sides differ by stands in `sambe.physics.generators.coupling_side`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ....numerics.arrays import Array, is_numpy, namespace
from ...generators.coupling_side import currents_of_couplings
from ...generators.jumps import Jumps, jumps_at
from ..stationary import Stationary
from .cross_terms import MISSED, SMALL_CURRENT, Judged

__all__ = ["in_fast_period", "standing_state"]

# of the energy that jumps carry one way: what currents of double precision, and of a state that is good to
# some digits less, cancel to
ROUNDING = 1e-11
# of the largest turning or relaxation: so fast a period is followed in a few steps. A choice
FAST = 20.0
TOGETHER = 2**16  # numbers in the states of points that are counted together: they stay in the cache


def standing_state(jumps: Jumps, part: Stationary, balance: bool) -> Judged:
    """The state, with currents on the side of the coupling at the points that miss the first law by what
    counts, all terms kept; or with what that would move.

    Parameters
    ----------
    jumps : Jumps
        Between states of a Hamiltonian that stands still, with the Lamb shift.
    part : Stationary
        Its currents counted on the side of the one-sided operators.
    balance : bool
        Whether the currents are to be changed.
    """
    missed = part.unique & part.converged & _missed(jumps, part)
    currents, nothing = _where(missed, jumps, part), 0.0 * part.currents[..., 0]
    if balance:
        return Judged(part.state, currents, part.kept, part.unique, part.converged, missed, nothing)
    moved = _largest_move(part.currents, currents)
    return Judged(part.state, part.currents, part.kept, part.unique, part.converged, missed & ~missed, moved)


def in_fast_period(jumps: Jumps, part: Judged) -> Jumps:
    """Jumps with a period that everything is slow against, if it counts: without a drive the frequency says
    nothing, but what the complete equation is asked for is looked at over a period."""
    xp, d = namespace(part.currents), jumps.dressing
    if not is_numpy(xp) or not part.complete.any():
        return jumps
    fastest = d.energies[..., -1] - d.energies[..., 0] + xp.max(jumps.leaving, axis=-1)
    omega = np.where(fastest > 0, FAST * fastest, 1.0)
    return replace(jumps, dressing=replace(d, omega=np.broadcast_to(omega, part.unique.shape)))


def _largest_move(currents: Array, other: Array) -> Array:
    """Of a current, relative to itself or to a hundredth of the largest."""
    xp, size = namespace(currents), abs(currents)
    against = xp.maximum(size, SMALL_CURRENT * xp.max(size, axis=-1, keepdims=True))
    tiny = xp.full_like(against, float(np.finfo(float).tiny))
    return xp.max(abs(other - currents) / xp.maximum(against, tiny), axis=-1)


def _where(missed: Array, jumps: Jumps, part: Stationary) -> Array:
    """Currents of the coupling at some points, as they are elsewhere."""
    xp, state, currents = namespace(part.currents), part.state, part.currents
    if not is_numpy(xp):
        return xp.where(missed[..., None], currents_of_couplings(jumps, state), currents)
    places, n = np.flatnonzero(missed), jumps.dressing.levels
    if not places.size:
        return currents
    out, flat = np.array(currents).reshape(-1, currents.shape[-1]), np.asarray(state).reshape(-1, n, n)
    size = max(1, TOGETHER // n**2)
    for points in (places[k : k + size] for k in range(0, len(places), size)):
        out[points] = currents_of_couplings(jumps_at(jumps, points), flat[points])
    return out.reshape(currents.shape)


def _missed(jumps: Jumps, part: Stationary) -> Array:
    """Points whose currents do not add up to zero, ``(...)`` bool."""
    xp, currents, energies = namespace(part.currents), part.currents, jumps.dressing.energies
    populations = xp.abs(xp.real(xp.linalg.diagonal(part.state)))
    carried = xp.sum(populations * jumps.leaving, axis=-1) * (energies[..., -1] - energies[..., 0])
    total, size = xp.abs(xp.sum(currents, axis=-1)), xp.max(xp.abs(currents), axis=-1)
    return (total > MISSED * size) & (total > ROUNDING * carried)
