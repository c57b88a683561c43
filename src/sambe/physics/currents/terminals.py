r"""Energy currents through every terminal, by counting quanta.

Positive into the system, pump included:

.. math:: J_u = \sum_q 2\,\mathrm{Re\,Tr}[(W\circ L^{(q)})\rho S^{(q)\dagger}],\qquad
          P = \omega\sum_{u,q} q\,2\,\mathrm{Re\,Tr}[L^{(q)}\rho S^{(q)\dagger}].

Jumps that change no state (i = j, q != 0) move no population and carry most of the off-resonant pump
power; they are counted.
"""

from __future__ import annotations

from functools import reduce

from ...numerics.arrays import Array, expand, namespace
from ..generators.jumps import Jumps, net_flux
from ..generators.redfield import half_transforms

__all__ = ["channel_rates", "entropy_production", "first_law_residual", "secular_currents"]


def secular_currents(jumps: Jumps, populations: Array) -> Array:
    """Currents of a full-secular state, ``(..., U + 1)``: the baths in order, then the pump."""
    xp = namespace(populations)
    batch = jumps.energy.shape[:-3]
    energy = xp.reshape(jumps.energy, (*batch, -1))
    w = expand(jumps.dressing.omega, 1)
    quanta = xp.asarray([float(q) for q in jumps.dressing.quanta], dtype=populations.dtype) * w
    rows, pump = [], 0.0 * populations[..., 0]
    states = populations.shape[-1]
    every = xp.ones((states * states, 1), dtype=energy.dtype)  # a product adds faster than a sum does
    for u in range(len(jumps.wiring)):
        flux = net_flux(jumps, u, populations)
        rows.append(xp.vecdot(energy, xp.reshape(flux, energy.shape)))
        if any(jumps.dressing.quanta):
            each = xp.matmul(xp.reshape(flux, (*flux.shape[:-2], states * states)), every)[..., 0]
            pump = pump + xp.vecdot(quanta + 0.0 * each, each)
    return xp.stack([*rows, pump], axis=-1)


def first_law_residual(currents: Array) -> Array:
    """Sum of the currents over the terminals, ``(...)``."""
    return _total(currents)


def entropy_production(currents: Array, temperatures: Array) -> Array:
    """Rate -sum_u J_u / T_u over the baths, ``(...)``; +inf where heat flows into a bath at T = 0.

    Parameters
    ----------
    currents : array (..., U + 1)
    temperatures : array (..., U)
    """
    xp = namespace(currents)
    heat = currents[..., :-1]
    cold = temperatures <= 0
    safe = xp.where(cold, xp.ones_like(temperatures), temperatures)
    ratio = -heat / safe
    # nothing can leave a bath at T = 0; rounding must not turn "no heat" into infinity
    largest = reduce(xp.maximum, _apart(xp.abs(currents)))
    into = heat < -1e-14 * largest[..., None]
    ratio = xp.where(cold, xp.where(into, xp.full_like(ratio, float("inf")), 0.0 * ratio), ratio)
    return _total(ratio)


def _apart(x: Array) -> list[Array]:
    """Entries along the last axis: terminals are few, and NumPy is slow over short axes."""
    return [x[..., k] for k in range(x.shape[-1])]


def _total(x: Array) -> Array:
    first, *more = _apart(x)
    return sum(more, start=first)


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
