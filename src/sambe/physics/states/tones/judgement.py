r"""Where several tones need the complete equation, by what its terms would move to first order.

Of a state :math:`\rho_0` without the terms between different vectors of quanta, those give

.. math:: \rho_m = -(\Lambda + im\cdot w)^{-1}\,\mathcal D_m\rho_0,\qquad
          \delta\rho_0 = -\mathcal L_0^{-1}\Big(\mathcal L_0\rho_0
          + \sum_{m\neq0}\mathcal D_{-m}\rho_m\Big),

with the diagonal :math:`\Lambda` of the generator, and the currents move by what both carry (see
`sambe.physics.states.judgements.cross_terms`, of which this is the case of several tones). All points are
judged at once; the balance of harmonics takes those that need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, folded
from ...dressing.frequencies import energies_by_tone, frequency_by_point
from ...generators.jumps import Jumps, jumps_at
from ...generators.periodic_generator import Harmonics, make_harmonics
from ...generators.redfield import make_redfield, pack, unpack
from ..group_inverse import IteratedResponse
from ..judgements.cross_terms import (
    CLEARED,
    MISSED,
    MOVED,
    MOVED_ITSELF,
    SMALL_CURRENT,
    Judged,
    felt_slowness,
    slowness_in_frame,
)
from ..stationary import Stationary, solve_each
from .balance import balanced_state

__all__ = ["First", "first_order", "judged_tones", "moved_by_turning_terms", "turns_fast"]

# Rate out of a state over the slowest beat, averaged over the jumps, below which what turns moves no current
# by a per cent without a static frame: that of one tone (see `cross_terms`).
SLOW = 1e-5
FLOOR = 1e-7  # harmonics of a coupling below this share of the largest: 1e-14 in what two of them do
# Largest element of a harmonic, of a state of trace one, with which the first order is trusted. A choice: it
# errs by the square, 1e-4.
TRUSTED = 0.01
MOST_LEVELS = 14  # whose mean generator is solved with at once, at N^6 operations
ITERATED = 1e-6  # of the largest current: what an iteration may leave of the move by the mean state
TOGETHER = 2**18  # numbers in the pairs of harmonics of points that are judged together

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class First:
    """What the terms between different quanta would do, to first order.

    Attributes
    ----------
    change : array (P, U + T)
        Of each current.
    harmonics : array (P,)
        Largest element of the harmonics of the state.
    """

    change: Reals
    harmonics: Reals


def turns_fast(jumps: Jumps, populations: Array, currents: Reals, framed: bool) -> npt.NDArray[np.bool_]:
    """Points at which relaxation is so slow that what turns moves no current, ``(P,)``."""
    if not any(jumps.dressing.quanta):
        return np.ones(len(populations), dtype=bool)
    if framed:
        return np.asarray(slowness_in_frame(jumps, populations, currents) < 1.0)
    return np.asarray(felt_slowness(jumps, populations) < SLOW)


def _relative(change: Reals, currents: Reals) -> Reals:
    """Largest move of a current, relative to itself or to a hundredth of the largest."""
    size = np.abs(currents)
    against = np.maximum(size, SMALL_CURRENT * size.max(axis=-1, keepdims=True))
    share = np.abs(change) / np.maximum(against, np.finfo(float).tiny)
    return np.asarray(np.where(np.isnan(change), np.nan, share).max(axis=-1))


@dataclass(frozen=True)
class _Lines:
    """Harmonics that are felt, one after the other, and the pairs of one operator, q from L and p from S."""

    coupling: Complex
    forward: Complex
    warm: Complex
    heat: list[tuple[npt.NDArray[np.intp], Complex]]
    quanta: npt.NDArray[np.intp]
    q: npt.NDArray[np.intp]
    p: npt.NDArray[np.intp]

    @classmethod
    def of(cls, h: Harmonics) -> _Lines:
        size = np.abs(h.coupling).max(axis=(0, 3, 4))
        c, k = np.nonzero(size > FLOOR * size.max())
        q, p = np.nonzero(c[:, None] == c)
        heat = []
        for wires, part in h.heat:
            place = {operator: n for n, operator in enumerate(wires)}
            there = np.flatnonzero(np.isin(c, list(wires)))
            heat.append((there, part[:, [place[int(x)] for x in c[there]], k[there]]))
        return cls(h.coupling[:, c, k], h.forward[:, c, k], h.warm[:, c, k], heat, h.quanta[k], q, p)


def first_order(jumps: Jumps, state: Complex, currents: Reals) -> First:
    """What those terms do to a state ``(P, N, N)`` with these currents."""
    points = len(state)
    h = make_harmonics(jumps, jumps.dressing.quanta[-1])
    lines = _Lines.of(h)
    w = frequency_by_point(jumps.dressing.omega, points)
    sums, which = np.unique(lines.quanta[lines.q] + lines.quanta[lines.p], return_inverse=True)
    zero = int(np.searchsorted(sums, 0))
    rate = 0.5 * (jumps.leaving[:, :, None] + jumps.leaving[:, None, :])
    alone = -rate - 1j * h.gaps
    driven = _by_sum(_acted(lines, state[:, None]), which, len(sums))
    driven = driven + driven[:, ::-1].conj().swapaxes(-1, -2)  # of m and, adjoint, of -m
    turning = sums.astype(float) * w
    rho = -driven / (alone[:, None] + 1j * turning[:, :, None, None])
    rho[:, zero] = 0.0
    # what the harmonics do to the mean state, q + p = -m
    back = _acted(lines, rho[:, len(sums) - 1 - which]).sum(axis=1)
    force = back + back.conj().swapaxes(-1, -2) + driven[:, zero] - 1j * h.gaps * state
    rho[:, zero] = state + _relaxed(jumps, force, state, currents)
    moved = _carried(lines, rho[:, len(sums) - 1 - which], w) - currents
    rho[:, zero] = 0.0
    return First(moved, np.abs(rho).max(axis=(1, 2, 3)))


def _acted(lines: _Lines, rho: Complex) -> Complex:
    """L rho S - S L rho for each pair, rho one for all or one for each, ``(P, R, N, N)``."""
    s = lines.coupling[:, lines.p]
    if rho.shape[1] == 1:
        half = np.matmul(lines.forward, rho)[:, lines.q]
    else:
        half = np.matmul(lines.forward[:, lines.q], rho)
    return np.asarray(np.matmul(half, s) - np.matmul(s, half))


def _by_sum(pairs: Complex, which: npt.NDArray[np.intp], count: int) -> Complex:
    """What pairs give, added up by their sums, ``(P, D, N, N)``."""
    from scipy.sparse import csr_array

    # pairs may be some hundred thousands, each of which has one sum
    place = csr_array((np.ones(len(which)), (which, np.arange(len(which)))), shape=(count, len(which)))
    by_pair = pairs.swapaxes(0, 1)
    flat = np.asarray(place @ by_pair.reshape(len(which), -1))
    return flat.reshape(count, *by_pair.shape[1:]).swapaxes(0, 1)


def _relaxed(jumps: Jumps, force: Complex, state: Complex, currents: Reals) -> Complex:
    """Change of a mean state with these currents under a force, its trace kept, ``(P, N, N)``; not a number
    where it is not found."""
    points, n = force.shape[:2]
    if n > MOST_LEVELS:
        kept = np.zeros(points, dtype=np.intp)
        respond = IteratedResponse(make_redfield(jumps), pack(state).reshape(points, -1), kept, ITERATED)
        change = respond(pack(force).reshape(points, 1, -1), np.abs(currents).max(axis=-1)[:, None])
        change[~respond.converged] = np.nan
        return np.asarray(unpack(change.reshape(points, n, n)))
    a = np.array(make_redfield(jumps).superoperator())
    right = -pack(force).reshape(points, n * n, 1)
    scale = np.abs(a).max(axis=(-2, -1))
    a[:, 0] = 0.0
    a[:, 0, :: n + 1] = scale[:, None]
    right[:, 0] = 0.0
    return np.asarray(unpack(solve_each(a, right).reshape(points, n, n)))


def _carried(lines: _Lines, rho: Complex, w: Any) -> Reals:
    """Currents of the mean state and the harmonics, the one that each pair meets ``(P, R, N, N)``."""
    rows = []
    for there, part in lines.heat:
        pairs = np.flatnonzero(np.isin(lines.q, there))
        place = np.searchsorted(there, lines.q[pairs])
        taken = np.matmul(part[:, place], rho[:, pairs])
        rows.append(-2.0 * _each(lines.warm[:, lines.p[pairs]], taken).sum(axis=-1))
    acted = np.matmul(lines.forward[:, lines.q], rho)
    each = _each(lines.coupling[:, lines.p], acted)
    for energy in energies_by_tone(lines.quanta[lines.p].astype(float), w):
        rows.append(-2.0 * (each * energy).sum(axis=-1))
    return np.stack(rows, axis=-1)


def _each(a: Complex, b: Complex) -> Reals:
    """Re Tr[a b] of each pair, ``(P, R)``."""
    return np.asarray(np.einsum("prij,prji->pr", a, b).real)


def _first(jumps: Jumps, state: Complex, currents: Reals) -> First:
    """The same for points in portions."""
    points, n = state.shape[:2]
    out = First(np.full(currents.shape, np.nan), np.full(points, np.inf))
    d = jumps.dressing
    size = max(1, TOGETHER // (n * n * (2 * len(d.quanta)) ** 2 * d.couplings.shape[1]))
    for k in range(0, points, size):
        at = np.arange(k, min(k + size, points))
        part = first_order(jumps_at(jumps, at), state[at], currents[at])
        out.change[at], out.harmonics[at] = part.change, part.harmonics
    return out


def moved_by_turning_terms(jumps: Jumps, state: Array, currents: Reals, framed: bool) -> Reals:
    """Relative move of a current by the terms between different quanta that a state is without, ``(P,)``.

    Not a number where the complete equation is beyond the work of a judgement.
    """
    n = jumps.dressing.levels
    rho = np.asarray(state if state.ndim == 3 else state[:, :, None] * np.eye(n), dtype=complex)
    known = np.isfinite(currents).all(axis=-1)
    out = np.where(known, 0.0, np.nan)
    populations = np.diagonal(rho, 0, -2, -1).real
    points = np.flatnonzero(known & ~turns_fast(jumps, populations, currents, framed))
    if points.size:
        first = _first(jumps_at(jumps, points), rho[points], currents[points])
        out[points] = _relative(first.change, currents[points])
        points = points[~(first.harmonics <= TRUSTED)]
    if points.size:
        whole = balanced_state(jumps_at(jumps, points))
        change = np.where(
            (whole.converged & whole.unique)[:, None], whole.currents - currents[points], np.nan
        )
        out[points] = _relative(change, currents[points])
    return out


def judged_tones(jumps: Jumps, part: Stationary, tolerance: float, framed: bool) -> Judged:
    """The complete equation at the points where it moves a current, the state as it is elsewhere.

    As `sambe.physics.states.judgements.cross_terms.judged_state` for one tone; a batch with one axis of
    points. In a static frame, where those terms are slight, a move counts from `CLEARED` on.
    """
    state, currents = np.array(part.state), np.array(part.currents)
    unique, converged = np.array(part.unique), np.array(part.converged)
    complete, shift = np.zeros(len(unique), dtype=bool), np.zeros(len(unique))
    solved = unique & converged & np.isfinite(currents).all(axis=-1)
    populations = np.diagonal(state, 0, -2, -1).real
    # what the first law misses is what the two ways of counting differ by
    missed = np.abs(currents.sum(axis=-1)) > MISSED * folded(np.maximum, np.abs(currents))
    points = np.flatnonzero(solved & (~turns_fast(jumps, populations, currents, framed) | missed))
    if points.size:
        first = _first(jumps_at(jumps, points), state[points].astype(complex), currents[points])
        shift[points] = _relative(first.change, currents[points])
        slight = ~_counts(first.change, currents[points], tolerance, shift[points], framed)
        slight &= ~_unbalanced(currents[points], tolerance, framed)
        points = points[~((first.harmonics <= TRUSTED) & slight)]
    if points.size:
        whole = balanced_state(jumps_at(jumps, points))
        fine = whole.converged & whole.unique
        change = np.where(fine[:, None], whole.currents - currents[points], np.nan)
        shift[points] = _relative(change, currents[points])
        moves = _counts(change, currents[points], tolerance, shift[points], framed)
        moves = fine & (moves | _unbalanced(currents[points], tolerance, framed))
        at = points[moves]
        state[at], currents[at] = whole.state[moves], whole.currents[moves]
        complete[at], shift[at] = True, 0.0
    return Judged(state, currents, np.array(part.kept), unique, converged, complete, shift)


def _unbalanced(currents: Reals, tolerance: float, framed: bool) -> npt.NDArray[np.bool_]:
    """Where the first law is missed by what counts, ``(P,)``; in a static frame it does not."""
    missed = np.abs(currents.mean(axis=-1)) > max(tolerance, MISSED) * np.abs(currents).max(axis=-1)
    return np.asarray(missed & (not framed))


def _counts(
    change: Reals, currents: Reals, tolerance: float, shift: Reals, framed: bool
) -> npt.NDArray[np.bool_]:
    """Where a move counts, ``(P,)``; where it is not known it does."""
    if framed:
        return np.asarray(~(shift <= CLEARED))
    size, moved = np.abs(currents), np.abs(change)
    least = max(tolerance, MOVED) * size.max(axis=-1, keepdims=True)
    return np.asarray(((moved > least) | (moved > MOVED_ITSELF * size) | np.isnan(moved)).any(axis=-1))
