"""Jumps per unit time, channel by channel: by bath, pair of states and drive quanta."""

from __future__ import annotations

from ...numerics.arrays import Array, namespace
from ..generators.jumps import Jumps
from ..generators.redfield import half_transforms

__all__ = ["channel_rates", "universal_rates"]


def channel_rates(jumps: Jumps, state: Array) -> tuple[Array, Array]:
    r"""Jumps per unit time j -> i for both signs of q, bath by bath.

    With coherences, :math:`2\,\mathrm{Re}[L^{(q)}_{ij} (\rho S^{(q)\dagger})_{ji}]`, whose sum over the
    channels times W is the current.

    Parameters
    ----------
    state : array (..., N, N) or (..., N)
        Density matrix, or populations.

    Returns
    -------
    forward, backward : array (..., U, Q, N, N)
        ``forward[..., q, i, j]`` is j -> i absorbing q; ``backward[..., q, i, j]`` is its reverse
        i -> j absorbing -q, zero for q = 0.
    """
    xp = namespace(state)
    back = jumps.reverses()
    if state.ndim == jumps.energy.ndim - 2:  # populations alone
        p = state
        there = [jumps.weights[u] * jumps.forward[u] * p[..., None, None, :]
                 for u in range(len(jumps.wiring))]  # fmt: skip
        here = [jumps.weights[u] * jumps.backward[u] * p[..., None, :, None] * back
                for u in range(len(jumps.wiring))]  # fmt: skip
        return xp.stack(there, axis=-4), xp.stack(here, axis=-4)
    rho = state[..., None, :, :]
    there, here = [], []
    for u, own in enumerate(jumps.wiring):
        up, low = half_transforms(jumps, u)
        f = b = 0.0 * jumps.energy
        for c in own:
            s = jumps.dressing.couplings[..., c, :, :, :]
            # (rho S†)_ji S_ij and its reverse, (rho S)_ij conj(S_ij)
            f = f + 2.0 * xp.real(up * s * xp.conj(xp.matmul(s, rho)))
            b = b + 2.0 * xp.real(low * xp.matmul(rho, s) * xp.conj(s))
        there.append(f)
        here.append(b * back)
    return xp.stack(there, axis=-4), xp.stack(here, axis=-4)


def universal_rates(jumps: Jumps, state: Array) -> tuple[Array, Array]:
    r"""Jumps per unit time of the universal equation, :math:`\mathrm{Re}[A_{ij}(\rho A^\dagger)_{ji}]`.

    Parameters and shapes as for `sambe.physics.currents.terminals.channel_rates`.
    """
    xp = namespace(state)
    back = jumps.reverses()
    rho = state[..., None, :, :]
    there, here = [], []
    for u, own in enumerate(jumps.wiring):
        up, low = xp.sqrt(jumps.forward[u]), xp.sqrt(jumps.backward[u]) * back
        f = b = 0.0 * jumps.energy
        for c in own:
            s = jumps.dressing.couplings[..., c, :, :, :]
            f = f + xp.real(up * s * xp.conj(xp.matmul(up * s, rho)))
            b = b + xp.real(xp.matmul(rho, low * s) * xp.conj(low * s))
        there.append(f)
        here.append(b)
    return xp.stack(there, axis=-4), xp.stack(here, axis=-4)
