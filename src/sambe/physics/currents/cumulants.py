r"""Cumulants of what passes the terminals, by recursion with the group inverse of the generator.

With the derivatives :math:`\mathcal L_n = \partial_\xi^n\mathcal L` at zero field, the stationary state
:math:`\rho_0` and :math:`\rho_n = \partial_\xi^n\rho`, whose traces vanish, the dominant eigenvalue has the
derivatives

.. math:: c_n = \sum_{k=1}^n \binom nk \mathrm{Tr}[\mathcal L_k\rho_{n-k}],\qquad
          \rho_n = -\mathcal R\sum_{k=1}^n \binom nk (\mathcal L_k - c_k)\rho_{n-k}

(Flindt, Novotný, Braggio and Jauho, Phys. Rev. B 82, 155407, 2010), and for two fields

.. math:: c_{ab} = \mathrm{Tr}[\mathcal L_{ab}\rho_0 + \mathcal L_a\rho_b + \mathcal L_b\rho_a].
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from dataclasses import dataclass
from math import comb
from typing import Protocol

from ...numerics.arrays import Array, namespace

__all__ = ["Counted", "Cumulants", "cumulants_of"]

Response = Callable[[Array, Array], Array]


class Counted(Protocol):
    """A generator with counting fields; see `sambe.physics.generators.counting.counting_field`."""

    @property
    def terminals(self) -> int:
        """Baths, and the pump of each tone behind them."""

    @property
    def baths(self) -> Sized:
        """Baths, or as many things."""

    def act(self, terminal: int, order: int, x: Array) -> Array:
        """Derivative of that order by a field, on flat states ``(P, n)``."""

    def rate(self, terminal: int, order: int, x: Array) -> Array:
        """Its trace, ``(P,)``."""

    def mixed(self, terminal: int, pump: int, x: Array) -> Array:
        """Trace of the derivative by the fields of another terminal and of a pump, ``(P,)``."""


@dataclass(frozen=True)
class Cumulants:
    """What is known of the statistics of a batch.

    Attributes
    ----------
    noise : array (P, U + T, U + T)
        Zero-frequency covariance of the energies through two terminals, per unit time.
    cumulants : array (P, K, U + T)
        First to K-th cumulant of each terminal's energy, per unit time.
    shot : array (P, U + T)
        Noise of the same jumps if each came by itself, one way and the other.
    """

    noise: Array
    cumulants: Array
    shot: Array


def cumulants_of(counted: Counted, state: Array, respond: Response, orders: int) -> Cumulants:
    """Noise matrix, and cumulants of every terminal up to an order.

    Parameters
    ----------
    counted : Counted
    state : array (P, n)
        Stationary, of trace one, in the unknowns of ``counted``.
    respond : callable
        -R b for states b (P, T, n) without a trace, to a tolerance relative to scales (P, T).
    orders : int
    """
    terminals, xp = range(counted.terminals), namespace(state)
    size = _sizes(counted, state)
    c = [xp.stack([counted.rate(t, 1, state) for t in terminals], axis=-1)]
    first = xp.stack([counted.act(t, 1, state) for t in terminals], axis=1)
    states = [xp.broadcast_to(state[:, None], first.shape)]
    states.append(respond(first - c[0][:, :, None] * states[0], size(2)))
    noise = _noise(counted, state, states[1])
    c.append(xp.linalg.diagonal(noise))
    for n in range(3, orders + 1):
        driven = sum(_driven(counted, states, c, n - 1, k) for k in range(1, n))
        states.append(respond(driven, size(n)))
        c.append(xp.stack([_cumulant(counted, states, n, t) for t in terminals], axis=-1))
    return Cumulants(noise, xp.stack(c[:orders], axis=1), size(2))


def _cumulant(counted: Counted, states: list[Array], n: int, t: int) -> Array:
    return sum(comb(n, k) * counted.rate(t, k, states[n - k][:, t]) for k in range(1, n + 1))


def _noise(counted: Counted, state: Array, moved: Array) -> Array:
    """Symmetric by construction."""
    terminals, baths, xp = range(counted.terminals), len(counted.baths), namespace(state)
    half = [[counted.rate(a, 1, moved[:, b]) for b in terminals] for a in terminals]
    noise = [[half[a][b] + half[b][a] for b in terminals] for a in terminals]
    for t in terminals:
        noise[t][t] = noise[t][t] + counted.rate(t, 2, state)
        for pump in range(max(baths, t + 1), counted.terminals):
            both = counted.mixed(t, pump, state)
            noise[t][pump], noise[pump][t] = noise[t][pump] + both, noise[pump][t] + both
    return xp.stack([xp.stack(row, axis=-1) for row in noise], axis=-2)


def _driven(counted: Counted, states: list[Array], c: list[Array], n: int, k: int) -> Array:
    """A term of what drives the n-th derivative of the state, ``(P, T, n)``."""
    before, xp = states[n - k], namespace(states[0])
    acted = xp.stack([counted.act(t, k, before[:, t]) for t in range(counted.terminals)], axis=1)
    return comb(n, k) * (acted - c[k - 1][:, :, None] * before)


def _sizes(counted: Counted, state: Array) -> Callable[[int], Array]:
    """What cumulants of an order are compared with, ``(P, T)``: one-way noise, and the energy of a jump."""
    xp = namespace(state)
    two, four = (
        xp.stack([xp.abs(counted.rate(t, k, state)) for t in range(counted.terminals)], axis=-1)
        for k in (2, 4)
    )
    jump = xp.sqrt(four / xp.where(two > 0, two, xp.ones_like(two)))
    return lambda order: two * jump ** (order - 2)
