"""Jumps per unit time, channel by channel: by bath, pair of states and drive quanta."""

from __future__ import annotations

from ...numerics.arrays import Array, namespace
from ..generators.jumps import Jumps
from ..generators.one_sided import (
    anomalous_lines,
    half_transforms,
    in_directions,
    in_halves,
    one_sided,
    one_way,
    signed_couplings,
    signed_rates,
)

__all__ = ["channel_rates", "one_sided_rates", "universal_rates"]


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
        if not jumps.beyond[u].nothing:
            there, back = one_sided_rates(jumps, u, rho, absorbing, emitting, anomalous_lines(jumps, u))
            forward.append(there)
            backward.append(back)
            continue
        there = back = 0.0 * jumps.energy
        for c in operators:
            s = jumps.dressing.couplings[..., c, :, :, :]
            # (rho S†)_ji S_ij and its reverse, (rho S)_ij conj(S_ij)
            there = there + 2.0 * xp.real(absorbing * s * xp.conj(xp.matmul(s, rho)))
            back = back + 2.0 * xp.real(emitting * xp.matmul(rho, s) * xp.conj(s))
        forward.append(there)
        backward.append(back * reversible)
    return xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)


def one_sided_rates(
    jumps: Jumps, bath: int, rho: Array, up: Array, low: Array, anomalous: Array
) -> tuple[Array, Array]:
    """As `channel_rates` of one bath, with what is given in the place of its rates.

    Parameters
    ----------
    rho : array (..., 1, N, N)
    up, low, anomalous
        See `sambe.physics.generators.one_sided.one_sided`.
    """
    xp = namespace(rho)
    lines = signed_couplings(jumps, jumps.wiring[bath])
    operators = one_sided(jumps, bath, lines, up, low, anomalous)
    return in_directions(jumps, signed_rates(operators, [xp.matmul(s, rho) for s in lines]))


def _population_rates(jumps: Jumps, populations: Array) -> tuple[Array, Array]:
    """Golden-rule rates times the populations that the jumps start from."""
    xp, p, reversible = namespace(populations), populations, jumps.reverses()
    forward, backward = [], []
    for u, weight in enumerate(jumps.weights):
        there, back = weight * jumps.forward[u], weight * jumps.backward[u] * reversible
        cross = jumps.cross[u]
        if cross is not None:
            there, back = there + cross[0], back + cross[1]
        forward.append(there * p[..., None, None, :])
        backward.append(back * p[..., None, :, None])
    return xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)


def universal_rates(jumps: Jumps, state: Array) -> tuple[Array, Array]:
    r"""Jumps per unit time of the universal equation, :math:`\mathrm{Re}[A_{ij}(\rho A^\dagger)_{ji}]`.

    Parameters and shapes as for `channel_rates`.
    """
    xp = namespace(state)
    reversible = jumps.reverses()
    rho = state[..., None, :, :]
    forward, backward = [], []
    for u, wires in enumerate(jumps.wiring):
        absorbing, emitting = xp.sqrt(jumps.forward[u]), xp.sqrt(jumps.backward[u]) * reversible
        there = back = 0.0 * jumps.energy
        operators = [jumps.dressing.couplings[..., c, :, :, :] for c in wires]
        if jumps.beyond[u].rotating:  # an element and its reverse meet the same one of the two
            give, take = (xp.sqrt(share) for share in one_way(jumps.energy))
            pairs = [in_halves(x, y) for x, y in zip(operators[::2], operators[1::2], strict=True)]
            operators = [s for lowering, raising in pairs for s in (give * lowering, take * raising)]
        for s in operators:
            there = there + xp.real(absorbing * s * xp.conj(xp.matmul(absorbing * s, rho)))
            back = back + xp.real(xp.matmul(rho, emitting * s) * xp.conj(emitting * s))
        forward.append(there)
        backward.append(back)
    return xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)
