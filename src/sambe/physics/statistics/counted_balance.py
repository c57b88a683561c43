r"""Counting fields in the complete equation under several tones, by balance of harmonics.

The field stands on the side of the coupling, as in `sambe.physics.generators.counting.counting_harmonics`,

.. math:: \mathcal L(\xi)\rho = \mathcal L\rho + \sum_u\left[L_u\,\rho\,\big(S_u(\xi) - S_u\big)^\dagger
          + \mathrm{h.c.}\right],\qquad
          S_u(\xi) = \sum_k e^{\xi_u W + \sum_t\xi_t W_t}\circ S_u^{(k)}e^{-ik\cdot wt},

and states are their harmonics :math:`\rho_m`, of which the one that stands still has the trace. What the T
tones give together is what the baths take: :math:`W_t = k_tw_t - (W + k\cdot w)/T`, where the bracket is a
difference of quasienergies, of which no current in a stationary state knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..currents.cumulants import Cumulants, cumulants_of
from ..dressing.frequencies import energies_by_tone
from ..generators.jumps import Jumps
from ..generators.one_sided import both_signs, signed_quanta
from ..generators.periodic_generator import make_harmonics
from ..states.tones.balance import MOST_UNKNOWNS, Balance, balance_matrix, driven_harmonics

__all__ = ["counted_balance", "taken_by_lines", "worked_by_lines"]

# Largest element of a harmonic that an answer drives, of its own largest, that is left out: what it does to
# the noise is of the second order in it.
SLIGHT = 1e-7
ROUNDS = 6  # of taking in harmonics that the answers drive

Reals = npt.NDArray[Any]
Complex = npt.NDArray[Any]  # states are real elsewhere, harmonics are not
Points = npt.NDArray[np.intp]


class CountedBalance:
    """Derivatives of the complete generator of one point by counting fields, on harmonics ``(1, H N^2)``.

    Parameters
    ----------
    point : Balance
        Without a Lamb shift, which is no jump.
    energy : array (K, N, N)
        W for its harmonics.
    held : list of int
        The m, with -m for each.
    """

    def __init__(self, point: Balance, energy: Reals, harmonics: list[int]) -> None:
        self.point, self.energy, self.levels = point, energy, len(point.gaps)
        self.turning = worked_by_lines(energy, point)
        place = {m: k for k, m in enumerate(harmonics)}
        self.reverse = np.asarray([place[-m] for m in harmonics])
        self.apart, which = np.unique(point.quanta[:, None] - point.quanta, return_inverse=True)
        self.which = which.reshape(len(point.quanta), -1)
        # where L^(q) rho_m S^(p)† lands, by q - p and m; -1 beyond what is held
        self.landing = np.asarray([[place.get(m + int(d), -1) for m in harmonics] for d in self.apart])

    @property
    def baths(self) -> range:
        """Their numbers."""
        return range(len(self.point.heat))

    @property
    def terminals(self) -> int:
        """Baths, and the pump of each tone."""
        return len(self.point.heat) + len(self.turning)

    def _half(self, terminal: int, taken: Reals) -> Complex:
        """Half of a derivative, by q - p, on states row by row, ``(D, N^2, N^2)``."""
        n = self.levels
        if terminal in self.baths:
            wires, l = self.point.heat[terminal]
            s = self.point.coupling[wires]
        else:
            s, l = self.point.coupling, self.point.forward
        right = (s * taken).conj()
        out = np.zeros((len(self.apart), n, n, n, n), dtype=complex)
        for p in range(right.shape[1]):  # with one p every q lands elsewhere
            out[self.which[:, p]] += np.einsum("cqik,cjl->qijkl", l, right[:, p])
        return out.reshape(-1, n * n, n * n)

    def _taken(self, terminal: int, order: int) -> Reals:
        pump = terminal - len(self.baths)
        return np.asarray((self.turning[pump] if pump >= 0 else self.energy) ** order)

    def act(self, terminal: int, order: int, x: Complex) -> Complex:
        """Derivative by a field, of that order."""
        rho = x.reshape(-1, self.levels**2)
        half = np.zeros(rho.shape, dtype=complex)
        for there, part in zip(self.landing, self._half(terminal, self._taken(terminal, order)), strict=True):
            half[there[there >= 0]] += rho[there >= 0] @ part.T
        matrices = half.reshape(-1, self.levels, self.levels)
        whole = matrices + matrices[self.reverse].conj().swapaxes(-1, -2)
        return np.asarray(whole.reshape(x.shape))

    def traced(self, terminal: int, taken: Reals, x: Complex) -> Reals:
        """Trace of the part that stands still, ``(1,)``."""
        rows = self._half(terminal, taken)[:, :: self.levels + 1].sum(axis=1)
        apart, source = np.nonzero(self.landing == 0)
        return np.asarray([2.0 * np.sum(rows[apart] * x.reshape(-1, self.levels**2)[source]).real])

    def rate(self, terminal: int, order: int, x: Complex) -> Reals:
        """Trace of that derivative, ``(1,)``."""
        return self.traced(terminal, self._taken(terminal, order), x)

    def mixed(self, terminal: int, pump: int, x: Complex) -> Reals:
        """Trace of the derivative by the fields of another terminal and of a pump, ``(1,)``."""
        return self.traced(terminal, self._taken(terminal, 1) * self._taken(pump, 1), x)

    def activity(self, x: Complex) -> Reals:
        """Jumps per unit time that change the state or absorb quanta, ``(1,)``."""
        idle = (self.point.quanta == 0)[:, None, None] & np.eye(self.levels, dtype=bool)
        return self.traced(self.terminals - 1, np.where(idle, 0.0, 1.0), x)


def counted_balance(jumps: Jumps, state: dict[int, Complex], orders: int) -> tuple[Cumulants, Reals] | None:
    """Cumulants of a batch of one point, and its activity; None where more harmonics are needed than can be
    solved for.

    Parameters
    ----------
    jumps : Jumps
    state : dict of int to array (N, N)
        Its harmonics, that which stands still first.
    orders : int
    """
    bare = replace(jumps, shift_forward=None, shift_backward=None)
    whole, point = (_point_of(j) for j in (jumps, bare))
    energy = taken_by_lines(jumps, point)
    n, harmonics = len(point.gaps), list(state)
    for _ in range(ROUNDS):
        counted = CountedBalance(point, energy, harmonics)
        x = np.stack([state.get(m, np.zeros((n, n))) for m in harmonics]).reshape(1, -1)
        answers: list[Complex] = []
        cumulants = cumulants_of(counted, x, _respond(whole, harmonics, answers), orders)
        size = np.abs(answers).max(axis=1, keepdims=True)
        together = (np.asarray(answers) / np.maximum(size, np.finfo(float).tiny)).T
        parts: dict[int, Any] = dict(zip(harmonics, together.reshape(len(harmonics), n, n, -1), strict=True))
        wanted = {m for m, share in driven_harmonics(whole, parts, set(harmonics)).items() if share > SLIGHT}
        wanted |= {-m for m in wanted}
        if not wanted:
            return cumulants, counted.activity(x)
        if (len(harmonics) + len(wanted)) * n * n > MOST_UNKNOWNS:
            return None
        harmonics = [*harmonics, *sorted(wanted)]
    return None


def _point_of(jumps: Jumps) -> Balance:
    """Harmonics of a batch of one point."""
    return Balance.of(make_harmonics(jumps, jumps.dressing.quanta[-1]), 0, None, None)


def worked_by_lines(energy: Reals, point: Balance) -> list[Reals]:
    """What each tone gives to jumps, for the harmonics of a point; with W they add up to nothing."""
    turning = [x[:, None, None] for x in energies_by_tone(point.quanta.astype(float), point.omega)]
    apart = (energy + sum(turning)) / len(turning)
    return [np.asarray(x - apart) for x in turning]


def taken_by_lines(jumps: Jumps, point: Balance) -> Reals:
    """W of the harmonics of a batch of one point, ``(K, N, N)``."""
    driven = [k for k, q in enumerate(jumps.dressing.quanta) if q]
    every = signed_quanta(jumps.dressing.quanta)
    signed = both_signs(jumps.energy[0], driven, -1.0)
    return np.stack([signed[every.index(int(q))] for q in point.quanta])


def _respond(
    point: Balance, harmonics: list[int], answers: list[Complex]
) -> Callable[[Complex, Reals], Complex]:
    """Answers of the harmonics to sources ``(1, T, H N^2)``, which are kept."""
    n = len(point.gaps)
    whole = balance_matrix(point, harmonics)
    scale = np.abs(whole).max()
    whole[0] = 0.0
    whole[0, : n * n : n + 1] = scale

    def respond(driven: Complex, _: Reals) -> Complex:
        right = -driven[0].T.astype(complex)
        right[0] = 0.0
        out = np.linalg.solve(whole, right).T
        answers.extend(out)
        return out[None]

    return respond
