r"""Floquet dressing of a single two-level system, in Bloch vectors instead of matrices.

The coupling operator is a vector that turns; its harmonics between the modes are one fast transform of its
components along and across the modes' axis, sampled over a period. The rotations come from
`sambe.physics.dressing.rotations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError
from ...numerics.arrays import Array, added
from .dressing import Dressing
from .magnus import HARMONIC_FLOOR
from .rotations import (
    MOST,
    PAULI,
    BlochDrive,
    bloch_drive,
    dot,
    followed_path,
    ladder,
    mean,
    more_steps,
    path_error,
    rotation_path,
    survey,
)

__all__ = ["floquet_two", "rotation_cost"]

Real = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]
Parts = list[tuple[Points, Dressing]]
DEGENERATE = 1e-7  # half-angle of a period's rotation below which its axis is undefined
FOLDED = 1e-8  # mismatch of the mean square harmonic above which samples are too few
FIRST_SAMPLES = 16  # of a period, at the first try. A choice: seven harmonics
OVERSAMPLED = 4.0  # samples for each harmonic: the upper half of the lines has to be empty
HOPELESS = 3.0  # times as many steps as are taken, by a guess that errs by a half: not tried
WORTH = 16  # times as many steps as samples from which it pays to follow the axis: measured on sweeps
CHUNK = 1 << 14  # steps times points that are propagated at once: what is made of them stays in the cache


def floquet_two(
    harmonics: Mapping[int, Array],
    omega: Real,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    tolerance: float,
) -> Parts:
    """Dressings of groups of points, each with as many steps as it needs.

    Parameters
    ----------
    harmonics : mapping of int to array (P, 2, 2) or (2, 2)
    omega : array (P,)
    operators, frame, tolerance
        As for `sambe.physics.dressing.floquet.floquet`.

    Raises
    ------
    ConvergenceError
        If the propagation cannot reach the tolerance.
    """
    drive = bloch_drive(harmonics, omega)
    steps, slow, guess, least = _schedule(drive, tolerance)
    if (steps > MOST).any():
        raise _not_converged(tolerance)
    left = np.ones(len(omega), dtype=bool)
    parts: Parts = []
    while left.any():
        lead = np.flatnonzero(left)[0]
        count = int(steps[lead])
        if count > MOST:
            raise _not_converged(tolerance)
        # points of the same schedule alone: no point's answer depends on its neighbours
        group = np.flatnonzero(left & (steps == count) & (slow == slow[lead]) & (least == least[lead]))
        for batch in np.array_split(group, min(len(group), -(-len(group) * count // CHUNK))):
            part = drive.take(batch)
            if slow[lead]:
                paths = list(followed_path(part, count, tolerance))
                steps[batch] = ladder(np.full(len(batch), 2.0 * count))
            else:
                u = rotation_path(part, count)
                error = path_error(rotation_path(part, count // 2), u)
                steps[batch] = more_steps(count, error / tolerance)
                paths = [(np.arange(len(batch)), u, error)]
            for who, u, error in paths:
                met = np.flatnonzero(error <= tolerance)
                if slow[lead]:
                    lost = batch[who[error > tolerance]]
                    slow[lost], steps[lost] = False, guess[lost]
                found = part.take(who[met]), (u[0][:, met], u[1][:, met])
                for points, dressing in _dressings(*found, operators, frame, int(least[lead])):
                    parts.append((batch[who[met[points]]], dressing))
                    left[parts[-1][0]] = False
    return parts


def _schedule(drive: BlochDrive, tolerance: float) -> tuple[Points, npt.NDArray[np.bool_], Points, Points]:
    """How to go about each point: steps, or samples where the axis is followed; whether it is; steps if it is
    not; and samples for the harmonics at least."""
    wanted, reach, excited = survey(drive, tolerance)
    samples = ladder(OVERSAMPLED * reach)
    # the wanted number is a guess: one beyond the bound is tried at twice the bound, unless it is far
    # beyond
    most = np.where(wanted > HOPELESS * MOST, 2 * MOST, MOST)
    guess = np.minimum(np.maximum(ladder(wanted), samples), most)
    slow = (excited <= tolerance) & (guess >= WORTH * samples)
    steps = np.where(slow, samples, guess)
    least = 2 ** np.ceil(np.log2(np.maximum(FIRST_SAMPLES, 2.0 * reach))).astype(np.intp)
    return steps, slow, guess, least


def rotation_cost(harmonics: Mapping[int, Array], omega: Real, tolerance: float) -> tuple[int, int]:
    """About the most steps and harmonics that a point of a batch needs; see `floquet_two`."""
    steps, slow, guess, _ = _schedule(bloch_drive(harmonics, omega), tolerance)
    return int(steps.max()), int(np.where(slow, steps // 4, guess // 8).max()) + 1


def _not_converged(tolerance: float) -> ConvergenceError:
    return ConvergenceError(
        f"the propagator did not converge to {tolerance:g} within {MOST} steps, or its modes have more "
        "harmonics than these resolve; raise omega, lower the drive, or loosen propagation_tolerance"
    )


@dataclass(frozen=True)
class _Turn:
    """U† (v.sigma) U as a linear map of Bloch vectors, for each time and point ``(M, P)``."""

    squares: tuple[Array, Array]  # conj(alpha)^2 and conj(beta)^2
    mixed: tuple[Array, Array]  # conj(alpha) beta and conj(alpha beta)
    tilt: Real  # |alpha|^2 - |beta|^2

    @classmethod
    def of(cls, u: tuple[Array, Array], stride: int) -> _Turn:
        """Map at every ``stride``-th time of a period."""
        a, b = (x[:-1:stride].conj() for x in u)
        tilt = a.real**2 + a.imag**2 - b.real**2 - b.imag**2
        return cls((a * a, b * b), (a * b.conj(), a * b), tilt)

    def __call__(self, v: Real) -> Real:
        """Turned Bloch vectors ``(M, 3, P)`` of v, ``(M, 3, P)`` or ``(3,)``."""
        x, y, p = (v[..., k, :] for k in range(3)) if v.ndim == 3 else v
        m = x - 1j * y
        along = p * self.tilt + 2.0 * (m * self.mixed[0]).real
        corner = m * self.squares[0] - np.conj(m) * self.squares[1] - (2.0 * p) * self.mixed[1]
        return np.stack([corner.real, -corner.imag, along], axis=1)


def _dressings(
    drive: BlochDrive, u: tuple[Array, Array], operators: Sequence[npt.NDArray[Any]], frame: Sequence[int],
    least: int,
) -> Iterator[tuple[Points, Dressing]]:  # fmt: skip
    """Modes, labelled quasienergies and coupling harmonics from the rotations of a group: of each point from
    as few samples as resolve its harmonics, and of none that these rotations do not resolve."""
    samples = most = len(u[0]) - 1
    while samples % 2 == 0 and samples >= 2 * least:
        samples //= 2
    left = np.arange(len(drive.omega))
    while left.size and samples <= most:
        w = drive.omega
        tau = np.arange(samples) / samples
        turn = _Turn.of(u, most // samples)
        h = drive.at(tau)
        labels = np.array([0.0, 0.0, 0.5 * (frame[0] - frame[1])])[:, None] * w
        energy = mean(turn(h[:, 1:] - labels))  # the frame's energy, averaged
        axis, angle = _axis(u[0][-1], u[1][-1], energy)
        quasi = _quasienergies(drive, energy, axis, angle, frame)
        rows = [_lines(turn, op, axis, np.exp(-2j * np.pi * np.outer(tau, quasi[0] - quasi[1])))
                for op in operators]  # fmt: skip
        size = np.max([np.maximum(np.abs(along), np.abs(corner)) for along, corner, _ in rows], axis=0)
        present = size > HARMONIC_FLOOR * size.max(axis=0)
        done = ~present[samples // 4 : samples - samples // 4].any(axis=0)
        done &= _resolved(h[:, 1:], operators, rows, quasi, w)
        if done.any():
            couplings, quanta = _collect(rows, present, done)
            states = np.stack([_spinor(-axis[:, done]), _spinor(axis[:, done])], axis=-1)
            energies = np.ascontiguousarray((quasi * w)[:, done].T)
            yield left[done], Dressing(energies, couplings, quanta, w[done], states)
            rest = np.flatnonzero(~done)
            left, drive, u = left[rest], drive.take(rest), (u[0][:, rest], u[1][:, rest])
        samples *= 2


def _resolved(
    h: Real, operators: Sequence[npt.NDArray[Any]], rows: Sequence[tuple[Array, Array, float]],
    quasi: Real, w: Real,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Points of which no line of a coupling is folded back by too few samples.

    The coupling's Bloch vector turns as ds/dt = 2 h x s, whose mean square the lines have to give.
    """
    samples = len(h)
    q = np.fft.fftfreq(samples, 1.0 / samples)[:, None]
    out = np.ones(h.shape[-1], dtype=bool)
    for op, (along, corner, _) in zip(operators, rows, strict=True):
        half = 0.5 * np.einsum("cij,ji->c", PAULI, op).real
        exact = (2.0 * np.cross(h, half[None, :, None], axis=1) / w) ** 2
        along_lines = q**2 * np.abs(along) ** 2 + (quasi[0] - quasi[1] - q) ** 2 * np.abs(corner) ** 2
        wanted = mean(exact[:, 0] + exact[:, 1] + exact[:, 2])
        out &= np.abs(wanted - added(along_lines)) <= FOLDED * (half @ half + wanted)
    return out


def _quasienergies(drive: BlochDrive, field: Real, axis: Real, angle: Real, frame: Sequence[int]) -> Real:
    """Quasienergies in units of omega, ``(2, P)``, each with the multiple that centres its mode.

    The average energy in the frame less the quasienergy is the mean harmonic of the mode.
    """
    w = drive.omega
    middle = drive.static[0] / w
    level = 0.5 * (frame[0] + frame[1])
    energy = dot(field[None], axis[None])[0] / w
    centre = np.stack([middle - level - energy, middle - level + energy])
    bare = np.stack([middle - angle / (2.0 * np.pi), middle + angle / (2.0 * np.pi)])
    return np.asarray(bare + np.round(centre - bare))


def _lines(turn: _Turn, op: npt.NDArray[Any], axis: Real, slip: Array) -> tuple[Array, Array, float]:
    """Fourier lines of (S_11 - S_00)/2 and S_01 between the modes, and the trace part of S."""
    half = 0.5 * np.einsum("cij,ji->c", PAULI, op).real
    s = turn(half)
    along = dot(s, axis[None])
    corner = dot(s, _across(axis)[None]) * slip
    return np.fft.ifft(along, axis=0), np.fft.ifft(corner, axis=0), 0.5 * np.trace(op).real


def _axis(alpha: Array, beta: Array, fallback: Real) -> tuple[Real, Real]:
    """Axis and half-angle of a period's rotation; the fallback's axis where it is undefined."""
    v = np.stack([-beta.imag, beta.real, -alpha.imag])
    size = np.sqrt(dot(v[None], v[None])[0])
    angle = np.arctan2(size, alpha.real)
    lost = size < DEGENERATE
    if lost.any():
        other = np.where(fallback.any(axis=0), fallback, np.array([[0.0], [0.0], [1.0]]))
        v = np.where(lost, other, v)
        size = np.sqrt(dot(v[None], v[None])[0])
    return v / size, angle


def _across(axis: Real) -> npt.NDArray[np.complex128]:
    """Vector e with <-|v.sigma|+> = e.v for the spinors of `_spinor`, ``(3, P)``."""
    (a, b), (c, d) = _spinor(-axis).conj().T, _spinor(axis).T
    return np.stack([a * d + b * c, 1j * (b * c - a * d), a * c - b * d])


def _spinor(axis: Real) -> npt.NDArray[np.complex128]:
    """Eigenvector of axis.sigma with eigenvalue +1, ``(P, 2)``."""
    theta = np.arctan2(np.hypot(axis[0], axis[1]), axis[2])
    phi = np.arctan2(axis[1], axis[0])
    return np.stack([np.cos(theta / 2) + 0j, np.sin(theta / 2) * np.exp(1j * phi)], axis=-1)


def _collect(
    rows: list[tuple[Array, Array, float]], present: npt.NDArray[np.bool_], points: npt.NDArray[np.bool_]
) -> tuple[Array, tuple[int, ...]]:
    """Coupling harmonics ``(P, C, Q, 2, 2)``, q >= 0, of some points: the lines that each has."""
    present = present[:, points]
    present[0] |= any(offset != 0.0 for _, _, offset in rows) or not present.any()
    either = present | np.roll(present[::-1], 1, axis=0)
    quanta = np.flatnonzero(either[: len(present) // 2].any(axis=1))
    kept = either[quanta]
    out = np.empty((kept.shape[1], len(rows), len(quanta), 2, 2), dtype=complex)
    for c, (along, corner, offset) in enumerate(rows):
        shift = np.where(quanta == 0, offset, 0.0)[:, None]
        line = along[quanta][:, points] * kept
        out[:, c, :, 0, 0], out[:, c, :, 1, 1] = (shift - line).T, (shift + line).T
        out[:, c, :, 0, 1] = (corner[quanta][:, points] * kept).T
        out[:, c, :, 1, 0] = (corner[-quanta][:, points] * kept).conj().T
    return out, tuple(quanta.tolist())
