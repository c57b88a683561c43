r"""Floquet dressing: quasienergies, modes and the harmonics of the coupling, for any periodic drive.

One period is propagated in Magnus steps (see `sambe.magnus`), doubled point by point until the
quasienergies stand still; the modes are sampled until the harmonics of the coupling have died out.
Where the Hamiltonian repeats several times in a period (the counter-rotating part of a linear drive does so
twice) or is time-reversible, only that part is propagated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ._array import Array, Number, dagger, is_concrete, is_numpy, namespace
from .dressing import Dressing
from .errors import ConvergenceError
from .extended import extended_floquet
from .magnus import HARMONIC_FLOOR, MOST_STEPS, Picture, make_picture, paths, propagators
from .two_level import floquet_two
from .unitary import floquet_modes

__all__ = ["floquet", "floquet_modes"]

DEGENERATE = 1e-7  # phases closer than this are one quasienergy
FOLDED = 1e-8  # mismatch of the mean square harmonic above which samples are too few
FIRST_SAMPLES = 32  # of a period, where there are as many steps
FIRST_CUTOFF, LAST_CUTOFF = 4, 64  # harmonics on each side in the extended space
LONG = 128  # samples from which a fast transform beats a matrix product


def floquet(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    tolerance: float = 1e-10,
    cutoff: int | None = None,
) -> Dressing:
    r"""Floquet modes from one period of propagation, the coupling split by Fourier harmonics.

    .. math:: \psi_i(t) = e^{-i\epsilon_i t} u_i(t),\qquad
              \langle u_i(t)|S|u_j(t)\rangle = \sum_q S^{(q)}_{ij} e^{-iq\omega t}.

    Parameters
    ----------
    harmonics, omega, operators
        As for `sambe.dressing.driven_dressed`; any periodic drive.
    frame : sequence of int
        Integers n_i that label the modes: each quasienergy is taken with the multiple of omega that
        centres its mode in this picture, so that near-degenerate states are not torn apart.
    tolerance : float
        On the quasienergies, in units of omega.
    cutoff : int, optional
        Harmonics on each side for arrays other than NumPy's, which are not propagated but diagonalised
        in the extended space, see `sambe.extended`. By default as many as the modes need where that can
        be seen, and a fixed number inside a JAX transformation: NaN where these do not suffice.

    Raises
    ------
    ConvergenceError
        If the propagation cannot reach the tolerance.
    """
    if not is_numpy(namespace(omega, *harmonics.values())):
        return _extended(harmonics, omega, operators, frame, cutoff)
    batch = np.broadcast_shapes(np.shape(omega), *(np.shape(h)[:-2] for h in harmonics.values()))
    w = np.broadcast_to(np.asarray(omega, dtype=float), batch).reshape(-1)
    flat = {k: _flat(np.asarray(h), batch) for k, h in harmonics.items()}
    if flat[0].shape[-1] == 2:
        return _merge(floquet_two(flat, w, operators, frame, tolerance), batch, omega)
    picture = make_picture(flat, w, frame)
    if picture.quanta == (0,):
        # static in its frame: propagate in the laboratory instead, as an independent benchmark
        picture = make_picture(flat, w, [0] * len(frame))
    parts = [
        (points, _resolve(picture.take(points), u, operators, frame))
        for points, u in paths(picture, tolerance)
    ]
    return _merge(parts, batch, omega)


def _extended(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    cutoff: int | None,
) -> Dressing:
    """Modes in the extended space, from as many harmonics as it takes where values can be looked at."""
    size = FIRST_CUTOFF * (1 + max(1, *harmonics)) if cutoff is None else cutoff
    while True:
        found = extended_floquet(harmonics, omega, operators, frame, size)
        energies = found.energies
        if cutoff is not None or not is_concrete(energies) or size >= LAST_CUTOFF:
            return found
        xp = namespace(energies)
        if bool(xp.all(xp.isfinite(energies))):
            return found
        size *= 2


def _flat(h: Array, batch: tuple[int, ...]) -> Array:
    if h.ndim == 2:
        return h
    return np.broadcast_to(h, (*batch, *h.shape[-2:])).reshape(-1, *h.shape[-2:])


def _resolve(
    picture: Picture, u: Array, operators: Sequence[npt.NDArray[Any]], frame: Sequence[int]
) -> Dressing:
    """Dressing of a group, from as many steps as its harmonics need."""
    while True:
        found, resolved = _dress(picture, u, operators, frame)
        if resolved:
            return found
        steps = 2 * (u.shape[1] - 1)
        if steps > MOST_STEPS:
            raise ConvergenceError(
                f"the modes have more harmonics than {MOST_STEPS} steps resolve; raise omega or lower "
                "the drive"
            )
        u = propagators(picture, steps)


def _dress(
    picture: Picture, u: Array, operators: Sequence[npt.NDArray[Any]], frame: Sequence[int]
) -> tuple[Dressing, bool]:
    """Modes, labelled quasienergies and coupling harmonics from the propagators of a group, and
    whether these reach far enough."""
    last = u[:, -1]
    if picture.reversible:
        last = np.matmul(np.swapaxes(last, -1, -2), last)
    phases, modes = floquet_modes(last, symmetric=picture.reversible)
    offset = np.asarray(picture.integers) - np.asarray(frame)
    most = (u.shape[1] - 1) * (2 if picture.reversible else 1)
    samples = min(FIRST_SAMPLES, most)
    while True:
        path = _Path.of(picture, u, phases, modes, offset, samples)
        stack, residues = _coupling_lines(path, operators)
        size = np.abs(stack).max(axis=(0, 1, 3, 4))
        tail = size[3 * samples // 8 : samples - 3 * samples // 8 + 1].max()
        resolved = bool(tail <= HARMONIC_FLOOR * size.max()) and path.resolved()
        if samples == most or resolved:
            break
        samples = min(2 * samples, most)
    couplings, quanta = _by_quanta(stack, residues, picture.fold, HARMONIC_FLOOR * size.max())
    energies = path.energies * picture.omega[:, None] + picture.offset[:, None]
    return Dressing(energies, couplings, quanta, picture.omega, path.modes[:, 0]), resolved


@dataclass(frozen=True)
class _Path:
    """Floquet modes along a period of the picture, or along half of it where the rest mirrors that.

    Attributes
    ----------
    picture : Picture
    x : array (M,)
        Times, as fractions of the picture's period.
    samples : int
        Times in the whole period.
    energies : array (P, N)
        Labelled quasienergies in units of omega, the picture's offset left out.
    modes : array (P, M, N, N)
        Periodic, each turned by the multiple of omega that its label gives it.
    mean, square : array (P, N)
        Averages of H and of H^2 over a period, for each mode, in units of the picture's zone.
    """

    picture: Picture
    x: Array
    samples: int
    energies: Array
    modes: Array
    mean: Array
    square: Array

    @classmethod
    def of(
        cls, picture: Picture, u: Array, phases: Array, modes: Array, offset: Array, samples: int
    ) -> _Path:
        """Sample the modes and give each the multiple of omega that centres it.

        A mode's average energy less its quasienergy is its mean harmonic, here seen in the labelling frame.
        """
        count = samples // 2 if picture.reversible else samples
        x = np.arange(count + 1 if picture.reversible else count) / samples
        held = u[:, :: (u.shape[1] - 1) // count][:, : len(x)]
        phases, modes = _untangle(picture, held, phases, modes, offset, x)
        moved = np.matmul(held, modes[:, None])
        turned = np.matmul(picture.at(x), moved)
        weight = np.ones(len(x)) / samples
        if picture.reversible:
            weight[1:-1] *= 2.0
        zone = (picture.fold * picture.omega)[:, None]
        mean = _average(weight, moved.real * turned.real + moved.imag * turned.imag) / zone
        square = _average(weight, turned.real**2 + turned.imag**2) / zone**2
        bare = phases / (2.0 * np.pi)
        label = picture.fold * (mean - bare)
        if offset.any():
            label += np.einsum(
                "a,pai->pi", offset, _average(weight, moved.real**2 + moved.imag**2, rows=True)
            )
        shift = np.round(label / picture.fold)
        turns = bare + shift
        modes = moved * np.exp(2j * np.pi * turns[:, None, :] * x[:, None])[..., None, :]
        return cls(picture, x, samples, picture.fold * turns, modes, mean, square)

    def lines(self, values: Array) -> Array:
        """Fourier lines of a function of time that is conjugate to itself on the other half of the
        period, if half of it is held; ``(P, samples, N, N)``."""
        return _lines(values, self.samples, self.picture.reversible)

    def resolved(self) -> bool:
        """Whether no harmonic of a mode is folded back by too few samples.

        The mean square of du/dt, from the Hamiltonian, has to be that of the harmonics (Parseval): a
        harmonic that is folded back counts less.
        """
        energies = self.energies / self.picture.fold
        exact = self.square - 2.0 * energies * self.mean + energies**2
        lines = self.lines(self.modes)
        q = np.fft.fftfreq(self.samples, 1.0 / self.samples)
        square = lines**2 if self.picture.reversible else lines.real**2 + lines.imag**2
        seen = np.matmul(q**2, square.reshape(*square.shape[:2], -1)).reshape(len(lines), *lines.shape[2:])
        return bool(np.all(np.abs(exact - seen.sum(axis=-2)) <= FOLDED * (1.0 + exact)))


def _average(weight: Array, values: Array, rows: bool = False) -> Array:
    """Average over time of real values ``(P, M, N, N)``, summed over the rows unless these are wanted."""
    out = np.matmul(weight, values.reshape(*values.shape[:2], -1)).reshape(len(values), *values.shape[2:])
    return out if rows else out.sum(axis=-2)


def _lines(values: Array, samples: int, half: bool) -> Array:
    """Fourier lines over the second axis; real where the values are those of half a period, with the
    end, and the others their conjugates."""
    if not half:
        return np.fft.ifft(values, axis=1)
    if samples > LONG:
        return np.fft.ifft(_mirrored(values), axis=1).real
    angle = 2.0 * np.pi * np.outer(np.arange(samples), np.arange(values.shape[1])) / samples
    weight = np.full(values.shape[1], 2.0 / samples)
    weight[[0, -1]] = 1.0 / samples
    table = np.concatenate([weight * np.cos(angle), -weight * np.sin(angle)], axis=1)
    parts = np.concatenate([values.real, values.imag], axis=1)
    return np.matmul(table, parts.reshape(*parts.shape[:2], -1)).reshape(-1, samples, *values.shape[2:])


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
    bra = dagger(path.modes)
    rows: list[Array] = []
    residues = []
    for c, op in enumerate(operators):
        for r in np.unique(turn[op != 0] % g):
            part, turns = op * (turn % g == r), (turn - r) // g
            if path.picture.reversible and op.imag.any():  # the whole period, lines that are complex
                modes = _mirrored(path.modes)
                whole = _turning(part, turns, np.arange(path.samples) / path.samples)
                rows.append(np.fft.ifft(np.matmul(dagger(modes), np.matmul(whole, modes)), axis=1))
            else:
                seen = np.matmul(bra, np.matmul(_turning(part, turns, path.x), path.modes))
                rows.append(path.lines(seen))
            residues.append((c, int(r)))
    return np.stack(rows, axis=1), residues


def _turning(op: Array, turns: Array, x: Array) -> Array:
    """The part of an operator in the picture, at the fractions x of its period."""
    op = op if op.imag.any() else op.real
    if not turns[op != 0].any():
        return op
    return op * np.exp(-2j * np.pi * ((turns * x[:, None, None]) % 1.0))


def _untangle(
    picture: Picture, held: Array, phases: Array, modes: Array, offset: Array, x: Array
) -> tuple[Array, Array]:
    """Separate modes whose quasienergies coincide modulo omega by their mean harmonic.

    Where a multiple of omega equals a gap, propagation over one period cannot tell two states of
    different energy apart and returns any mixture of them.
    """
    ordered = np.sort(phases, axis=-1)
    wrapped = np.concatenate([ordered, ordered[:, :1] + 2.0 * np.pi], axis=-1)
    tangled = np.flatnonzero((np.diff(wrapped, axis=-1) < DEGENERATE).any(axis=-1))
    if not tangled.size or phases.shape[-1] == 1:
        return phases, modes
    phases, modes = phases.copy(), modes.copy()
    turn = np.exp(1j * phases[tangled, None, None, :] * x[:, None, None])
    periodic = np.matmul(held[tangled], modes[tangled, None]) * turn
    periodic = _mirrored(periodic) if picture.reversible else periodic
    samples = periodic.shape[1]
    lines = np.fft.ifft(periodic, axis=1)
    count = picture.fold * np.fft.fftfreq(samples, 1.0 / samples)[:, None] + offset
    for k, p in enumerate(tangled):
        mean = np.einsum("mai,ma,maj->ij", lines[k].conj(), count, lines[k])
        mean = mean if np.iscomplexobj(modes) else mean.real
        for block in _blocks(phases[p]):
            _, mix = np.linalg.eigh(mean[np.ix_(block, block)])
            # one quasienergy for the block, so that the mixed modes stay periodic
            centre = phases[p, block[0]]
            spread = (phases[p, block] - centre + np.pi) % (2 * np.pi) - np.pi
            phases[p, block] = centre + np.mean(spread)
            modes[p][:, block] = modes[p][:, block] @ mix
    return phases, modes


def _blocks(phases: Array) -> list[Array]:
    """Indices of phases closer than `DEGENERATE` on the circle, in blocks of two and more."""
    order = np.argsort(phases)
    gaps = np.diff(np.append(phases[order], phases[order[0]] + 2.0 * np.pi))
    start = int(np.argmax(gaps)) + 1  # begin behind the widest gap: no block wraps around
    order, gaps = np.roll(order, -start), np.roll(gaps, -start)
    splits = np.flatnonzero(gaps[:-1] >= DEGENERATE) + 1
    return [b for b in np.split(order, splits) if len(b) > 1]


def _by_quanta(
    stack: Array, residues: list[tuple[int, int]], g: int, floor: float
) -> tuple[Array, tuple[int, ...]]:
    """Coupling harmonics ``(P, C, Q, N, N)`` above the floor, q >= 0, from the lines of the parts."""
    samples = stack.shape[2]
    lines = np.fft.fftfreq(samples, 1.0 / samples).astype(int)
    size = np.abs(stack).max(axis=(0, 3, 4))
    held: dict[int, list[tuple[int, int, int]]] = {}
    for row, (c, r) in enumerate(residues):
        for line in map(int, np.flatnonzero(size[row] > floor)):
            held.setdefault(r + g * int(lines[line]), []).append((c, row, line))
    quanta = tuple(sorted({abs(q) for q in held}))
    operators = 1 + max(c for c, _ in residues)
    out = np.zeros((stack.shape[0], operators, len(quanta), *stack.shape[-2:]), dtype=stack.dtype)
    for k, q in enumerate(quanta):
        # S^(-q) is the adjoint: take whichever sign is held
        for c, row, line in held.get(q, []):
            out[:, c, k] += stack[:, row, line]
        if q not in held:
            for c, row, line in held[-q]:
                out[:, c, k] += dagger(stack[:, row, line])
    return out, quanta


def _merge(
    parts: list[tuple[npt.NDArray[np.intp], Dressing]], batch: tuple[int, ...], omega: Number
) -> Dressing:
    """One dressing of the whole batch from groups that hold different harmonics."""
    points = np.concatenate([p for p, _ in parts])
    order = np.argsort(points)
    quanta = tuple(sorted({q for _, d in parts for q in d.quanta}))

    def spread(d: Dressing) -> Array:
        zero = np.zeros_like(d.couplings[:, :, 0])
        rows = [d.couplings[:, :, d.quanta.index(q)] if q in d.quanta else zero for q in quanta]
        return np.stack(rows, axis=2)

    def join(rows: list[Array]) -> Array:
        whole = np.concatenate(rows)[order]
        return whole.reshape((*batch, *whole.shape[1:]))

    return Dressing(
        join([d.energies for _, d in parts]),
        join([spread(d) for _, d in parts]),
        quanta,
        omega,
        join([d.states for _, d in parts]),
    )
