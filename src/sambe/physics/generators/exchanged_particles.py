r"""Jumps through leads: how many particles each brings, and at which rate.

A jump j -> i of a dressing whose states have definite numbers of particles brings :math:`N_i - N_j = \pm 1`
through a lead. With the particle's energy :math:`\epsilon = (N_i - N_j)\,W` it has the rate

.. math:: a(W) = \Gamma(\epsilon) f(\epsilon - \mu)\ (+1),\qquad
          a(W) = \Gamma(\epsilon)\,[1 - f(\epsilon - \mu)]\ (-1),

and its reverse the other of the two, so that :math:`a(-W)/a(W) = e^{[W - \mu(N_i - N_j)]/T}`.
"""

from __future__ import annotations

from ...description.bath import Bath
from ...numerics.arrays import Array, namespace
from ..dressing.dressing import Dressing
from ..dressing.particle_sectors import particle_numbers

__all__ = ["jump_rates", "particle_change"]


def particle_change(dressing: Dressing, bath: Bath) -> Array:
    """N_i - N_j of each element, ``(..., Q, N, N)``; None for a bath that exchanges no particles."""
    if bath.particles is None:
        return None
    xp = namespace(dressing.states)
    n = particle_numbers(dressing.states, bath.particles)
    gap = (n[..., :, None] - n[..., None, :])[..., None, :, :]
    return xp.broadcast_to(gap, (*gap.shape[:-3], len(dressing.quanta), *gap.shape[-2:]))


def jump_rates(bath: Bath, energy: Array, change: Array = None) -> tuple[Array, Array]:
    """a(W) of the jumps and a(-W) of their reverses, ``(..., Q, N, N)``.

    Parameters
    ----------
    bath : Bath
        Its array-valued numbers broadcast against the energies.
    energy : array (..., Q, N, N)
        W.
    change : array (..., Q, N, N), optional
        Particles that a jump brings; where it is not one or minus one a lead does nothing.
    """
    if change is None:
        return bath.rates(energy)
    xp = namespace(energy, change)
    full, empty = bath.rates(xp.where(change < 0, -energy, energy))
    one, nothing = xp.abs(change) == 1.0, 0.0 * full
    up, down = xp.where(change > 0, full, empty), xp.where(change > 0, empty, full)
    return xp.where(one, up, nothing), xp.where(one, down, nothing)
