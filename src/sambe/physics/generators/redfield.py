r"""Generators of the reduced dynamics: Pauli rate equation and Redfield operator.

With :math:`L^{(q)}_{ij} = \tfrac12 a(E_i - E_j - q\omega) S^{(q)}_{ij}` for each bath,

.. math:: \dot\rho = -i[E, \rho] + \sum_{u,q}\left( L^{(q)}\rho S^{(q)\dagger}
          - S^{(q)\dagger} L^{(q)}\rho + \mathrm{h.c.}\right),

the terms between different q dropped: they turn at multiples of the drive frequency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, dagger, diagonal, namespace
from ...numerics.packed_forms import as_functional, on_packed
from .jumps import Jumps, quanta_by_tone
from .near_states.zones import turned
from .one_sided import (
    beyond_rates,
    both_signs,
    driven_places,
    half_transforms,
    signed_couplings,
    tilted_lines,
)

NEAR = 1e-6  # rounding of a ratio of whole numbers

__all__ = ["Redfield", "applied_between", "make_redfield", "pauli_generator", "within"]


def pauli_generator(rates: Array) -> Array:
    """Rate matrix with its columns summing to zero, ``(..., N, N)``."""
    xp = namespace(rates)
    eye = xp.eye(rates.shape[-1], dtype=rates.dtype)
    # the diagonal of the rates drops out of both terms
    return rates - xp.sum(rates, axis=-2)[..., None, :] * eye


@dataclass(frozen=True)
class Redfield:
    """The Redfield operator of a batch of points, formed as a matrix only on a band of coherences.

    Attributes
    ----------
    gaps : array (..., N, N)
        E_i - E_j.
    coupling, forward : array (..., K, N, N)
        The pairs S, L over coupling operators and both signs of q.
    drift : array (..., N, N)
        G = sum of S† L.
    heat : array (..., U + 1, N, N)
        K_u with J_u = 2 Re Tr[K_u rho]: the currents from each bath and, last, from each tone of the
        drive, positive into the system.
    turns : array (..., N, N), optional
        For operators from `turned`, m_i - m_j over the largest multiple of omega between two channels.
    """

    gaps: Array
    coupling: Array
    forward: Array
    drift: Array
    heat: Array
    turns: Array = field(default=None, kw_only=True)

    @property
    def levels(self) -> int:
        """Number of states N."""
        return int(self.gaps.shape[-1])

    @property
    def real(self) -> bool:
        """Whether every operator is real, so that Re and Im of the state part company."""
        xp = namespace(self.forward)
        parts = (self.coupling, self.forward, self.drift)
        return all(xp.isdtype(x.dtype, "real floating") for x in parts)

    def apply(self, packed: Array) -> Array:
        """Time derivative of a Hermitian state packed as Re + Im, ``(..., N, N)`` real."""
        rho = unpack(packed)
        xp = namespace(rho)
        jumped = xp.matmul(xp.matmul(self.forward, rho[..., None, :, :]), dagger(self.coupling))
        half = xp.sum(jumped, axis=-3) - xp.matmul(self.drift, rho)
        return pack(half + dagger(half) - 1j * self.gaps * rho)

    @cached_property
    def own(self) -> Array:
        """Diagonal element of the generator for each coherence, ``(..., N, N)`` complex."""
        xp = namespace(self.gaps)
        return self.damped - xp.astype(1j * self.gaps, xp.complex128)

    @cached_property
    def damped(self) -> Array:
        """The same without what turns at the gaps, real where all operators are."""
        xp = namespace(self.gaps)
        l, s, g = (diagonal(x) for x in (self.forward, self.coupling, self.drift))
        jumped = xp.matmul(xp.matrix_transpose(l), _conj(s))
        return jumped + dagger(jumped) - g[..., :, None] - _conj(g[..., None, :])

    def damping(self) -> Array:
        """Rate at which each coherence relaxes, Re(G_ii + G_jj), ``(..., N, N)``."""
        xp = namespace(self.gaps)
        g = xp.real(diagonal(self.drift)) if not self.real else diagonal(self.drift)
        return g[..., :, None] + g[..., None, :]

    @cached_property
    def functional(self) -> Array:
        """The currents as linear functions of the packed state, ``(..., U + 1, N^2)``."""
        return as_functional(self.heat)

    def currents(self, packed: Array) -> Array:
        """Currents into the system through each bath and the pump, ``(..., U + 1)``."""
        xp = namespace(packed)
        column = xp.reshape(packed, (*packed.shape[:-2], self.levels**2, 1))
        return xp.matmul(self.functional, column)[..., 0]

    def take(self, points: npt.NDArray[np.intp]) -> Redfield:
        """Some points of a batch with one leading axis."""
        if len(points) == len(self.gaps):
            return self
        return Redfield(
            self.gaps[points], self.coupling[points], self.forward[points], self.drift[points],
            self.heat[points],
        )  # fmt: skip

    def superoperator(self) -> Array:
        r"""Generator as a real matrix on the packed state, row by row, ``(..., N^2, N^2)``.

        A generator A that keeps states Hermitian acts on x = Re + Im as
        :math:`\mathrm{Re}A_{ij,kl}\,x_{kl} + \mathrm{Im}A_{ij,kl}\,x_{lk}`, and

        .. math:: A_{ij,kl} = X_{ik,jl} + X^*_{jl,ik},\qquad
                  X_{ik,jl} = \sum L_{ik} S^*_{jl} - G_{ik}\delta_{jl}.
        """
        xp = namespace(self.gaps)
        n = self.levels
        batch, flat = self.gaps.shape[:-2], n * n
        eye = xp.eye(n, dtype=self.gaps.dtype) + 0.0 * self.drift[..., None, :, :]
        left = xp.concat([self.forward, -self.drift[..., None, :, :]], axis=-3)
        right = _conj(xp.concat([self.coupling, eye], axis=-3))
        left, right = (xp.reshape(x, (*x.shape[:-2], flat)) for x in (left, right))
        x = xp.matmul(xp.matrix_transpose(left), right)
        if self.turns is not None:
            turns = xp.reshape(self.turns, (*batch, flat))
            near = xp.abs(turns[..., :, None] - turns[..., None, :]) <= 1.0 + NEAR
            x = xp.where(near, x, 0.0 * x)
        out = on_packed(x, n)
        swap = xp.asarray(np.eye(flat).reshape(n, n, flat).swapaxes(0, 1).reshape(flat, flat))
        return out - xp.reshape(self.gaps, (*batch, flat))[..., :, None] * swap

    def matrix(self, band: int) -> Array:
        """Generator on the populations and the coherences rho_{i,i+a}, 1 <= a <= band.

        The states have to be in the order of their energies, so that near-degenerate ones are
        neighbours. The real unknowns are the populations, then all Re, then all Im.

        Returns
        -------
        array (..., n, n)
            With n = N + 2 N band - band (band + 1).
        """
        xp = namespace(self.gaps)
        if band == 0:
            jumped = 2.0 * xp.sum(_real(self.forward * _conj(self.coupling)), axis=-3)
            lost = 2.0 * _real(diagonal(self.drift))
            return jumped - lost[..., None, :] * xp.eye(self.levels, dtype=lost.dtype)
        rows = []
        for a in range(band + 1):
            columns = [self._block(a, b, upper=True) for b in range(band + 1)]
            columns += [self._block(a, b, upper=False) for b in range(1, band + 1)]
            rows.append(columns)

        def stack(part: list[list[Array]]) -> Array:
            return xp.concat([xp.concat(row, axis=-1) for row in part], axis=-2)

        upper, lower = [r[1 : band + 1] for r in rows], [r[band + 1 :] for r in rows]
        same = stack([[r[0]] for r in rows])
        even, odd = stack(upper) + stack(lower), stack(upper) - stack(lower)
        n = self.levels
        gap = self._gap_block(band)
        if self.real:
            zero = 0.0 * odd[..., :n, :]
            top = xp.concat([same, even, xp.concat([zero, gap], axis=-2)], axis=-1)
            last = xp.concat([0.0 * same[..., n:, :], -gap, odd[..., n:, :]], axis=-1)
            return xp.concat([top, last], axis=-2)
        left, mid = xp.real(same), xp.real(even)
        right = -xp.imag(odd) + xp.concat([0.0 * gap[..., :1, :]] * n + [gap], axis=-2)
        top = xp.concat([left, mid, right], axis=-1)
        last = xp.concat([xp.imag(same), xp.imag(even), xp.real(odd)], axis=-1)[..., n:, :]
        turn = xp.concat([0.0 * last[..., :n], -gap, 0.0 * gap], axis=-1)
        return xp.concat([top, last + turn], axis=-2)

    def _gap_block(self, band: int) -> Array:
        """diag(E_i - E_{i+a}) over the coherences of the band: what turns Re into Im."""
        xp = namespace(self.gaps)
        gaps = [xp.linalg.diagonal(self.gaps, offset=a) for a in range(1, band + 1)]
        row = xp.concat(gaps, axis=-1)
        return row[..., None] * xp.eye(int(row.shape[-1]), dtype=row.dtype)

    def _block(self, a: int, b: int, upper: bool) -> Array:
        """d(rho_{i,i+a})/dt per rho_{k,k+b} (or rho_{k+b,k}), the turning at the gaps left out."""
        xp = namespace(self.gaps)
        n = self.levels
        i, j = slice(0, n - a), slice(a, n)
        k, l = (slice(0, n - b), slice(b, n)) if upper else (slice(b, n), slice(0, n - b))
        s, f = self.coupling, self.forward
        jumped = f[..., i, k] * _conj(s[..., j, l]) + s[..., i, k] * _conj(f[..., j, l])
        eye = xp.eye(n, dtype=self.gaps.dtype)
        g = self.drift
        return xp.sum(jumped, axis=-3) - g[..., i, k] * eye[j, l] - eye[i, k] * _conj(g[..., j, l])


def pack(rho: Array) -> Array:
    """Hermitian matrix as one real matrix, Re + Im: the symmetric and the antisymmetric part."""
    xp = namespace(rho)
    return xp.real(rho) + xp.imag(rho)


def unpack(packed: Array) -> Array:
    """Inverse of `pack`."""
    xp = namespace(packed)
    turned = xp.matrix_transpose(packed)
    return 0.5 * (packed + turned) + 0.5j * (packed - turned)


def applied_between(left: Array, right: Array, x: Array) -> Array:
    """Sum of L rho S† + h.c. of packed states, flat."""
    xp, (points, count, n) = namespace(left), left.shape[:3]
    packed = xp.reshape(x, (points, n, n))
    if xp.isdtype(left.dtype, "real floating") and xp.isdtype(right.dtype, "real floating"):
        # Re and Im part company: L x S^T + S x L^T
        left, right = xp.concat([left, right], axis=1), xp.concat([right, left], axis=1)
        side = xp.reshape(xp.permute_dims(left, (0, 2, 1, 3)), (points, n, -1))
        top = xp.reshape(xp.matmul(packed[:, None], xp.matrix_transpose(right)), (points, -1, n))
        return xp.reshape(xp.matmul(side, top), (points, -1))
    side = xp.reshape(xp.permute_dims(left, (0, 2, 1, 3)), (points, n, count * n))
    acted = xp.reshape(xp.matmul(unpack(packed)[:, None], dagger(right)), (points, -1, n))
    half = xp.matmul(side, acted)
    return xp.reshape(pack(half + dagger(half)), (points, -1))


def _real(x: Array) -> Array:
    xp = namespace(x)
    return x if xp.isdtype(x.dtype, "real floating") else xp.real(x)


def _conj(x: Array) -> Array:
    xp = namespace(x)
    return x if xp.isdtype(x.dtype, "real floating") else xp.conj(x)


class _Lines(NamedTuple):
    """Harmonics of both signs, side by side, in the zones of the states.

    Attributes
    ----------
    in_zones : callable
        Brings such harmonics there, see `turned`.
    energy : array (..., K, N, N)
        W.
    couplings, warm : list of array (..., K, N, N)
        S of each coupling operator, and W S.
    """

    in_zones: Callable[[Array], Array]
    energy: Array
    couplings: list[Array]
    warm: list[Array]


class _Part(NamedTuple):
    """What a bath does through an operator: L = rate * S + rest, where either may be None, and W L."""

    rate: Array
    rest: Array
    warm: Array


def make_redfield(jumps: Jumps, shift: Array = None) -> Redfield:
    """Redfield operator and the current operators of every terminal.

    Parameters
    ----------
    jumps : Jumps
    shift : int array (..., N), optional
        Multiples m_i of omega: the coherence of i and j is the one that turns with m_i - m_j of them, see
        `turned`. By default all of them stand in the zone of the energies.
    """
    xp = namespace(jumps.energy)
    gaps, turns, in_zones, quanta_in_zones = turned(jumps, shift)
    driven = driven_places(jumps)
    energy = in_zones(both_signs(jumps.energy, driven, -1.0))
    couplings = [in_zones(s) for s in signed_couplings(jumps)]
    lines = _Lines(in_zones, energy, couplings, [energy * s for s in couplings])
    baths = [_through(jumps, bath, lines) for bath in range(len(jumps.wiring))]
    forward = _joined(
        [
            _one_sided(s, [part for bath in baths for k, part in bath if k == c])
            for c, s in enumerate(couplings)
        ]
    )
    coupling = _joined(couplings)
    each = xp.matmul(dagger(coupling), forward)
    heat = [
        _added([xp.matmul(dagger(_tall(couplings[c])), _tall(part.warm)) for c, part in bath])
        for bath in baths
    ]
    for turning in quanta_by_tone(jumps):
        absorbed = quanta_in_zones(both_signs(turning + 0.0 * jumps.energy[..., :1, :1], driven, -1.0))
        absorbed = _joined([absorbed] * len(couplings))
        # in zones of their own the elements of one matrix absorb different numbers of quanta
        pumped = absorbed * each if turns is None else xp.matmul(dagger(coupling), absorbed * forward)
        heat.append(xp.sum(pumped, axis=-3))
    drift = xp.sum(each, axis=-3)
    if jumps.slopes is not None:
        tilt = jumps.dressing.tilt
        drift = drift + 1j * (tilt if turns is None else xp.where(turns == 0.0, tilt, 0.0 * tilt))
    return within(Redfield(gaps, coupling, forward, drift, xp.stack(heat, axis=-3), turns=turns))


def _through(jumps: Jumps, bath: int, lines: _Lines) -> list[tuple[int, _Part]]:
    """What a bath does through each of its operators, with its number."""
    wires = jumps.wiring[bath]
    if not jumps.beyond[bath].nothing:
        pairs = beyond_rates(jumps, bath, lines.in_zones, lines.energy)
        return [(c, _Part(None, l, warm)) for c, (l, warm) in zip(wires, pairs, strict=True)]
    up, low = half_transforms(jumps, bath)
    rate = lines.in_zones(both_signs(up, driven_places(jumps), 1.0, _conj(low)))
    if jumps.slopes is None:
        return [(c, _Part(rate, None, rate * lines.warm[c])) for c in wires]
    # where the Hamiltonian is not diagonal W is an operator, and L follows it to first order
    slope, bare = lines.in_zones(_slope_of(jumps, bath)), signed_couplings(jumps)
    inclined = [lines.in_zones(tilted_lines(jumps, bare[c])) for c in wires]
    return [
        (c, _Part(rate, slope * tilted, rate * lines.warm[c] + (rate + lines.energy * slope) * tilted))
        for c, tilted in zip(wires, inclined, strict=True)
    ]


def _one_sided(coupling: Array, parts: list[_Part]) -> Array:
    """L of one operator from what each bath does through it: baths on one operator share the product."""
    rates = [part.rate for part in parts if part.rate is not None]
    rests = [part.rest for part in parts if part.rest is not None]
    whole = (_added(rates) if rates else 0.0) * coupling
    return whole + _added(rests) if rests else whole


def _added(arrays: list[Array]) -> Array:
    return sum(arrays[1:], start=arrays[0])


def _joined(harmonics: list[Array]) -> Array:
    """Harmonics of several operators in a row."""
    return namespace(*harmonics).concat(harmonics, axis=-3) if len(harmonics) > 1 else harmonics[0]


def within(g: Redfield) -> Redfield:
    """The operator without sums over states that no two channels of the system can join."""
    if g.turns is None:
        return g
    xp = namespace(g.turns)
    near = xp.abs(g.turns) <= 1.0 + NEAR
    drift, heat = (xp.where(at, x, 0.0 * x) for at, x in ((near, g.drift), (near[..., None, :, :], g.heat)))
    return replace(g, drift=drift, heat=heat)


def _tall(x: Array) -> Array:
    """Matrices of the second last axis but one on top of each other."""
    return namespace(x).reshape(x, (*x.shape[:-3], -1, x.shape[-1]))


def _slope_of(jumps: Jumps, bath: int) -> Array:
    """Derivative of half the rate by W, for the harmonics of both signs."""
    up, low = (jumps.slopes or ())[bath]
    return both_signs(0.5 * up, driven_places(jumps), 1.0, -0.5 * low)
