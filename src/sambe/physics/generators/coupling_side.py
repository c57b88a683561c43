r"""What reads a current off a state on the side of the coupling, of a Hamiltonian without a drive.

.. math:: J_u = 2\,\mathrm{Re\,Tr}[(W\circ S_u)^\dagger L_u\,\rho],\qquad W_{ij} = E_i - E_j,

positive into the system. They add up to :math:`\mathrm{Tr}[E\,\dot\rho]`, zero in a stationary state.
Counted on the side of :math:`L_u`, as what leaves the bath, a current differs by

.. math:: 2\,\mathrm{Re}\sum S^*_{kj} L_{ki}\,(E_j - E_i)\,\rho_{ij},

what coherences carry to and fro: of a higher order in the coupling, but with a Lamb shift, or at a large
coupling, as large as the current itself; which side holds is decided in
`sambe.physics.states.judgements.standing_currents`.
"""

from __future__ import annotations

from ...numerics.arrays import Array, dagger, namespace
from .jumps import Jumps
from .one_sided import half_transforms, one_sided, signed_couplings

__all__ = ["currents_of_couplings", "heat_of_couplings"]


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
