r"""Energy currents through every terminal, by counting quanta.

Positive into the system, pump included:

.. math:: J_u = \sum_q 2\,\mathrm{Re\,Tr}[(W\circ L^{(q)})\rho S^{(q)\dagger}],\qquad
          P = \omega\sum_{u,q} q\,2\,\mathrm{Re\,Tr}[L^{(q)}\rho S^{(q)\dagger}].

Jumps that change no state (i = j, q != 0) move no population and carry most of the off-resonant pump
power; they are counted.
"""

from __future__ import annotations

from ...numerics.arrays import Array, namespace
from ..dressing.frequencies import energies_by_tone, expanded_omega
from ..generators.jumps import Jumps, net_flux

__all__ = ["secular_currents"]


def _added(by_quanta: Array) -> Array:
    """Sum over the quanta, one after the other, so that those of neighbours alone change no digit."""
    return namespace(by_quanta).cumulative_sum(by_quanta, axis=-1)[..., -1]


def secular_currents(jumps: Jumps, populations: Array) -> Array:
    """Currents of a full-secular state, ``(..., U + 1)``: the baths in order, then the pump, or that of each
    tone."""
    xp = namespace(populations)
    states = populations.shape[-1]
    by_pair = (*jumps.energy.shape[:-2], states * states)
    energy = xp.reshape(jumps.energy, by_pair)
    w = expanded_omega(jumps.dressing.omega, 1)
    quanta = xp.asarray([float(q) for q in jumps.dressing.quanta], dtype=populations.dtype)
    by_tone = energies_by_tone(quanta, w)
    baths, pumps = [], [0.0 * populations[..., 0]] * len(by_tone)
    ones = xp.ones((states * states, 1), dtype=energy.dtype)  # a matrix product adds faster than a sum does
    for u in range(len(jumps.wiring)):
        flux = xp.reshape(net_flux(jumps, u, populations), by_pair)
        baths.append(_added(xp.vecdot(energy, flux)))
        if any(jumps.dressing.quanta):
            by_quanta = xp.matmul(flux, ones)[..., 0]
            pumps = [p + _added(x * by_quanta) for p, x in zip(pumps, by_tone, strict=True)]
    return xp.stack([*baths, *pumps], axis=-1)
