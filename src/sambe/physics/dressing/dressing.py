r"""Dressings: the system's own basis, and the coupling operators seen from it.

A dressing is a set of energies :math:`E_i` with coupling harmonics :math:`S^{(q)}_{ij}`, split by the
number q of drive quanta that a jump absorbs, :math:`S(t) = \sum_q S^{(q)} e^{-iq\omega t}`. A jump
:math:`j \to i` takes :math:`W = E_i - E_j - q\omega` from the bath. Everything after it is shared
by the three equations. As S is Hermitian, :math:`S^{(-q)} = S^{(q)\dagger}`: only q >= 0 is held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...numerics.arrays import (
    Array,
    Number,
    dagger,
    is_concrete,
    is_numpy,
    namespace,
    to_numpy,
)
from .frequencies import Tones, expanded_omega

__all__ = ["Dressing", "observing", "of_same_harmonics", "one_zone", "ordered", "rotated", "shift_zone",
           "with_room"]  # fmt: skip


@dataclass(frozen=True)
class Dressing:
    """Energies and coupling harmonics of a batch of points.

    Attributes
    ----------
    energies : array (..., N)
        Dressed energies or quasienergies.
    couplings : array (..., C, Q, N, N)
        Harmonics of the C distinct coupling operators for the Q values of ``quanta``.
    quanta : tuple of int
        The q >= 0 held, increasing.
    omega : number, array (...) or Tones
        Drive frequency, or those of several tones, whose quanta are integers of vectors.
    states : array (..., N, N)
        Columns: the dressed states in the frame, or the Floquet modes at t = 0.
    tilt : array (..., N, N), optional
        Under JAX, the derivative of the Hamiltonian between degenerate states; see
        `sambe.numerics.eigen_derivative`.
    observed : Dressing, optional
        The same states with the harmonics of observables in the place of those of the couplings.
    """

    energies: Array
    couplings: Array
    quanta: tuple[int, ...]
    omega: Number
    states: Array
    tilt: Array = None
    observed: Dressing | None = None

    @property
    def several_tones(self) -> bool:
        """Whether quanta are those of several tones."""
        return isinstance(self.omega, Tones)

    @property
    def levels(self) -> int:
        """Number of states N."""
        return int(self.energies.shape[-1])

    def jump_energies(self) -> Array:
        """W = E_i - E_j - q w that a jump j -> i takes from the bath, ``(..., Q, N, N)``, q >= 0."""
        xp = namespace(self.energies)
        e = self.energies
        gap = (e[..., :, None] - e[..., None, :])[..., None, :, :]
        if self.quanta == (0,):
            return gap
        q = xp.asarray([float(q) for q in self.quanta], dtype=e.dtype)[:, None, None]
        return gap - q * expanded_omega(self.omega, 3)


def shift_zone(dressing: Dressing, shift: np.ndarray) -> Dressing:
    r"""The same dressing with :math:`E_i \to E_i + m_i\omega`, so that every W stays.

    What was :math:`S^{(q)}_{ij}` becomes :math:`S^{(q + m_i - m_j)}_{ij}`.

    Parameters
    ----------
    shift : int array (..., N)
        m_i, on the host.
    """
    xp = namespace(dressing.energies)
    gap = shift[..., :, None] - shift[..., None, :]
    held = set(dressing.quanta)
    emitted = [k for k, q in enumerate(dressing.quanta) if -q not in held]
    signed = np.asarray([*dressing.quanta, *(-dressing.quanta[k] for k in emitted)])
    order = np.argsort(signed)
    adjoint = dagger(xp.take(dressing.couplings, xp.asarray(emitted, dtype=xp.int64), axis=-3))
    both = xp.concat([dressing.couplings, adjoint], axis=-3)
    signed, stack = signed[order], xp.take(both, xp.asarray(order), axis=-3)
    # the harmonics follow from the shifts alone: one that vanishes at the points of this batch need not
    # elsewhere
    used = np.unique(np.abs(np.add.outer(signed, np.unique(gap)))).tolist()
    wanted = np.asarray(used)[:, None, None] - gap[..., None, :, :]
    index = np.minimum(np.searchsorted(signed, wanted), len(signed) - 1)
    inside = signed[index] == wanted
    index = np.broadcast_to(index[..., None, :, :, :], (*stack.shape[:-3], *index.shape[-3:]))
    kept = xp.take_along_axis(stack, xp.asarray(index), axis=-3)
    kept = xp.where(xp.asarray(inside)[..., None, :, :, :], kept, 0.0 * kept)
    energies = dressing.energies + xp.asarray(shift * 1.0) * expanded_omega(dressing.omega, 1)
    # stationary populations carry over state by state, so the order is left as it is
    observed = None if dressing.observed is None else shift_zone(dressing.observed, shift)
    return Dressing(energies, kept, tuple(used), dressing.omega, dressing.states, observed=observed)


def with_room(dressing: Dressing, step: int) -> Dressing:
    """The same dressing with empty harmonics where couplings stand with so many quanta more or less."""
    xp, couplings = namespace(dressing.couplings), dressing.couplings
    there = list(dressing.quanta)
    if is_concrete(couplings):
        size = to_numpy(xp.max(xp.abs(couplings), axis=(-4, -2, -1))).reshape(-1, len(there)).max(axis=0)
        there = [q for q, x in zip(there, size, strict=True) if x > 0] or there[:1]
    quanta = sorted(
        {*dressing.quanta, *(abs(s * q + t) for q in there for s in (1, -1) for t in (step, -step))}
    )
    zero = xp.zeros_like(couplings[..., 0, :, :])
    parts = [couplings[..., dressing.quanta.index(q), :, :] if q in dressing.quanta else zero for q in quanta]
    return replace(dressing, couplings=xp.stack(parts, axis=-3), quanta=tuple(quanta))


def of_same_harmonics(dressing: Dressing) -> list[tuple[np.ndarray, Dressing]]:
    """Points of a batch of NumPy's with one axis that have the same harmonics, and their dressing with these
    alone: sums over them are then of one length and rounded in one way, whatever neighbours have.

    Few lengths serve for all, those of 2^k and 3 2^k harmonics, the last of them empty, where harmonics
    follow each other in equal steps; else those that the point has.
    """
    every = [d for d in (dressing, dressing.observed) if d is not None]
    if dressing.energies.ndim != 2 or all(len(d.quanta) < 2 for d in every):
        return [(np.arange(len(dressing.energies)), dressing)]
    there = [_present(d) for d in every]
    ways, way = np.unique(np.packbits(np.concatenate(there, axis=1), axis=1), axis=0, return_inverse=True)
    way, ends = way.reshape(-1), np.cumsum([x.shape[1] for x in there])
    kinds: dict[tuple[tuple[bool, tuple[int, ...]], ...], list[int]] = {}
    for k, bits in enumerate(np.unpackbits(ways, axis=1, count=int(ends[-1])).astype(bool)):
        rows = np.split(bits, ends[:-1])
        kinds.setdefault(tuple(_held(d, x) for d, x in zip(every, rows, strict=True)), []).append(k)
    out = []
    for kind, of in kinds.items():
        points = np.flatnonzero(np.isin(way, of))
        parts = [_with_lines(d, points, *held) for d, held in zip(every, kind, strict=True)]
        out.append((points, replace(parts[0], observed=parts[1] if len(parts) > 1 else None)))
    return out


def _present(d: Dressing) -> np.ndarray:
    """Whether each point has real couplings, and each harmonic, ``(P, 1 + Q)``."""
    out = np.empty((len(d.energies), 1 + len(d.quanta)), dtype=bool)
    # two levels are held as complex numbers, of which some have no imaginary part by accident
    out[:, 0] = np.isrealobj(d.couplings) or (d.levels > 2 and ~d.couplings.imag.any(axis=(1, 2, 3, 4)))
    out[:, 1:] = d.couplings.any(axis=(1, 3, 4))
    return out


def _held(d: Dressing, bits: np.ndarray) -> tuple[bool, tuple[int, ...]]:
    """Whether couplings are real, and the harmonics that are held for those that a point has."""
    there = [q for q, x in zip(d.quanta, bits[1:], strict=True) if x] or [d.quanta[0]]
    first, step = there[0], int(np.gcd.reduce(np.diff(there))) if len(there) > 1 else 1
    count = (there[-1] - first) // step + 1
    if count > 2 * len(there):
        return bool(bits[0]), tuple(there)
    power = 2 ** max(0, (count - 1).bit_length())
    count = power - power // 4 if power > 2 and 4 * count <= 3 * power else power
    return bool(bits[0]), tuple(range(first, first + count * step, step))


def _with_lines(d: Dressing, points: np.ndarray, real: bool, quanta: tuple[int, ...]) -> Dressing:
    """Some points with some harmonics, zero where they are not known."""

    def at(w: Number) -> Any:
        return np.broadcast_to(w, len(d.energies))[points] if np.ndim(w) else w

    omega = d.omega.changed(at) if isinstance(d.omega, Tones) else at(d.omega)
    place = {q: k for k, q in enumerate(d.quanta)}
    kept = [k for k, q in enumerate(quanta) if q in place]
    source = d.couplings.real if real else d.couplings
    count, levels = d.couplings.shape[1], d.levels
    couplings = np.zeros((len(points), count, len(quanta), levels, levels), source.dtype)
    held = [place[quanta[k]] for k in kept]
    couplings[:, :, kept] = source[points[:, None, None], np.arange(count)[:, None], held]
    return Dressing(d.energies[points], couplings, quanta, omega, d.states[points])


def one_zone(dressing: Dressing) -> np.ndarray:
    """Multiples of omega that take the levels of each point into one zone, ``(..., N)``.

    It is cut at its widest gap: levels that are close modulo omega are then close.
    """
    e, w = to_numpy(dressing.energies), np.asarray(to_numpy(dressing.omega))[..., None]
    inside = e - np.floor(e / w) * w
    rising = np.sort(inside, axis=-1)
    gap = np.diff(rising, axis=-1, append=rising[..., :1] + w)
    widest = np.argmax(gap, axis=-1)[..., None]
    cut = np.take_along_axis(rising + 0.5 * gap, widest, axis=-1)
    return np.asarray(-np.floor((e - cut) / w), dtype=np.intp)


def ordered(dressing: Dressing) -> Dressing:
    """The same dressing with the states in the order of their energies."""
    e = dressing.energies
    if not is_numpy(namespace(e)) or bool(np.all(e[..., 1:] >= e[..., :-1])):
        return dressing
    order = np.argsort(e, axis=-1)
    column, row = order[..., None, :], order[..., :, None]
    couplings = np.take_along_axis(dressing.couplings, row[..., None, None, :, :], axis=-2)
    return Dressing(
        np.take_along_axis(e, order, axis=-1),
        np.take_along_axis(couplings, column[..., None, None, :, :], axis=-1),
        dressing.quanta,
        dressing.omega,
        np.take_along_axis(dressing.states, column, axis=-1),
        observed=None if dressing.observed is None else ordered(dressing.observed),
    )


def rotated(dressing: Dressing, energies: Array, turn: Array) -> Dressing:
    """The dressing in another basis, the columns of ``turn``, with energies of its own."""
    xp = namespace(turn)
    wide = turn[..., None, None, :, :]
    return replace(
        dressing, energies=energies, states=xp.matmul(dressing.states, turn),
        couplings=xp.matmul(dagger(wide), xp.matmul(dressing.couplings, wide)),
        observed=None if dressing.observed is None else rotated(dressing.observed, energies, turn),
    )  # fmt: skip


def observing(dressing: Dressing, couplings: int) -> Dressing:
    """The dressing whose operators behind the first ``couplings`` are observables, which no bath feels."""
    parts = dressing.couplings[..., :couplings, :, :, :], dressing.couplings[..., couplings:, :, :, :]
    first, second = (_without_empty(dressing, part) for part in parts)
    return replace(first, observed=second)


def _without_empty(dressing: Dressing, couplings: Array) -> Dressing:
    """Operators of a dressing with the quanta that they have: each costs, and others may have more."""
    quanta = dressing.quanta
    if is_numpy(namespace(couplings)):
        kept = [k for k, q in enumerate(quanta) if q == 0 or couplings[..., k, :, :].any()]
        kept = kept or [0]
        couplings, quanta = couplings[..., kept, :, :], tuple(quanta[k] for k in kept)
    return replace(dressing, couplings=couplings, quanta=quanta)
