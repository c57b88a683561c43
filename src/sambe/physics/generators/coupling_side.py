r"""What reads a current off a state on the side of the coupling, where the generator stands still.

.. math:: J_u = \sum_q 2\,\mathrm{Re\,Tr}[(W\circ S_u^{(q)})^\dagger L_u^{(q)}\,\rho],\qquad
          W_{ij} = E_i - E_j - q\omega,

positive into the system. With the quanta counted they add up to :math:`\mathrm{Tr}[E\,\dot\rho]`, zero in a
stationary state.
Counted on the side of :math:`L_u`, as what leaves the bath, a current differs by

.. math:: 2\,\mathrm{Re}\sum S^*_{kj} L_{ki}\,(E_j - E_i)\,\rho_{ij},

what coherences carry to and fro: of a higher order in the coupling, but with a Lamb shift, or at a large
coupling, as large as the current itself; which side holds is decided in
`sambe.physics.states.judgements.standing_currents`.
"""

from __future__ import annotations

from ...numerics.arrays import Array, dagger, namespace
from .jumps import Jumps
from .one_sided import both_signs, driven_places, half_transforms, one_sided, signed_couplings

__all__ = ["currents_of_couplings", "heat_of_couplings", "on_side_of_couplings"]


def heat_of_couplings(jumps: Jumps) -> Array:
    """K_u with J_u = 2 Re Tr[K_u rho], ``(..., U + 1, N, N)``; that of the pump is zero.

    Parameters
    ----------
    jumps : Jumps
        Between states of a Hamiltonian that stands still, perhaps in a frame, with the Lamb shift.
    """
    xp, out = namespace(jumps.energy), []
    energy = both_signs(jumps.energy, driven_places(jumps), -1.0)
    for bath, wires in enumerate(jumps.wiring):
        lines = signed_couplings(jumps, wires)
        each = one_sided(jumps, bath, lines, *half_transforms(jumps, bath))
        pairs = zip(lines, each, strict=True)
        parts = [xp.sum(xp.matmul(dagger(energy * s), l), axis=-3) for s, l in pairs]
        out.append(sum(parts[1:], start=parts[0]))
    return xp.stack([*out, 0.0 * out[0]], axis=-3)


def on_side_of_couplings(heat: Array, jumps: Jumps) -> Array:
    """The current operators of a generator, ``(..., U + T, N, N)``, those of baths counted so, and those of
    pumps as they were."""
    baths = heat_of_couplings(jumps)[..., :-1, :, :]
    return namespace(baths).concat([baths, heat[..., baths.shape[-3] :, :, :]], axis=-3)


def currents_of_couplings(jumps: Jumps, state: Array) -> Array:
    """Currents ``(..., U + 1)`` of a state ``(..., N, N)``, positive into the system."""
    xp = namespace(state)
    flow = heat_of_couplings(jumps) * xp.matrix_transpose(state)[..., None, :, :]
    return 2.0 * xp.real(xp.sum(flow, axis=(-2, -1)))
