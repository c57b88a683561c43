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
    if state.ndim == jumps.energy.ndim - 2:
        return _population_rates(jumps, state)
    xp = namespace(state)
    reversible = jumps.reverses()
    rho = state[..., None, :, :]
    forward, backward = [], []
    for u, operators in enumerate(jumps.wiring):
        absorbing, emitting = half_transforms(jumps, u)
        there = back = 0.0 * jumps.energy
        for c in operators:
            s = jumps.dressing.couplings[..., c, :, :, :]
            # (rho S†)_ji S_ij and its reverse, (rho S)_ij conj(S_ij)
            there = there + 2.0 * xp.real(absorbing * s * xp.conj(xp.matmul(s, rho)))
            back = back + 2.0 * xp.real(emitting * xp.matmul(rho, s) * xp.conj(s))
        forward.append(there)
        backward.append(back * reversible)
    return xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)


def _population_rates(jumps: Jumps, populations: Array) -> tuple[Array, Array]:
    """Golden-rule rates times the populations that the jumps start from."""
    xp, p, reversible = namespace(populations), populations, jumps.reverses()
    forward = [
        weight * rate * p[..., None, None, :]
        for weight, rate in zip(jumps.weights, jumps.forward, strict=True)
    ]
    backward = [
        weight * rate * p[..., None, :, None] * reversible
        for weight, rate in zip(jumps.weights, jumps.backward, strict=True)
    ]
    return xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)


def universal_rates(jumps: Jumps, state: Array) -> tuple[Array, Array]:
    r"""Jumps per unit time of the universal equation, :math:`\mathrm{Re}[A_{ij}(\rho A^\dagger)_{ji}]`.

    Parameters and shapes as for `channel_rates`.
    """
    xp = namespace(state)
    reversible = jumps.reverses()
    rho = state[..., None, :, :]
    forward, backward = [], []
    for u, operators in enumerate(jumps.wiring):
        absorbing, emitting = xp.sqrt(jumps.forward[u]), xp.sqrt(jumps.backward[u]) * reversible
        there = back = 0.0 * jumps.energy
        for c in operators:
            s = jumps.dressing.couplings[..., c, :, :, :]
            there = there + xp.real(absorbing * s * xp.conj(xp.matmul(absorbing * s, rho)))
            back = back + xp.real(xp.matmul(rho, emitting * s) * xp.conj(emitting * s))
        forward.append(there)
        backward.append(back)
    return xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)
