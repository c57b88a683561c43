r"""Currents counted on the side of the coupling, where nothing turns: a Hamiltonian without a drive.

.. math:: J_u = 2\,\mathrm{Re\,Tr}[(W\circ S_u)^\dagger L_u\,\rho],\qquad W_{ij} = E_i - E_j,

positive into the system. They add up to :math:`\mathrm{Tr}[E\,\dot\rho]`, zero in a stationary state.
Counted on the side of :math:`L_u`, as what leaves the bath, a current differs by

.. math:: 2\,\mathrm{Re}\sum S^*_{kj} L_{ki}\,(E_j - E_i)\,\rho_{ij},

what coherences carry to and fro: of a higher order in the coupling, but with a Lamb shift, or at a large
coupling, as large as the current itself. A drive however weak lets the complete equation count on the side of
the coupling (see `sambe.physics.generators.periodic_generator`), so that without one it has to do so too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...numerics.arrays import Array, dagger, is_numpy, namespace
from ..generators.jumps import Jumps, jumps_at
from ..generators.one_sided import half_transforms, one_sided, signed_couplings
from ..states.cross_terms import MISSED, SMALL_CURRENT, Judged
from ..states.stationary import Stationary

__all__ = ["currents_of_couplings", "heat_of_couplings", "in_fast_period", "standing_state"]

# of the energy that jumps carry one way: what currents of double precision, and of a state that is good to
# some digits less, cancel to
ROUNDING = 1e-11
# of the largest turning or relaxation: so fast a period is followed in a few steps. A choice
FAST = 20.0
TOGETHER = 2**16  # numbers in the states of points that are counted together: they stay in the cache


def heat_of_couplings(jumps: Jumps) -> Array:
    """K_u with J_u = 2 Re Tr[K_u rho], ``(..., U + 1, N, N)``; that of the pump is zero.

    Parameters
    ----------
    jumps : Jumps
        Between states of a Hamiltonian that stands still, with the Lamb shift.
    """
    xp, out = namespace(jumps.energy), []
    for bath, wires in enumerate(jumps.wiring):
        lines = signed_couplings(jumps, wires)
        each = one_sided(jumps, bath, lines, *half_transforms(jumps, bath))
        pairs = zip(lines, each, strict=True)
        parts = [xp.matmul(dagger(jumps.energy * s), l)[..., 0, :, :] for s, l in pairs]
        out.append(sum(parts[1:], start=parts[0]))
    return xp.stack([*out, 0.0 * out[0]], axis=-3)


def currents_of_couplings(jumps: Jumps, state: Array) -> Array:
    """Currents ``(..., U + 1)`` of a state ``(..., N, N)``, positive into the system."""
    xp = namespace(state)
    flow = heat_of_couplings(jumps) * xp.matrix_transpose(state)[..., None, :, :]
    return 2.0 * xp.real(xp.sum(flow, axis=(-2, -1)))


def standing_state(jumps: Jumps, part: Stationary, balance: bool) -> Judged:
    """The state, with currents on the side of the coupling at the points that miss the first law by what
    counts, all terms kept; or with what that would move.

    Parameters
    ----------
    jumps : Jumps
        As for `heat_of_couplings`.
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
    who, n = np.flatnonzero(missed), jumps.dressing.levels
    if not who.size:
        return currents
    out, flat = np.array(currents).reshape(-1, currents.shape[-1]), np.asarray(state).reshape(-1, n, n)
    size = max(1, TOGETHER // n**2)
    for points in (who[k : k + size] for k in range(0, len(who), size)):
        out[points] = currents_of_couplings(jumps_at(jumps, points), flat[points])
    return out.reshape(currents.shape)


def _missed(jumps: Jumps, part: Stationary) -> Array:
    """Points whose currents do not add up to zero, ``(...)`` bool."""
    xp, currents, energies = namespace(part.currents), part.currents, jumps.dressing.energies
    populations = xp.abs(xp.real(xp.linalg.diagonal(part.state)))
    carried = xp.sum(populations * jumps.leaving, axis=-1) * (energies[..., -1] - energies[..., 0])
    total, size = xp.abs(xp.sum(currents, axis=-1)), xp.max(xp.abs(currents), axis=-1)
    return (total > MISSED * size) & (total > ROUNDING * carried)
