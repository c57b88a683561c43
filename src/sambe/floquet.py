r"""Floquet dressing: quasienergies, modes and the harmonics of the coupling, for any periodic drive.

One period is propagated in Magnus steps (see `sambe.magnus`), doubled point by point until the
quasienergies stand still; the modes are sampled until the harmonics of the coupling have died out.
Where the Hamiltonian repeats several times in a period (the counter-rotating part of a linear drive does so
twice) or is time-reversible, only that part is propagated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ._array import Array, Number, dagger, is_numpy, namespace
from .dressing import Dressing
from .errors import ConvergenceError, InputError
from .magnus import FIRST_STEPS, HARMONIC_FLOOR, MARGIN, MOST_STEPS, ORDER, Picture, make_picture, propagators
from .two_level import floquet_two
from .unitary import floquet_modes

__all__ = ["floquet", "floquet_modes"]

DEGENERATE = 1e-7  # phases closer than this are one quasienergy
FOLDED = 1e-8  # mismatch of the mean square harmonic above which samples are too few
PILOTS = 3  # points that tell how many steps a batch needs


def floquet(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    tolerance: float = 1e-10,
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

    Raises
    ------
    ConvergenceError
        If the propagation cannot reach the tolerance.
    """
    if not is_numpy(namespace(omega, *harmonics.values())):
        raise InputError(
            "equation", "floquet", "propagation runs on NumPy only; give NumPy arrays, or a drive with a "
            "static frame for equation='driven_dressed'",
        )  # fmt: skip
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
        for points, u in _converged_propagators(picture, tolerance)
    ]
    return _merge(parts, batch, omega)


def _flat(h: Array, batch: tuple[int, ...]) -> Array:
    if h.ndim == 2:
        return h
    return np.broadcast_to(h, (*batch, *h.shape[-2:])).reshape(-1, *h.shape[-2:])


def _error(coarse: Array, fine: Array, share: int) -> Array:
    """Error of the finer quasienergies in units of omega, by step doubling.

    The whole path counts: at its end alone, symmetry can make any number of steps exact.
    """
    change = np.sqrt(np.sum(np.abs(fine[:, ::2] - coarse) ** 2, axis=(-2, -1))).max(axis=1)
    return MARGIN * change * share / ((2.0**ORDER - 1.0) * 2.0 * np.pi)


def _converged_propagators(picture: Picture, tolerance: float) -> list[tuple[Any, Any]]:
    """Propagators for groups of points, each with as many steps as it needs."""
    share = picture.fold * (2 if picture.reversible else 1)
    points = len(picture.omega)
    pilots = picture.take(np.unique(np.linspace(0, points - 1, PILOTS).astype(np.intp)))
    steps = FIRST_STEPS
    coarse = propagators(pilots, steps)
    while steps < MOST_STEPS:
        fine = propagators(pilots, 2 * steps)
        if _error(coarse, fine, share).max() <= tolerance:
            break
        steps, coarse = 2 * steps, fine
    left = np.arange(points)
    coarse = propagators(picture, steps)
    groups = []
    while left.size:
        steps *= 2
        if steps > MOST_STEPS:
            raise ConvergenceError(
                f"the propagator did not converge to {tolerance:g} within {MOST_STEPS} steps; "
                "raise omega, lower the drive, or loosen propagation_tolerance"
            )
        fine = propagators(picture.take(left), steps)
        done = _error(coarse, fine, share) <= tolerance
        if done.any():
            groups.append((left[done], fine[done]))
        left, coarse = left[~done], fine[~done]
    return groups


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
    g = picture.fold
    last = u[:, -1]
    if picture.reversible:
        last = np.matmul(np.swapaxes(last, -1, -2), last)
    phases, modes = floquet_modes(last, symmetric=picture.reversible)
    offset = np.asarray(picture.integers) - np.asarray(frame)
    samples = 8
    most = (u.shape[1] - 1) * (2 if picture.reversible else 1)
    while True:
        samples = min(samples, most)
        found = _sample(picture, u, phases, modes, operators, offset, samples)
        energies, modes_now, rows, residues, resolved = found
        stack = np.stack(rows, axis=1)
        size = np.abs(stack).max(axis=(0, 1, 3, 4))
        tail = size[samples // 4 : samples - samples // 4].max()
        resolved = resolved and bool(tail <= HARMONIC_FLOOR * size.max())
        if samples == most or resolved:
            break
        samples *= 2
    couplings, quanta = _by_quanta(stack, residues, g, HARMONIC_FLOOR * size.max())
    energies = energies * picture.omega[:, None] + picture.offset[:, None]
    return Dressing(energies, couplings, quanta, picture.omega, modes_now), resolved


def _sample(
    picture: Picture, u: Array, phases: Array, modes: Array,
    operators: Sequence[npt.NDArray[Any]], offset: Array, samples: int,
) -> tuple[Array, Array, list[Array], list[tuple[int, int]], bool]:  # fmt: skip
    """Quasienergies in units of omega, modes, the Fourier lines of each part of the coupling, and
    whether the samples resolve the modes.

    Each operator falls into parts by the residue r of n_j - n_i modulo the fold; the harmonics of a
    part are q = r + fold s with s the index of the line.
    """
    g = picture.fold
    x, periodic = _periodic(picture, u, phases, modes, samples)
    periodic, phases, modes = _untangle(periodic, phases, modes, offset, g)
    shift = _centre(periodic, offset, g)
    half = samples // 2 + 1 if picture.reversible else samples
    label = np.exp(2j * np.pi * ((shift[:, None, :] // g * x[:, None]) % 1.0))
    lab = (periodic * label[..., None, :])[:, :half]
    bra = dagger(lab)
    n = np.asarray(picture.integers)
    turn = n[None, :] - n[:, None]
    rows: list[Array] = []
    residues = []
    for c, op in enumerate(operators):
        for r in np.unique(turn[op != 0] % g):
            part = _turning(op * (turn % g == r), (turn - r) // g, x[:half])
            seen = np.matmul(bra, np.matmul(part, lab))
            if picture.reversible and not op.imag.any():
                # S(-t) = conj S(t): the lines are real
                seen = np.concatenate([seen, seen[:, half - 2 : 0 : -1].conj()], axis=1)
                rows.append(np.fft.ifft(seen, axis=1).real)
            elif picture.reversible:
                rows.append(_full_lines(part, periodic * label[..., None, :], op, turn, r, g, x))
            else:
                rows.append(np.fft.ifft(seen, axis=1))
            residues.append((c, int(r)))
    energies = (phases / (2.0 * np.pi)) * g + shift
    return energies, modes, rows, residues, _resolved(picture, periodic, phases, x, half)


def _resolved(picture: Picture, periodic: Array, phases: Array, x: Array, half: int) -> bool:
    """Whether no harmonic of a mode is folded back by too few samples.

    The mean square of du/dt, from the Hamiltonian, has to be that of the harmonics (Parseval): a
    harmonic that is folded back counts less.
    """
    zone = (picture.fold * picture.omega)[:, None]
    held = periodic[:, :half]
    change = np.matmul(picture.at(x[:half]), held)
    change -= (phases / (2.0 * np.pi) * zone)[:, None, None, :] * held
    square = np.sum(change.real**2 + change.imag**2, axis=-2)
    if half < len(x):  # the second half of the period mirrors the first
        square[:, 1:-1] *= 2.0
    exact = square.sum(axis=1) / len(x) / zone**2
    lines = np.fft.ifft(periodic, axis=1)
    q = np.fft.fftfreq(len(x), 1.0 / len(x))
    seen = np.einsum("m,pmai->pi", q**2, lines.real**2 + lines.imag**2)
    return bool(np.all(np.abs(exact - seen) <= FOLDED * (1.0 + exact)))


def _full_lines(part: Array, modes: Array, op: Array, turn: Array, r: int, g: int, x: Array) -> Array:
    """Fourier lines of an operator that is not real, from the whole period."""
    part = _turning(op * (turn % g == r), (turn - r) // g, x)
    return np.fft.ifft(np.matmul(dagger(modes), np.matmul(part, modes)), axis=1)


def _turning(op: Array, turns: Array, x: Array) -> Array:
    """The part of an operator in the picture, at the fractions x of its period."""
    op = op if op.imag.any() else op.real
    if not turns[op != 0].any():
        return op
    return op * np.exp(-2j * np.pi * ((turns * x[:, None, None]) % 1.0))


def _periodic(picture: Picture, u: Array, phases: Array, modes: Array, samples: int) -> tuple[Array, Array]:
    """Modes at M times of the picture's period, ``(P, M, N, N)``, and these times in periods."""
    reversible = picture.reversible
    count = samples // 2 if reversible else samples
    stride = (u.shape[1] - 1) // count
    x = np.arange(samples) / samples
    held = u[:, ::stride] if reversible else u[:, :-1:stride]
    turn = np.exp(1j * phases[:, None, None, :] * x[: held.shape[1], None, None])
    periodic = np.matmul(held, modes[:, None]) * turn
    if reversible:
        periodic = np.concatenate([periodic, periodic[:, count - 1 : 0 : -1].conj()], axis=1)
    return x, periodic


def _mean_harmonic(periodic: Array, offset: Array, g: int) -> Array:
    """Weight of each harmonic and component, and the harmonic it counts as, for the labels."""
    lines = np.fft.ifft(periodic, axis=1)
    samples = lines.shape[1]
    q = np.fft.fftfreq(samples, 1.0 / samples)
    return lines, g * q[:, None] + offset


def _centre(periodic: Array, offset: Array, g: int) -> npt.NDArray[np.intp]:
    """Multiple of omega that centres each mode: its mean harmonic, seen in the labelling frame."""
    lines, count = _mean_harmonic(periodic, offset, g)
    weight = lines.real**2 + lines.imag**2
    mean = np.einsum("ma,pmai->pi", count, weight)
    return np.asarray(g * np.round(mean / g), dtype=np.intp)


def _untangle(
    periodic: Array, phases: Array, modes: Array, offset: Array, g: int
) -> tuple[Array, Array, Array]:
    """Separate modes whose quasienergies coincide modulo omega by their mean harmonic.

    Where a multiple of omega equals a gap, propagation over one period cannot tell two states of
    different energy apart and returns any mixture of them.
    """
    ordered = np.sort(phases, axis=-1)
    wrapped = np.concatenate([ordered, ordered[:, :1] + 2.0 * np.pi], axis=-1)
    tangled = np.flatnonzero((np.diff(wrapped, axis=-1) < DEGENERATE).any(axis=-1))
    if not tangled.size or phases.shape[-1] == 1:
        return periodic, phases, modes
    phases, modes, periodic = phases.copy(), modes.copy(), periodic.copy()
    lines, count = _mean_harmonic(periodic[tangled], offset, g)
    real = not np.iscomplexobj(modes)
    for k, p in enumerate(tangled):
        mean = np.einsum("mai,ma,maj->ij", lines[k].conj(), count, lines[k])
        mean = mean.real if real else mean
        for block in _blocks(phases[p]):
            _, turn = np.linalg.eigh(mean[np.ix_(block, block)])
            # one quasienergy for the block, so that the turned modes stay periodic
            centre = phases[p, block[0]]
            spread = (phases[p, block] - centre + np.pi) % (2 * np.pi) - np.pi
            phases[p, block] = centre + np.mean(spread)
            modes[p][:, block] = modes[p][:, block] @ turn
            periodic[p][:, :, block] = periodic[p][:, :, block] @ turn
    return periodic, phases, modes


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
