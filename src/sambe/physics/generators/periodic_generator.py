r"""The complete generator over one period of the drive: every pair q, q' of a jump's two sides.

With :math:`S(t) = \sum_q S^{(q)} e^{-iq\omega t}` and :math:`L(t) = \sum_q L^{(q)} e^{-iq\omega t}` of each
coupling operator, both signs of q,

.. math:: \dot\rho = -i[E, \rho] + \left(L(t)\rho S(t) - S(t)L(t)\rho + \mathrm{h.c.}\right),

where S(t) is Hermitian. The cheaper generators keep the average of the dissipative part over the period,
which pairs q with itself; what they drop turns at multiples of :math:`\omega`.

Energies and quanta are counted on the side of the coupling, positive into the system, with a bar for the mean
over the period, and :math:`W\circ S = [E, S] - i\dot S`:

.. math:: J_u = -\overline{2\,\mathrm{Re\,Tr}[(W\circ S)\,L_u\,\rho]},\qquad
          P = -\overline{2\,\mathrm{Re\,Tr}[i\dot S\,L\,\rho]}.

Together they are :math:`\mathrm{Tr}[E\,\dot\rho]`, so that the first law holds to rounding. Counted on the
side of :math:`L_u`, as what leaves the bath, a heat differs by :math:`\mathrm d/\mathrm dt` of the energy
:math:`2\,\mathrm{Im\,Tr}[S L_u\rho]` of the coupling, which has to stand still over a period and does so only
to the order of the theory: coherences that the Lamb shift keeps up between states far apart make it a third
of the current for a spin 1, where the count here is right to 3 % (see docs/when.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, diagonal
from .jumps import Jumps, with_quanta
from .one_sided import TURNS, anomalous_lines, both_signs, half_transforms, one_sided
from .redfield import unpack

__all__ = [
    "Harmonics",
    "PeriodicGenerator",
    "folds_of",
    "make_harmonics",
    "over_period",
    "reach_of",
    "superoperators",
]

HARMONIC_FLOOR = (
    1e-9  # coupling elements of harmonics below this share of the largest do not count: 1e-18 in rates
)
FEW = 4  # levels up to which N^2 x N^2 matrices are applied faster than products of N x N ones (measured)
Points = npt.NDArray[np.intp]
Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class Harmonics:
    """Signed harmonics of a batch of points along one axis, what is too small to count left out.

    Attributes
    ----------
    gaps : array (P, N, N)
        E_i - E_j.
    omega : array (P,), or Tones
    quanta : int array (K,)
        q, both signs.
    coupling : array (P, C, K, N, N)
        S^(q) of each coupling operator.
    forward : array (P, C, K, N, N)
        L^(q), summed over the baths on an operator.
    warm : array (P, C, K, N, N)
        W∘S^(q).
    heat : tuple of (sequence of int, array (P, C', K, N, N))
        For each bath its operators and L^(q).
    """

    gaps: Reals
    omega: Any
    quanta: Points
    coupling: Complex
    forward: Complex
    warm: Complex
    heat: tuple[tuple[Sequence[int], Complex], ...]

    def sampled(self, samples: int, offset: float = 0.0, first: int | None = None) -> tuple[Complex, Complex]:
        """S and L at ``samples`` equal times of a period, ``(P, samples, C, N, N)``, or at the first of them;
        ``offset`` steps late."""
        s, l = (over_period(x, self.quanta, samples, offset, first) for x in (self.coupling, self.forward))
        return s, l

    def current_operators(self, samples: int, l: Complex) -> Complex:
        """K with J = mean of 2 Re Tr[K rho] for each terminal, ``(P, samples, U + 1, N, N)``.

        Parameters
        ----------
        l : array (P, M, C, N, N)
            L of `sampled`, at all of the samples or the first.
        """
        turn, first = (self.quanta * self.omega[:, None])[:, None, :, None, None], l.shape[1]
        warm = over_period(self.warm, self.quanta, samples, first=first)
        out = []
        for wires, part in self.heat:
            alone = len(self.heat) == 1 and list(wires) == list(range(l.shape[2]))
            lines = l if alone else over_period(part, self.quanta, samples, first=first)
            out.append(-np.matmul(warm[:, :, list(wires)], lines).sum(axis=2))
        # The quanta of the coupling, not those of the one-sided operator: as [H, S] holds the energies of the
        # jumps, these make the mean of Tr[dH/dt rho] exactly, whatever zones the states are in.
        turning = over_period(turn * self.coupling, self.quanta, samples, first=first)
        out.append(-np.matmul(turning, l).sum(axis=2))
        return np.stack(out, axis=2)

    def steady_currents(self, rho: Complex) -> Reals:
        """Mean currents of a state that stands still, where a harmonic meets itself alone, ``(P, U + 1)``.

        As S is Hermitian, W∘S^(-q) is -(W∘S^(q))†.
        """
        turn = (self.quanta * self.omega[:, None])[:, None, :, None, None]
        pairs = [(self.warm[:, list(wires)], part) for wires, part in self.heat]
        pairs.append((turn * self.coupling, self.forward))
        each = [np.sum(k.conj() * np.matmul(l, rho[:, None, None]), axis=(1, 2, 3, 4)) for k, l in pairs]
        return np.asarray(2.0 * np.stack(each, axis=-1).real)


def reach_of(jumps: Jumps, share: float) -> npt.NDArray[np.intp]:
    """Largest q of each point whose coupling exceeds a share of the largest, ``(...)``."""
    size = np.abs(jumps.dressing.couplings).max(axis=(-4, -2, -1))
    felt = size > share * size.max(axis=-1, keepdims=True)
    out = np.asarray(np.where(felt, np.asarray(jumps.dressing.quanta), 0).max(axis=-1), dtype=np.intp)
    return out + TURNS if any(beyond.anomalous is not None for beyond in jumps.beyond) else out


def folds_of(jumps: Jumps) -> npt.NDArray[np.intp]:
    """Equal parts of a period in each of which a point's generator runs through the same course, ``(P,)``.

    It holds products of two harmonics of one coupling, which turn with q - q': where a coupling carries odd
    quanta alone, as that of a ladder in a static frame does, the half of a period is all.
    """
    d = jumps.dressing
    if any(beyond.anomalous is not None for beyond in jumps.beyond):
        return np.ones(len(d.energies), dtype=np.intp)
    there = (d.couplings != 0).any(axis=(-2, -1))
    kinds, kind = np.unique(there, axis=0, return_inverse=True)
    parts = []
    for rows in kinds:
        each = [np.asarray(d.quanta)[row] for row in rows if row.any()]
        # every q - q' and q + q' is made of the steps from the first and of twice the first
        apart = [np.append(q - q[0], 2 * q[0]) for q in each] or [np.zeros(1, dtype=np.intp)]
        parts.append(int(np.gcd.reduce(np.concatenate(apart))) or 1)
    return np.asarray(parts, dtype=np.intp)[kind.reshape(-1)]


def make_harmonics(jumps: Jumps, reach: npt.NDArray[np.intp] | int) -> Harmonics:
    """Harmonics up to |q| = ``reach`` of each point of a batch with one axis; a point does not depend on its
    neighbours."""
    d = jumps.dressing
    most = np.broadcast_to(reach, len(d.energies))
    keep = np.flatnonzero(np.asarray(d.quanta) <= most.max(initial=0)).tolist() or [0]
    kept = [d.quanta[k] for k in keep]
    felt = with_quanta(jumps, keep)
    driven = [k for k, q in enumerate(kept) if q]
    within = np.asarray(kept) <= most[:, None]
    s = np.where(within[:, None, :, None, None], d.couplings[:, :, keep], 0.0)
    energy = both_signs(jumps.energy[:, keep], driven, -1.0)
    every = [both_signs(s[:, c], driven, 1.0) + 0j for c in range(s.shape[1])]
    total: list[Any] = [0.0] * len(every)
    heat = []
    for u, wires in enumerate(jumps.wiring):
        up, low = half_transforms(felt, u)
        each = one_sided(felt, u, [every[c] for c in wires], up, low, anomalous_lines(felt, u))
        for c, l in zip(wires, each, strict=True):
            total[c] = total[c] + l
        heat.append((wires, np.stack(each, axis=1)))
    quanta = np.asarray([*kept, *(-q for q in kept if q)], dtype=np.intp)
    e, omega = d.energies, d.omega
    if not d.several_tones:
        omega = np.broadcast_to(np.asarray(omega, dtype=float), e.shape[:-1])
    return Harmonics(
        e[:, :, None] - e[:, None, :], omega, quanta, np.stack(every, axis=1), np.stack(total, axis=1),
        np.stack([energy * x for x in every], axis=1), tuple(heat),
    )  # fmt: skip


def over_period(
    x: Complex, quanta: Points, samples: int, offset: float = 0.0, first: int | None = None
) -> Complex:
    """Sum of x^(q) exp(-i q w t) at equally spaced times, or the first of them, ``(P, samples, C, N, N)``.

    Harmonics beyond the number of samples fold back: the values at these times are theirs too.
    """
    from scipy.fft import fft

    if offset:
        x = x * np.exp(-2j * np.pi * offset / samples * quanta)[:, None, None]
    folds = 1 + 2 * int(np.abs(quanta).max(initial=0)) // samples
    shape = (*x.shape[:2], folds * samples, *x.shape[3:])
    lines = np.zeros(shape, dtype=complex)
    lines[:, :, quanta % (folds * samples)] = x
    lines = lines.reshape(*shape[:2], folds, samples, *shape[3:]).sum(axis=2)
    at_times = fft(lines, axis=2, overwrite_x=True)[:, :, :first]
    return np.ascontiguousarray(np.swapaxes(at_times, 1, 2))


@dataclass(frozen=True)
class PeriodicGenerator:
    """The complete generator at samples of a period, its own where that is a part of the drive's.

    Attributes
    ----------
    gaps : array (P, N, N)
    omega : array (P,)
        Of the period that is sampled.
    coupling, forward : array (P, M, C, N, N)
        S and L at M times.
    current : array (P, M, U + 1, N, N)
        K with J = mean of 2 Re Tr[K rho].
    """

    gaps: Reals
    omega: Reals
    coupling: Complex
    forward: Complex
    current: Complex

    @classmethod
    def of(cls, harmonics: Harmonics, samples: int, folds: int = 1) -> PeriodicGenerator:
        """At so many times of the drive's period, or at those in the first of its `folds_of` equal parts."""
        folds = math.gcd(folds, samples)
        s, l = harmonics.sampled(samples, first=samples // folds)
        current = harmonics.current_operators(samples, l)
        return cls(harmonics.gaps, folds * harmonics.omega, s, l, current)

    @property
    def levels(self) -> int:
        """Number of states N."""
        return int(self.gaps.shape[-1])

    @property
    def samples(self) -> int:
        """Times in a period."""
        return int(self.coupling.shape[1])

    def take(self, points: Points) -> PeriodicGenerator:
        """Some points of the batch."""
        out = PeriodicGenerator(
            self.gaps[points], self.omega[points], self.coupling[points], self.forward[points],
            self.current[points],
        )  # fmt: skip
        for name in ("functional", "matrices"):
            if name in self.__dict__:
                out.__dict__[name] = self.__dict__[name][points]
        return out

    def dissipate(self, packed: Reals) -> Reals:
        """The dissipative part on a Hermitian state at every time, packed as Re + Im, ``(P, M, N, N)``."""
        if self.levels <= FEW:
            column = packed.reshape(*packed.shape[:2], -1, 1)
            return np.asarray(np.matmul(self.matrices, column).reshape(packed.shape))
        rho = unpack(packed)
        parts = []
        for c in range(self.coupling.shape[2]):
            s, jumped = self.coupling[:, :, c], np.matmul(self.forward[:, :, c], rho)
            parts.append(np.matmul(jumped, s) - np.matmul(s, jumped))
        half = reduce(np.add, parts)
        return _pack_both(half)

    @cached_property
    def matrices(self) -> Reals:
        """The dissipative part at every time as a matrix on packed states, ``(P, M, N^2, N^2)``."""
        return superoperators(0.0 * self.gaps, self.coupling, self.forward)

    @cached_property
    def own(self) -> Complex:
        """Mean diagonal element of the generator for each coherence, turning included, ``(P, N, N)``."""
        l, s = diagonal(self.forward), diagonal(self.coupling)
        each = np.matmul(_tall(l).swapaxes(-1, -2), _tall(s.conj())) / self.samples
        drift = diagonal(np.matmul(self.coupling, self.forward)).sum(axis=2).mean(axis=1)
        out: Complex = each + each.conj().swapaxes(-1, -2) - drift[:, :, None] - drift.conj()[:, None, :] - (
            1j * self.gaps)  # fmt: skip
        return out

    def currents(self, packed: Reals) -> Reals:
        """Mean currents into the system of packed states at every sample, ``(P, U + 1)``."""
        return np.asarray(np.matmul(self.functional, packed.reshape(len(packed), -1, 1))[..., 0])

    def traffic(self, packed: Reals) -> Reals:
        """Largest one-way flow through a terminal, ``(P,)``."""
        n = self.levels
        p = packed.reshape(len(packed), self.samples, n * n)[:, None, :, :: n + 1]
        flow = self.functional.reshape(len(packed), -1, self.samples, n * n)[..., :: n + 1] * p
        return np.asarray(0.5 * np.abs(flow).sum(axis=(-2, -1)).max(axis=-1))

    def scale(self, packed: Reals) -> Reals:
        """Largest current, or 1e-6 of the traffic where all currents cancel (equilibrium), ``(P,)``."""
        largest = np.abs(self.currents(packed)).max(axis=-1)
        return np.asarray(np.maximum(largest, 1e-6 * self.traffic(packed)) + np.finfo(float).tiny)

    @cached_property
    def functional(self) -> Reals:
        """The mean currents as linear functions of the packed states, ``(P, U + 1, M N^2)``."""
        total = np.ascontiguousarray(_pack_both(self.current).swapaxes(1, 2)) / self.samples
        return np.asarray(total.reshape(*total.shape[:2], -1))


def superoperators(gaps: Reals, s: Complex, l: Complex) -> Reals:
    """The generator at every time as a matrix on packed Hermitian states, ``(P, M, N^2, N^2)``.

    Parameters
    ----------
    gaps : array (P, N, N)
    s, l : array (P, M, C, N, N)
        S and L at M times.
    """
    n = gaps.shape[-1]
    # points and times last: long rows of numbers, where the matrices are small
    s, l = (np.ascontiguousarray(x.transpose(2, 3, 4, 0, 1)) for x in (s, l))
    half = np.zeros(
        (n, n, n, n, *s.shape[3:]), dtype=complex
    )  # of Y(rho) with rho' = Y + Y†, from k, l to i, j
    drift = np.zeros(s.shape[1:], dtype=complex)
    for one, other in zip(s, l, strict=True):
        half += other[:, None, :, None] * one.conj()[None, :, None, :]
        for k in range(n):
            drift += one[:, k, None] * other[k]
    for j in range(n):
        half[:, j, :, j] -= drift
        for i in range(n):
            half[i, j, i, j] -= 0.5j * gaps[:, i, j, None]
    real, imag = half.real, half.imag
    # on packed states: X_kl = (P_kl + P_lk)/2 + i (P_kl - P_lk)/2, and the image is packed likewise
    turned = real.swapaxes(2, 3) - imag
    out = real + imag.swapaxes(2, 3) + turned.swapaxes(0, 1)
    return np.ascontiguousarray(out.reshape(n * n, n * n, *s.shape[3:]).transpose(2, 3, 0, 1))


def _tall(x: Array) -> Array:
    """Samples and operators along one axis."""
    return x.reshape(x.shape[0], -1, *x.shape[3:])


def _pack_both(half: Complex) -> Reals:
    """Y + Y† packed as Re + Im."""
    real, imag = half.real, half.imag
    out = real + imag
    out += (real - imag).swapaxes(-1, -2)
    return np.asarray(out)
