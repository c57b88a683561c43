r"""What the terms between different quanta do where the coupling has a single one, at little work.

With :math:`S(t) = S e^{-iq\omega t} + S^\dagger e^{iq\omega t}`, as a ladder in a static frame has it, and
A, B the one-sided operators of S and of :math:`S^\dagger`, what turns is :math:`m = \pm 2q` alone, and needs
no samples of a period:

.. math:: \mathcal L_m\rho_0 = [A\rho_0 - \rho_0 B^\dagger, S],\qquad
          \rho_m = -\frac{\mathcal L_m\rho_0}{\Lambda + im\omega},\qquad
          \mathcal L_{-m}\rho_m + \mathrm{h.c.} = [B\rho_m - \rho_m A^\dagger, S^\dagger] + \mathrm{h.c.},

with :math:`\Lambda` the diagonal of the mean generator. What answers to the last is taken as in
`cross_terms`: by the rates between the populations, and by :math:`\Lambda` for each coherence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import folded
from ...generators.jumps import Jumps
from ...generators.one_sided import anomalous_lines, half_transforms, one_sided, signed_couplings
from ...generators.redfield import pauli_generator
from ..iterations.conjugate_residuals import with_trace
from ..stationary import solve_each

__all__ = ["Effects", "effects_of_single_quantum", "has_single_quantum"]

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Numbers = npt.NDArray[Any]  # real or complex


class Effects(NamedTuple):
    """Change of each current ``(P, U + 1)``, largest one-way flow of a terminal ``(P,)``, and the largest
    element of the harmonics of the state ``(P,)``."""

    change: Reals
    traffic: Reals
    harmonics: Reals


def has_single_quantum(jumps: Jumps) -> bool:
    """Whether every jump absorbs or emits the same number of quanta."""
    quanta = jumps.dressing.quanta
    return len(quanta) == 1 and quanta[0] > 0


def effects_of_single_quantum(jumps: Jumps, state: Numbers, currents: Reals) -> Effects:
    r"""First-order effect on each current, for a batch with one axis of points.

    Parameters
    ----------
    jumps : Jumps
        Of `has_single_quantum`, in the zone of the state, with the Lamb shift that it was solved with.
    state : array (P, N, N) or (P, N)
        Density matrix of a generator without those terms, or populations.
    currents : array (P, U + 1)
        Of that state.

    Notes
    -----
    Each harmonic of a coherence is left to itself, where `cross_terms` takes a step more: the two differ by a
    relaxation rate over omega, or over the distance to a resonance. Not a number where the rates between the
    populations leave more than one state.
    """
    h = _Lines.of(jumps)
    populations = state if state.ndim == 2 else np.diagonal(state, 0, -2, -1).real
    damped = h.damped()
    turning = h.answered(h.driven(state), damped, 2.0 * h.turn[:, None, None] - h.gaps)
    back = [_left(b, turning) - _right(turning, _adjoint(a)) for a, b in zip(h.up, h.down, strict=True)]
    mean = _answer(h, h.returned(back), damped)
    if state.ndim == 2:
        mean[:, np.arange(h.levels), np.arange(h.levels)] += state
    else:
        mean += state.real if h.real else state
    traffic = folded(np.maximum, _carried(h, populations))
    size = np.abs(h.whole(turning)).reshape(len(turning), -1).max(axis=-1)
    return Effects(_currents(h, mean, turning, back) - currents, traffic, size)


@dataclass(frozen=True)
class _Lines:
    """The operators of a batch of points along one axis, each a list over the coupling operators.

    Where all are real, complex matrices are held in two parts, real and imaginary, ``(P, 2, N, N)``, as real
    products take a fourth of the time of complex ones; else in one, ``(P, 1, N, N)``.

    Attributes
    ----------
    gaps : array (P, N, N)
    turn : array (P,)
        q omega.
    coupling, warm, up, down : list of array (P, N, N)
        S, W∘S, A and B, those summed over the baths on an operator.
    baths : list of (sequence of int, list of array, list of array)
        For each bath its operators, A and B.
    """

    gaps: Reals
    turn: Reals
    coupling: list[Numbers]
    warm: list[Numbers]
    up: list[Numbers]
    down: list[Numbers]
    baths: list[tuple[Sequence[int], list[Numbers], list[Numbers]]]

    @classmethod
    def of(cls, jumps: Jumps) -> _Lines:
        d, signed = jumps.dressing, signed_couplings(jumps)
        coupling = [s[:, 0] for s in signed]
        up: list[Any] = [0.0] * len(signed)
        down: list[Any] = [0.0] * len(signed)
        baths: list[tuple[Sequence[int], list[Numbers], list[Numbers]]] = []
        for u, wires in enumerate(jumps.wiring):
            lines, rates = [signed[c] for c in wires], half_transforms(jumps, u)
            each = one_sided(jumps, u, lines, *rates, anomalous_lines(jumps, u))
            for c, l in zip(wires, each, strict=True):
                up[c], down[c] = up[c] + l[:, 0], down[c] + l[:, 1]
            baths.append((wires, [l[:, 0] for l in each], [l[:, 1] for l in each]))
        turn = d.quanta[0] * np.broadcast_to(np.asarray(d.omega, dtype=float), d.energies.shape[:-1])
        e, warm = d.energies, [jumps.energy[:, 0] * s for s in coupling]
        return cls(e[:, :, None] - e[:, None, :], turn, coupling, warm, up, down, baths)

    @cached_property
    def gained(self) -> Numbers:
        """Half of the rates j -> i by jumps that absorb quanta, ``(P, N, N)``; complex by the Lamb shift."""
        each = [s.conj() * a for s, a in zip(self.coupling, self.up, strict=True)]
        return np.asarray(sum(each[1:], start=each[0]))

    @cached_property
    def given(self) -> Numbers:
        """The same by jumps that emit them."""
        each = [s.swapaxes(-1, -2) * b for s, b in zip(self.coupling, self.down, strict=True)]
        return np.asarray(sum(each[1:], start=each[0]))

    @property
    def levels(self) -> int:
        """Number of states N."""
        return int(self.gaps.shape[-1])

    @property
    def real(self) -> bool:
        """Whether all operators are real."""
        return not any(map(np.iscomplexobj, [*self.coupling, *self.up, *self.down]))

    def parts(self, x: Numbers) -> Numbers:
        """A complex matrix of each point in parts."""
        return np.stack([x.real, x.imag], axis=1) if self.real else x[:, None]

    def whole(self, x: Numbers) -> Complex:
        """Complex matrices from their parts."""
        return np.asarray(x[:, 0] + 1j * x[:, 1] if self.real else x[:, 0])

    def damped(self) -> Numbers:
        """Diagonal element of the mean generator for each coherence without its gap, ``(P, N, N)``."""
        fed: Any = 0.0
        for s, a, b in zip(self.coupling, self.up, self.down, strict=True):
            at, up, down = (np.diagonal(x, 0, -2, -1) for x in (s, a, b))
            fed = fed + up[:, :, None] * at.conj()[:, None, :] + down[:, :, None] * at[:, None, :]
        lost = (self.gained + self.given).sum(axis=1)[:, :, None]
        return np.asarray(fed + _adjoint(fed) - lost - _adjoint(lost))

    def driven(self, state: Numbers) -> Numbers:
        """What a standing state drives at 2 q omega, in parts: of populations by real operators in one."""
        out: Any = 0.0
        parts = None if state.ndim == 2 else self.parts(state)
        for s, a, b in zip(self.coupling, self.up, self.down, strict=True):
            if parts is None:
                x = (a * state[:, None, :] - state[:, :, None] * _adjoint(b))[:, None]
            else:
                x = _left(a, parts) - _right(parts, _adjoint(b))
            out = out + (_right(x, s) - _left(s, x))
        return np.asarray(out)

    def answered(self, driven: Numbers, damped: Numbers, turn: Reals) -> Numbers:
        """What follows in parts, each element at the rate ``damped + 1j turn``; nothing where it is none."""
        if not self.real:
            rate = damped + 1j * turn
            still = (rate == 0)[:, None]
            return np.asarray(np.where(still, 0.0, -driven / np.where(still, 1.0, rate[:, None])))
        size = damped * damped + turn * turn
        size[size == 0.0] = np.inf
        damped, turn, real = damped / size, turn / size, driven[:, 0]
        if driven.shape[1] == 1:
            return np.stack([-real * damped, real * turn], axis=1)
        return np.stack([-real * damped - driven[:, 1] * turn, real * turn - driven[:, 1] * damped], axis=1)

    def returned(self, back: list[Numbers]) -> Numbers:
        """What harmonics do to the mean state, from what each operator makes of them, in parts."""
        half: Any = 0.0
        for s, y in zip(self.coupling, back, strict=True):
            half = half + (_right(y, _adjoint(s)) - _left(_adjoint(s), y))
        other = _adjoint(half)
        if self.real:
            other = np.stack([other[:, 0], -other[:, 1]], axis=1)
        return np.asarray(half + other)


def _adjoint(x: Numbers) -> Numbers:
    turned = x.swapaxes(-1, -2)
    return turned.conj() if np.iscomplexobj(x) else turned


def _left(operator: Numbers, x: Numbers) -> Numbers:
    """Product of an operator with a matrix in parts."""
    return np.asarray(np.matmul(operator[:, None], x))


def _right(x: Numbers, operator: Numbers) -> Numbers:
    """Product of a matrix in parts with an operator."""
    points, parts, n = x.shape[:3]
    return np.asarray(np.matmul(x.reshape(points, parts * n, n), operator).reshape(x.shape))


def _answer(h: _Lines, driven: Numbers, damped: Numbers) -> Numbers:
    """Change of the mean state that a non-zero equation of motion calls for, ``(P, N, N)``: its real part
    where all operators are real."""
    rates = 2.0 * (h.gained + h.given).real
    a, scale = with_trace(pauli_generator(rates), h.levels)
    right = -np.diagonal(driven[:, 0], 0, -2, -1).real / scale[..., 0]
    right[:, 0] = 0.0
    out, every = np.array(h.answered(driven, damped, -h.gaps)[:, 0]), np.arange(h.levels)
    out[:, every, every] = solve_each(a, right[..., None])[..., 0]
    return out


def _carried(h: _Lines, populations: Reals) -> Reals:
    """Sum of the sizes of the currents of each terminal that the states carry, ``(P, U + 1)``."""
    # W turns its sign, and so do the quanta, with the other side of an element
    flows = [h.turn[:, None] * (h.gained - h.given).real.sum(axis=1)]
    for wires, up, down in reversed(h.baths):
        heat: Any = 0.0
        for c, a, b in zip(wires, up, down, strict=True):
            heat = heat + (h.warm[c].conj() * a - h.warm[c].swapaxes(-1, -2) * b).real.sum(axis=1)
        flows.insert(0, heat)
    return np.stack([np.sum(np.abs(flow * populations), axis=-1) for flow in flows], axis=-1)


def _currents(h: _Lines, state: Numbers, turning: Numbers, back: list[Numbers]) -> Reals:
    """Mean currents -2 Re Tr[(W∘S) L_u rho] of the baths, and -2 Re Tr[i dS/dt L rho] of the drive."""
    once = turning[:, 0]  # by real operators its real part alone makes something real
    flow: Any = 0.0
    warm_up, warm_down = [], []
    for s, w, a, b, y in zip(h.coupling, h.warm, h.up, h.down, back, strict=True):
        warm_up.append(np.matmul(_adjoint(w), once) - np.matmul(w, state))
        warm_down.append(np.matmul(_adjoint(w), state) - np.matmul(w, _adjoint(once)))
        flow = flow + _overlap(np.matmul(s, b), state) - _overlap(np.matmul(a, state) + y[:, 0], s)
    heats = []
    for wires, up, down in h.baths:
        heat: Any = 0.0
        for c, a, b in zip(wires, up, down, strict=True):
            heat = heat + _overlap(a, warm_up[c]) + _overlap(b, warm_down[c])
        heats.append(heat)
    return np.asarray(-2.0 * np.stack([*heats, h.turn * flow], axis=-1))


def _overlap(x: Numbers, y: Numbers) -> Reals:
    """Re Tr[x y†] of each point."""
    points = len(x)
    return np.asarray(np.vecdot(y.reshape(points, -1), x.reshape(points, -1)).real)
