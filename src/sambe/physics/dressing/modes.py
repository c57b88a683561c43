r"""Floquet modes along a period: their labels, their Fourier lines and those of the coupling between them.

A path of propagators is sampled where the picture's Hamiltonian is known; where time can be reversed, half of
the period is held and the lines are real.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, dagger
from ...numerics.eigenphases import floquet_modes
from .dressing import Dressing
from .magnus import HARMONIC_FLOOR, Picture
from .splitting import Driven, cis, times

__all__ = ["DEGENERATE", "coinciding", "dress_path", "phase_blocks", "separate"]

DEGENERATE = 1e-7  # phases, in radians of a period, closer than this are one quasienergy: rounding of modes
FOLDED = 1e-8  # mismatch of the mean square harmonic above which samples are too few
FIRST_SAMPLES = 32  # of a period, where there are as many steps
LONG = 128  # samples from which a fast transform beats a matrix product

Resolved = npt.NDArray[np.bool_]
Points = npt.NDArray[np.intp]


def dress_path(
    picture: Picture,
    u: Array,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    driven: Driven | None = None,
    least: int = FIRST_SAMPLES,
) -> Iterator[tuple[Points, Dressing]]:
    """Modes, labelled quasienergies and coupling harmonics from the propagators of a group: of each point
    from as few samples as resolve its harmonics, and of none that these steps do not resolve.

    Parameters
    ----------
    picture : Picture
    u : array (P, n + 1, N, N)
        Propagators at equal steps: in the picture, or in the laboratory if ``driven`` is given.
    operators, frame
        As for `sambe.physics.dressing.floquet.floquet`.
    driven : Driven, optional
        The same points.
    least : int
        Samples of a period at first.
    """
    last = u[:, -1]
    if driven is not None:
        last = _rows(picture, np.array([0.5 if picture.reversible else 1.0])) * last
    if picture.reversible:
        last = np.matmul(np.swapaxes(last, -1, -2), last)
    phases, modes = floquet_modes(last, symmetric=picture.reversible)
    offset = np.asarray(picture.integers) - np.asarray(frame)
    samples = most = (u.shape[1] - 1) * (2 if picture.reversible else 1)
    least = max(least, 4 * picture.highest)  # a harmonic of the drive must not be taken for another
    while samples > least and samples % 2 == 0:
        samples //= 2
    left = np.arange(len(u))
    while left.size and samples <= most:
        path = _Path.of(picture, driven, u, phases, modes, offset, samples)
        stack, residues = _coupling_lines(path, operators)
        size = np.abs(stack).max(axis=(-2, -1))
        largest = size.max(axis=(1, 2))
        tail = size[..., 3 * samples // 8 : samples - 3 * samples // 8 + 1].max(axis=(1, 2))
        resolved = (tail <= HARMONIC_FLOOR * largest) & path.resolved()
        done = slice(None) if resolved.all() else resolved
        if resolved.any():
            present = size[done] > HARMONIC_FLOOR * largest[done, None, None]
            couplings, quanta = _by_quanta(stack[done], residues, picture.fold, present, len(operators))
            energies = path.energies * picture.omega[:, None] + picture.offset[:, None]
            omega, states = picture.omega[done], path.modes[done, 0]
            yield left[done], Dressing(energies[done], couplings, quanta, omega, states)
        rest = np.flatnonzero(~resolved)
        left, picture, driven = left[rest], picture.take(rest), None if driven is None else driven.take(rest)
        u, phases, modes = (x if len(rest) == len(x) else x[rest] for x in (u, phases, modes))
        samples *= 2


@dataclass(frozen=True)
class _Path:
    """Floquet modes along a period of the picture, or along half of it where the rest mirrors that.

    Attributes
    ----------
    picture : Picture
    rows : array (M, N, 1) or None
        What turns the rows of ``modes`` into the picture, if they are not there already.
    x : array (M,)
        Times, as fractions of the picture's period.
    samples : int
        Times in the whole period.
    energies : array (P, N)
        Labelled quasienergies in units of omega, the picture's offset left out.
    modes : array (P, M, N, N)
        Periodic in the picture, each turned by the multiple of omega that its label gives it.
    speed : array (P, N)
        Average of the square of du/dt over a period, for each mode, in units of the picture's zone.
    """

    picture: Picture
    rows: Array | None
    x: Array
    samples: int
    energies: Array
    modes: Array
    speed: Array

    @classmethod
    def of(
        cls, picture: Picture, driven: Driven | None, u: Array, phases: Array, modes: Array,
        offset: Array, samples: int,
    ) -> _Path:  # fmt: skip
        """Sample the modes and give each the multiple of omega that centres it.

        A mode's average energy less its quasienergy is its mean harmonic, here seen in the labelling frame.
        """
        count = samples // 2 if picture.reversible else samples
        x = np.arange(count + 1 if picture.reversible else count) / samples
        propagators = u[:, :: (u.shape[1] - 1) // count][:, : len(x)]
        rows = None if driven is None else _rows(picture, x)
        phases, modes = _untangle(picture, propagators, rows, phases, modes, offset, x)
        states = np.matmul(propagators, modes[:, None].astype(complex, copy=False))
        h = picture.at(x) if driven is None else driven.at(2.0 * x if picture.reversible else x)
        action = times(h, states)
        weight = np.ones(len(x)) / samples
        if picture.reversible:
            weight[1:-1] *= 2.0
        zone = (picture.fold * picture.omega)[:, None]
        mean = _average(weight, states, action) / zone
        bare = phases / (2.0 * np.pi)
        label = picture.fold * (mean - bare)
        if offset.any():
            label += np.einsum("a,pai->pi", offset, _average(weight, states, states, rows=True))
        turns = bare + np.round(label / picture.fold)
        order = np.argsort(turns, axis=-1)  # of the modes by energy, before their couplings are formed
        # du/dt from the Hamiltonian: no difference of two averages, which are large where omega is small
        action /= zone[:, None, None]
        action -= states * turns[:, None, None, :]
        speed = _average(weight, action, action)
        turns, speed = (np.take_along_axis(y, order, axis=-1) for y in (turns, speed))
        states = _sorted(states, order)
        states *= cis(2.0 * np.pi * turns[:, None, :] * x[:, None])[..., None, :]
        return cls(picture, rows, x, samples, picture.fold * turns, states, speed)

    def lines(self, values: Array) -> Array:
        """Fourier lines of a function of time that is conjugate to itself on the other half of the
        period, if half of it is held; ``(P, samples, N, N)``."""
        if not self.picture.reversible:
            return np.fft.ifft(values, axis=1)
        if self.samples > LONG:
            return np.fft.ifft(_mirrored(values), axis=1).real
        even, odd = _parts(values, self.samples)
        out = np.empty((len(values), self.samples, *values.shape[2:]))
        count = values.shape[1]
        np.subtract(even, odd, out=out[:, :count])
        np.add(even[:, -2:0:-1], odd[:, -2:0:-1], out=out[:, count:])
        return out

    def resolved(self) -> Resolved:
        """Points of which no harmonic of a mode is folded back by too few samples.

        The mean square of du/dt, from the Hamiltonian, has to be that of the harmonics (Parseval): a
        harmonic that is folded back counts less.
        """
        modes = self.modes if self.rows is None else self.modes * self.rows
        if self.picture.reversible and self.samples <= LONG:
            q = np.arange(self.samples // 2 + 1.0)
            weight = np.where(2 * q < self.samples, 2.0, 1.0) * q**2
            square = sum(_average(weight, part, part) for part in _parts(modes, self.samples))
        else:
            q = np.fft.fftfreq(self.samples, 1.0 / self.samples)
            lines = self.lines(modes)
            square = _average(q**2, lines, lines)
        off = np.abs(self.speed - square)
        return np.asarray((off <= FOLDED * (1.0 + self.speed)).all(axis=-1))


def _rows(picture: Picture, x: Array) -> Array:
    """What turns the rows of a matrix from the laboratory into the picture, ``(M, N, 1)``."""
    turn = np.outer(x, np.asarray(picture.integers)) / picture.fold
    return np.exp(2j * np.pi * (turn % 1.0))[..., None]


def _average(weight: Array, a: Array, b: Array, rows: bool = False) -> Array:
    """Re(a* b) averaged over time and, unless these are wanted, summed over the rows."""
    points, levels = len(a), a.shape[-1]
    a, b = (x.view(float) if np.iscomplexobj(x) else x for x in (a, b))
    out = np.matmul(weight, (a * b).reshape(*a.shape[:2], -1)).reshape(points, levels, -1)
    out = out if rows else out.sum(axis=1)
    return out.reshape(*out.shape[:-1], levels, -1).sum(axis=-1)


def _sorted(values: Array, order: npt.NDArray[np.intp]) -> Array:
    """The last axis of each point in its order; NumPy is slow at that for all points at once."""
    out = np.empty_like(values)
    for source, into, columns in zip(values, out, order, strict=True):
        np.take(source, columns, axis=-1, out=into, mode="clip")
    return out


def _parts(values: Array, samples: int) -> tuple[Array, Array]:
    """Even and odd parts of the real lines of half a period, for the lines q = 0 to samples / 2 that are
    their difference; the lines -q are their sum."""
    angle = 2.0 * np.pi * np.outer(np.arange(values.shape[1]), np.arange(values.shape[1])) / samples
    weight = np.full(values.shape[1], 2.0 / samples)
    weight[[0, -1]] = 1.0 / samples
    flat = values.reshape(*values.shape[:2], -1)
    even = np.matmul(weight * np.cos(angle), np.ascontiguousarray(flat.real))
    odd = np.matmul(weight * np.sin(angle), np.ascontiguousarray(flat.imag))
    return even.reshape(values.shape), odd.reshape(values.shape)


def _mirrored(values: Array) -> Array:
    """The whole period of values that are held on half of it."""
    return np.concatenate([values, values[:, -2:0:-1].conj()], axis=1)


def _coupling_lines(
    path: _Path, operators: Sequence[npt.NDArray[Any]]
) -> tuple[Array, list[tuple[int, int]]]:
    """Fourier lines of the parts of the coupling between the modes, ``(P, parts, samples, N, N)``.

    Each operator falls into parts by the residue r of n_j - n_i modulo the fold; the harmonics of a
    part are q = r + fold s with s the index of the line.
    """
    g = path.picture.fold
    n = np.asarray(path.picture.integers)
    turn = n[None, :] - n[:, None]
    rows: list[Array] = []
    residues = []
    for c, op in enumerate(operators):
        # an operator that is zero in a part of a system has a line of zeros: there is no dressing without one
        for r in map(int, np.unique(turn[op != 0] % g) if op.any() or rows else [0]):
            part, turns = op * (turn % g == r), (turn - r) // g
            if path.picture.reversible and op.imag.any():  # the whole period, lines that are complex
                whole = np.concatenate([path.x, -path.x[-2:0:-1]])
                rows.append(np.fft.ifft(_between(path, _mirrored(path.modes), whole, part, turns, r), axis=1))
            else:
                rows.append(path.lines(_between(path, path.modes, path.x, part, turns, r)))
            residues.append((c, r))
    return (rows[0][:, None] if len(rows) == 1 else np.stack(rows, axis=1)), residues


def _between(path: _Path, modes: Array, x: Array, part: Array, turns: Array, residue: int) -> Array:
    """A part of an operator between the modes, at the fractions x of the picture's period."""
    part = part if part.imag.any() else part.real
    if path.rows is None:
        if turns[part != 0].any():
            part = part * np.exp(-2j * np.pi * ((turns * x[:, None, None]) % 1.0))
        return np.matmul(dagger(modes), times(part, modes))
    out = np.matmul(dagger(modes), times(part, modes))
    # in the laboratory nothing but the phase of its residue is left to turn
    return out * np.exp(2j * np.pi * residue / path.picture.fold * x)[:, None, None] if residue else out


def _untangle(
    picture: Picture,
    propagators: Array,
    rows: Array | None,
    phases: Array,
    modes: Array,
    offset: Array,
    x: Array,
) -> tuple[Array, Array]:
    """Separate modes whose quasienergies coincide modulo omega by their mean harmonic.

    Where a multiple of omega equals a gap, propagation over one period cannot tell two states of
    different energy apart and returns any mixture of them.
    """
    tangled = coinciding(phases)
    if not tangled.size:
        return phases, modes
    phases, modes = phases.copy(), modes.copy()
    turn = np.exp(1j * phases[tangled, None, None, :] * x[:, None, None])
    periodic = np.matmul(propagators[tangled], modes[tangled, None]) * turn
    periodic = periodic if rows is None else periodic * rows
    periodic = _mirrored(periodic) if picture.reversible else periodic
    samples = periodic.shape[1]
    lines = np.fft.ifft(periodic, axis=1)
    count = picture.fold * np.fft.fftfreq(samples, 1.0 / samples)[:, None] + offset
    for k, p in enumerate(tangled):
        mean = np.einsum("mai,ma,maj->ij", lines[k].conj(), count, lines[k])
        mean = mean if np.iscomplexobj(modes) else mean.real
        for block in phase_blocks(phases[p]):
            separate(phases[p], modes[p], block, mean[np.ix_(block, block)])
    return phases, modes


def coinciding(phases: Array) -> npt.NDArray[np.intp]:
    """Points (P, N) with modes whose quasienergies coincide modulo omega."""
    if phases.shape[-1] == 1:
        return np.zeros(0, dtype=np.intp)
    ordered = np.sort(phases, axis=-1)
    wrapped = np.concatenate([ordered, ordered[:, :1] + 2.0 * np.pi], axis=-1)
    return np.flatnonzero((np.diff(wrapped, axis=-1) < DEGENERATE).any(axis=-1))


def separate(phases: Array, modes: Array, block: list[int], mean: Array) -> None:
    """Mix the modes of a block, in place, to eigenvectors of what tells them apart, ``(b, b)``."""
    _, mix = np.linalg.eigh(mean)
    # one quasienergy for the block, so that the mixed modes stay periodic
    centre = phases[block[0]]
    spread = (phases[block] - centre + np.pi) % (2 * np.pi) - np.pi
    phases[block] = centre + np.mean(spread)
    modes[:, block] = modes[:, block] @ mix


def phase_blocks(phases: Array) -> list[Array]:
    """Indices of phases closer than `DEGENERATE` on the circle, in blocks of two and more."""
    order = np.argsort(phases)
    gaps = np.diff(np.append(phases[order], phases[order[0]] + 2.0 * np.pi))
    start = int(np.argmax(gaps)) + 1  # begin behind the widest gap: no block wraps around
    order, gaps = np.roll(order, -start), np.roll(gaps, -start)
    splits = np.flatnonzero(gaps[:-1] >= DEGENERATE) + 1
    return [b for b in np.split(order, splits) if len(b) > 1]


def _by_quanta(
    stack: Array, residues: list[tuple[int, int]], g: int, present: npt.NDArray[np.bool_], operators: int
) -> tuple[Array, tuple[int, ...]]:
    """Coupling harmonics ``(P, C, Q, N, N)``, q >= 0, from those lines of the parts that each point has.

    S^(-q) is the adjoint, as large but for rounding: a point has both if it has one of them.
    """
    samples = stack.shape[2]
    lines = np.fft.fftfreq(samples, 1.0 / samples).astype(int)
    place = {
        (c, r + g * q): (row, line)
        for row, (c, r) in enumerate(residues)
        for line, q in enumerate(lines.tolist())
    }
    found: dict[int, list[tuple[int, Array, npt.NDArray[np.bool_]]]] = {}
    for (c, q), (row, line) in place.items():
        other = place.get((c, -q))
        if q < 0 and other is not None:
            continue
        there = present[:, row, line] if other is None else present[:, row, line] | present[:, *other]
        if there.any():
            part = stack[:, row, line]
            found.setdefault(abs(q), []).append((c, part if q >= 0 else dagger(part), there))
    quanta = tuple(sorted(found)) or (0,)  # where no bath reaches a part of a system
    out = np.zeros((stack.shape[0], operators, len(quanta), *stack.shape[-2:]), dtype=stack.dtype)
    for k, q in enumerate(quanta):
        for c, part, there in found.get(q, []):
            out[:, c, k] = part if there.all() else np.where(there[:, None, None], part, 0.0)
    return out, quanta
