r"""The complete generator over a period with counting fields: every pair q, q' of a jump's two sides.

As currents of the complete equation are counted on the side of the coupling (see `periodic_generator`), the
field stands there,

.. math:: \mathcal L(\xi, t)\rho = \mathcal L(t)\rho
          + \sum_u\left[ L_u(t)\,\rho\,\big(S_u(\xi, t) - S_u(t)\big)^\dagger + \mathrm{h.c.}\right],\qquad
          S_u(\xi, t) = \sum_q e^{(\xi_u - \xi_p) W}\circ S_u^{(q)}\, e^{-iq\omega t},

and states are functions of time over a period: the generator is :math:`\mathcal L(t) - \partial_t`, the trace
is its mean over the period.

What the pump gives is what the baths take, as the energy of the system is bounded, so that its field is that
of :math:`-W`. The quanta of a jump, :math:`q\omega = E_i - E_j - W`, differ from it by quasienergies, known
up to multiples of :math:`\omega`; with coherences a field on one side of a jump alone would feel which.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ....numerics.packed_forms import row_by_row, sandwiched
from ..jumps import Jumps
from ..periodic_generator import Harmonics, make_harmonics, over_period
from ..redfield import unpack

__all__ = ["CountedPeriod"]

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


class CountedPeriod:
    """Derivatives of the complete generator by counting fields, at samples of a period.

    States are packed at every sample and flat, ``(P, M N^2)``.

    Parameters
    ----------
    jumps : Jumps
        A batch with one axis of points.
    reach : int array (P,)
        Harmonics of the coupling that count.
    samples : int
    """

    def __init__(self, jumps: Jumps, reach: Points, samples: int) -> None:
        # the Lamb shift moves levels and exchanges no energy: only rates are counted
        bare = replace(jumps, shift_forward=None, shift_backward=None)
        self.harmonics: Harmonics = make_harmonics(bare, reach)
        self.shifted: Harmonics = make_harmonics(jumps, reach)
        self.samples, self.levels = samples, jumps.dressing.levels
        self.energy = self._seen(jumps, jumps.energy)  # or what else jumps are to be counted by
        self.change = tuple(
            None if beyond.change is None else self._seen(jumps, beyond.change) for beyond in jumps.beyond
        )

    def _seen(self, jumps: Jumps, x: Reals) -> Reals:
        """What jumps take, for the quanta of both signs, ``(P, K, N, N)``."""
        quanta = jumps.dressing.quanta
        each = [(q, x[:, quanta.index(abs(int(q)))]) for q in self.harmonics.quanta]
        return np.stack([-part.swapaxes(-1, -2) if q < 0 else part for q, part in each], axis=1)

    @property
    def baths(self) -> range:
        """Their numbers."""
        return range(len(self.harmonics.heat))

    @property
    def terminals(self) -> int:
        """Baths and the pump."""
        return len(self.harmonics.heat) + 1

    @cached_property
    def _forward(self) -> tuple[Complex, ...]:
        """L of each bath at every time, and last of all baths, ``(P, M, C, N, N)``."""
        h = self.harmonics
        return tuple(over_period(x, h.quanta, self.samples) for x in (*(l for _, l in h.heat), h.forward))

    def _coupling(self, terminal: int, exchanged: Reals) -> Complex:
        """S of a terminal at every time, its elements times what they take."""
        h = self.harmonics
        s = h.coupling if terminal == len(h.heat) else h.coupling[:, list(h.heat[terminal][0])]
        return over_period(s * exchanged[:, None], h.quanta, self.samples)

    def _acted(self, terminal: int, exchanged: Reals, x: Reals) -> Complex:
        """Half of what a derivative makes of packed states, ``(P, M, N, N)``."""
        n = self.levels
        rho = unpack(x.reshape(len(x), self.samples, 1, n, n))
        right = self._coupling(terminal, exchanged).conj().swapaxes(-1, -2)
        half: Complex = np.matmul(np.matmul(self._forward[terminal], rho), right).sum(axis=2)
        return half

    def _taken(self, terminal: int, order: int) -> Reals:
        return np.asarray((-self.energy if terminal == self.terminals - 1 else self.energy) ** order)

    def act(self, terminal: int, order: int, x: Reals) -> Reals:
        """Derivative by a field, of that order, ``(P, M N^2)``."""
        half = self._acted(terminal, self._taken(terminal, order), x)
        whole = half + half.conj().swapaxes(-1, -2)
        return np.asarray((whole.real + whole.imag).reshape(x.shape))

    def _trace(self, half: Complex) -> Reals:
        return np.asarray(2.0 * np.trace(half, axis1=-2, axis2=-1).real.mean(axis=-1))

    def rate(self, terminal: int, order: int, x: Reals) -> Reals:
        """Its trace, ``(P,)``."""
        return self._trace(self._acted(terminal, self._taken(terminal, order), x))

    def mixed(self, terminal: int, _pump: int, x: Reals) -> Reals:
        """Trace of the derivative by the fields of a bath and of the pump, ``(P,)``."""
        return self._trace(self._acted(terminal, -(self.energy**2), x))

    def activity(self, x: Reals) -> Reals:
        """Jumps per unit time that change the state or absorb quanta, ``(P,)``."""
        idle = (self.harmonics.quanta == 0)[:, None, None] & np.eye(self.levels, dtype=bool)
        counted = np.broadcast_to(np.where(idle, 0.0, 1.0), self.energy.shape)
        return self._trace(self._acted(self.terminals - 1, counted, x))

    def tilted(self, fields: Complex, offset: float) -> Complex:
        """The generator in fields (P, U + 1) or (P, 2U + 1) at every time, so many steps late, on matrices
        row by row, ``(P, M, N^2, N^2)``."""
        h, n = self.harmonics, self.levels

        def late(x: Complex) -> Complex:
            return over_period(x, h.quanta, self.samples, offset)

        s, l = self.shifted.sampled(self.samples, offset)
        drift = (
            np.matmul(s, l).sum(axis=2, keepdims=True) + 1j * (h.gaps[:, :, :1] * np.eye(n))[:, None, None]
        )
        left = np.concatenate([l, -drift], axis=2)
        right = np.concatenate([s, np.broadcast_to(np.eye(n), drift.shape)], axis=2)
        whole = sandwiched(left, right) + sandwiched(right, left)
        wide = fields[:, :, None, None, None]
        for u, (wires, part) in enumerate(h.heat):
            exponent = ((wide[:, u] - wide[:, len(h.heat)]) * self.energy)[:, None]
            change = self.change[u]
            if change is not None and fields.shape[1] > self.terminals:
                exponent = exponent + (wide[:, self.terminals + u] * change)[:, None]
            forward, coupling = late(part), h.coupling[:, list(wires)]
            more, conjugate = (late(coupling * np.expm1(x)) for x in (exponent, exponent.conj()))
            whole += sandwiched(forward, conjugate) + sandwiched(more, forward)
        return np.asarray(row_by_row(whole))
