r"""What a squeezed bath gives as heat of its thermal modes; the rest of its energy is work of the squeezer.

A recycler that keeps the modes d thermal and squeezes them anew gives
:math:`Q_\mathrm{th} = -\sum W[(n+1)\langle R^\dagger R\rangle - n\langle RR^\dagger\rangle]` with
:math:`R = \cosh r\,c - e^{i\varphi}\sinh r\,c^\dagger`, coherences included, of which the squeezer pays
:math:`Q - Q_\mathrm{th}`. Jump by jump it is the current with h(W) of `sambe.Squeezed.heat` in the place of
W a(W), and the like for :math:`\langle bb\rangle`.
"""

from __future__ import annotations

from ...description.bath import Bath, expanded
from ...numerics.arrays import Array, expand, namespace
from ..generators.jumps import Jumps, standing_phase
from ..generators.one_sided import both_signs, driven_places
from .channels import one_sided_rates

__all__ = ["squeezed_heat"]


def squeezed_heat(jumps: Jumps, u: int, bath: Bath, state: Array, rates: tuple[Array, Array]) -> Array:
    """Heat per unit time from the thermal modes of a squeezed bath into the system, ``(...)``.

    Parameters
    ----------
    jumps : Jumps
    u : int
        Number of the bath.
    bath : Bath
        Array-valued numbers have the batch shape ``(...)``.
    state : array (..., N, N) or (..., N)
        Density matrix in the dressed basis, or populations.
    rates : tuple of array (..., Q, N, N)
        Jumps per unit time and their reverses.
    """
    xp, wide = namespace(jumps.energy), expanded(bath, 3)
    takes, gives, taken, given = wide.state.heat(wide.spectrum, jumps.energy)  # type: ignore[union-attr]
    if jumps.beyond[u].anomalous is None:  # energy W is carried by a(W) jumps, of which h(W) is heat
        up, down = jumps.forward[u], jumps.backward[u]
        there = takes / xp.where(up > 0, up, xp.ones_like(up)) * rates[0]
        back = gives / xp.where(down > 0, down, xp.ones_like(down)) * rates[1]
        return xp.sum(there + back, axis=(-3, -2, -1))
    if state.ndim == jumps.energy.ndim - 2:
        state = state[..., None] * xp.eye(state.shape[-1], dtype=state.dtype)
    still = 0.5 * standing_phase(wide.squeezing_centre, expand(jumps.dressing.omega, 3))
    lines = both_signs(still * taken, driven_places(jumps), 1.0, xp.conj(still * given))
    parts = one_sided_rates(jumps, u, state[..., None, :, :], 0.5 * takes, 0.5 * gives, lines)
    return sum(xp.sum(part, axis=(-3, -2, -1)) for part in parts)
