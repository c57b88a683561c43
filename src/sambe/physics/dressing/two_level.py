r"""Floquet dressing of a single two-level system, in Bloch vectors instead of matrices.

With :math:`H(t) = h_0(t) + \vec h(t)\cdot\vec\sigma` a commutator is a cross product, an exponential a
rotation and the coupling operator a vector that turns: the steps of `sambe.physics.dressing.magnus`, ten
times faster. Arrays here carry the points of the batch on their last axis, where NumPy is fastest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError
from ...numerics.arrays import Array
from .dressing import Dressing
from .magnus import FIRST_STEPS, HARMONIC_FLOOR, MARGIN, MOST_STEPS, NODES, ORDER

__all__ = ["floquet_two"]

Real = npt.NDArray[np.float64]
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
DEGENERATE = 1e-7  # half-angle of a period's rotation below which its axis is undefined
FOLDED = 1e-8  # mismatch of the mean square harmonic above which samples are too few
PILOTS = 5  # points that tell how many steps a batch needs


@dataclass(frozen=True)
class _Drive:
    """Fourier components of the Bloch vector of H: (harmonics, 4, P), the trace part first."""

    harmonics: tuple[int, ...]
    static: Real
    moving: npt.NDArray[np.complex128]
    omega: Real

    def at(self, tau: Real) -> Real:
        """(h_0, h) at the fractions tau of a period, ``(M, 4, P)``."""
        angle = 2.0 * np.pi * ((np.array(self.harmonics)[None, :] * tau[:, None]) % 1.0)
        basis = np.concatenate([2.0 * np.cos(angle), 2.0 * np.sin(angle)], axis=1)
        parts = np.concatenate([self.moving.real, self.moving.imag])
        shape = self.static.shape
        out = basis @ parts.reshape(len(parts), -1) if len(parts) else np.zeros((len(tau), 1))
        return np.asarray(out + self.static.reshape(1, -1)).reshape(len(tau), *shape)

    def take(self, points: npt.NDArray[np.intp]) -> _Drive:
        """Some points of the batch."""
        return _Drive(self.harmonics, self.static[:, points], self.moving[:, :, points], self.omega[points])


def _drive(harmonics: Mapping[int, Array], omega: Real) -> _Drive:
    basis = np.concatenate([np.eye(2)[None], PAULI])
    points = len(omega)

    def components(h: Array) -> Array:
        wide = np.broadcast_to(h, (points, 2, 2))
        return 0.5 * np.einsum("cij,pji->cp", basis, wide)

    held = tuple(k for k in harmonics if k > 0)
    moving = [components(harmonics[k]) for k in held]
    static = np.ascontiguousarray(components(harmonics[0]).real)
    stacked = np.stack(moving) if held else np.zeros((0, 4, points), dtype=complex)
    return _Drive(held, static, stacked, omega)


def _cross(a: Real, b: Real) -> Real:
    """a x b over the second axis, ``(n, 3, P)``."""
    out = np.empty_like(a)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        np.multiply(a[:, j], b[:, k], out=out[:, i])
        out[:, i] -= a[:, k] * b[:, j]
    return out


def _rotations(drive: _Drive, steps: int) -> tuple[Array, Array]:
    """Cayley-Klein parameters (alpha, beta) of sixth-order Magnus steps, ``(n, P)`` each.

    U = [[alpha, -conj(beta)], [beta, conj(alpha)]]; the trace part of H is left out.
    """
    tau = ((np.arange(steps)[:, None] + NODES) / steps).ravel()
    h = drive.at(tau)[:, 1:] * (2.0 * np.pi / (steps * drive.omega))
    h = h.reshape(steps, 3, *h.shape[1:])
    first, a1, last = h[:, 0], h[:, 1], h[:, 2]
    a2 = (np.sqrt(15.0) / 3.0) * (last - first)
    a3 = (10.0 / 3.0) * (last - 2.0 * a1 + first)
    # the commutator of -i a.sigma and -i b.sigma is -i (2 a x b).sigma
    c1 = 2.0 * _cross(a1, a2)
    c2 = (-1.0 / 30.0) * _cross(a1, 2.0 * a3 + c1)
    v = a1 + a3 / 12.0 + _cross(-20.0 * a1 - a3 + c1, a2 + c2) / 120.0
    angle = np.sqrt(v[:, 0] ** 2 + v[:, 1] ** 2 + v[:, 2] ** 2)
    scale = np.sinc(angle / np.pi)
    return np.cos(angle) - 1j * scale * v[:, 2], scale * (v[:, 1] - 1j * v[:, 0])


def _propagate(drive: _Drive, steps: int, samples: int) -> tuple[Array, Array]:
    """Cayley-Klein parameters of U(0), U(T/M), ..., U(T), ``(M + 1, P)``."""
    alpha, beta = _rotations(drive, steps)
    a, b = np.ones_like(alpha[0]), np.zeros_like(beta[0])
    out_a, out_b = [a], [b]
    stride = steps // samples
    for k in range(steps):
        x, y = alpha[k], beta[k]
        a, b = x * a - y.conj() * b, y * a + x.conj() * b
        if (k + 1) % stride == 0:
            out_a.append(a)
            out_b.append(b)
    return np.stack(out_a), np.stack(out_b)


def _steps_for(drive: _Drive, tolerance: float) -> int:
    """Steps that a few points spread over the batch need."""
    points = len(drive.omega)
    pilot = drive.take(np.unique(np.linspace(0, points - 1, PILOTS).astype(np.intp)))
    steps = FIRST_STEPS
    coarse = _propagate(pilot, steps, steps)
    while steps < MOST_STEPS:
        fine = _propagate(pilot, 2 * steps, 2 * steps)
        if _error(coarse, fine).max() <= tolerance:
            return steps
        steps, coarse = 2 * steps, fine
    return steps


def _error(coarse: tuple[Array, Array], fine: tuple[Array, Array]) -> Real:
    """Error of the finer quasienergies in units of omega, by step doubling.

    The whole path counts: at its end alone, symmetry can make any number of steps exact.
    """
    change = np.hypot(*(np.abs(f[::2] - c) for f, c in zip(fine, coarse, strict=True))).max(axis=0)
    return np.asarray(MARGIN * change * np.sqrt(2.0) / ((2.0**ORDER - 1.0) * 2.0 * np.pi))


def floquet_two(
    harmonics: Mapping[int, Array],
    omega: Real,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    tolerance: float,
) -> list[tuple[npt.NDArray[np.intp], Dressing]]:
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
    drive = _drive(harmonics, omega)
    steps = max(_steps_for(drive, tolerance), FIRST_STEPS)
    left = np.arange(len(omega))
    coarse = _propagate(drive, steps, steps)
    groups = []
    while left.size:
        steps *= 2
        if steps > MOST_STEPS:
            raise ConvergenceError(
                f"the propagator did not converge to {tolerance:g} within {MOST_STEPS} steps; "
                "raise omega, lower the drive, or loosen propagation_tolerance"
            )
        part = drive.take(left)
        fine = _propagate(part, steps, steps)
        done = _error(coarse, fine) <= tolerance
        if done.any():
            hit = np.flatnonzero(done)
            solved = (fine[0][:, hit], fine[1][:, hit])
            found, resolved = _dress(part.take(hit), solved, operators, frame)
            if resolved:
                groups.append((left[done], found))
            else:  # more harmonics than steps
                done[:] = False
        coarse = (fine[0][:, ~done], fine[1][:, ~done])
        left = left[~done]
    return groups


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


def _dress(
    drive: _Drive, u: tuple[Array, Array], operators: Sequence[npt.NDArray[Any]], frame: Sequence[int]
) -> tuple[Dressing, bool]:
    """Modes, labelled quasienergies and coupling harmonics from the rotations of a group, and whether
    these reach far enough."""
    w = drive.omega
    most = len(u[0]) - 1
    samples = min(16, most)
    while True:
        tau = np.arange(samples) / samples
        turn = _Turn.of(u, most // samples)
        h = drive.at(tau)
        labels = np.array([0.0, 0.0, 0.5 * (frame[0] - frame[1])])[:, None] * w
        seen = turn(h[:, 1:] - labels).mean(axis=0)  # the frame's energy, averaged
        axis, angle = _axis(u[0][-1], u[1][-1], seen)
        quasi = _quasienergies(drive, seen, axis, angle, frame)
        rows = [_lines(turn, op, axis, np.exp(-2j * np.pi * np.outer(tau, quasi[0] - quasi[1])))
                for op in operators]  # fmt: skip
        size = np.max([np.abs(x).max(axis=1) for row in rows for x in row[:2]], axis=0)
        tail = size[samples // 4 : samples - samples // 4].max()
        resolved = _resolved(h[:, 1:], operators, rows, quasi, w)
        resolved = resolved and bool(tail <= HARMONIC_FLOOR * size.max())
        if samples == most or resolved:
            break
        samples *= 2
    couplings, quanta = _collect(rows, HARMONIC_FLOOR * size.max())
    states = np.stack([_spinor(-axis), _spinor(axis)], axis=-1)
    return Dressing(np.ascontiguousarray((quasi * w).T), couplings, quanta, w, states), resolved


def _resolved(
    h: Real, operators: Sequence[npt.NDArray[Any]], rows: Sequence[tuple[Array, Array, float]],
    quasi: Real, w: Real,
) -> bool:  # fmt: skip
    """Whether no line of a coupling is folded back by too few samples.

    The coupling's Bloch vector turns as ds/dt = 2 h x s, whose mean square the lines have to give.
    """
    samples = len(h)
    q = np.fft.fftfreq(samples, 1.0 / samples)[:, None]
    for op, (along, corner, _) in zip(operators, rows, strict=True):
        half = 0.5 * np.einsum("cij,ji->c", PAULI, op).real
        exact = (2.0 * np.cross(h, half[None, :, None], axis=1) / w) ** 2
        seen = q**2 * np.abs(along) ** 2 + (quasi[0] - quasi[1] - q) ** 2 * np.abs(corner) ** 2
        wanted = exact.sum(axis=1).mean(axis=0)
        if np.any(np.abs(wanted - seen.sum(axis=0)) > FOLDED * (half @ half + wanted)):
            return False
    return True


def _quasienergies(drive: _Drive, seen: Real, axis: Real, angle: Real, frame: Sequence[int]) -> Real:
    """Quasienergies in units of omega, ``(2, P)``, each with the multiple that centres its mode.

    The average energy in the frame less the quasienergy is the mean harmonic of the mode.
    """
    w = drive.omega
    mean = drive.static[0] / w
    level = 0.5 * (frame[0] + frame[1])
    energy = np.einsum("cp,cp->p", seen, axis) / w
    centre = np.stack([mean - level - energy, mean - level + energy])
    bare = np.stack([mean - angle / (2.0 * np.pi), mean + angle / (2.0 * np.pi)])
    return np.asarray(bare + np.round(centre - bare))


def _lines(turn: _Turn, op: npt.NDArray[Any], axis: Real, slip: Array) -> tuple[Array, Array, float]:
    """Fourier lines of (S_11 - S_00)/2 and S_01 between the modes, and the trace part of S."""
    half = 0.5 * np.einsum("cij,ji->c", PAULI, op).real
    s = turn(half)
    along = np.einsum("mcp,cp->mp", s, axis)
    corner = np.einsum("mcp,cp->mp", s, _across(axis)) * slip
    return np.fft.ifft(along, axis=0), np.fft.ifft(corner, axis=0), 0.5 * np.trace(op).real


def _axis(alpha: Array, beta: Array, fallback: Real) -> tuple[Real, Real]:
    """Axis and half-angle of a period's rotation; the fallback's axis where it is undefined."""
    v = np.stack([-beta.imag, beta.real, -alpha.imag])
    size = np.sqrt((v**2).sum(axis=0))
    angle = np.arctan2(size, alpha.real)
    lost = size < DEGENERATE
    if lost.any():
        other = np.where((fallback**2).sum(axis=0) > 0, fallback, np.array([[0.0], [0.0], [1.0]]))
        v = np.where(lost, other, v)
        size = np.sqrt((v**2).sum(axis=0))
    return v / size, angle


def _across(axis: Real) -> npt.NDArray[np.complex128]:
    """Vector e with <-|v.sigma|+> = e.v for the spinors of `_spinor`, ``(3, P)``."""
    low, high = _spinor(-axis), _spinor(axis)
    return np.asarray(np.einsum("pi,cij,pj->cp", low.conj(), PAULI, high))


def _spinor(axis: Real) -> npt.NDArray[np.complex128]:
    """Eigenvector of axis.sigma with eigenvalue +1, ``(P, 2)``."""
    theta = np.arctan2(np.hypot(axis[0], axis[1]), axis[2])
    phi = np.arctan2(axis[1], axis[0])
    return np.stack([np.cos(theta / 2) + 0j, np.sin(theta / 2) * np.exp(1j * phi)], axis=-1)


def _collect(rows: list[tuple[Array, Array, float]], floor: float) -> tuple[Array, tuple[int, ...]]:
    """Coupling harmonics ``(P, C, Q, 2, 2)`` above the floor, q >= 0."""
    samples, points = rows[0][0].shape
    size = np.zeros(samples)
    for along, corner, offset in rows:
        size = np.maximum(size, np.maximum(np.abs(along).max(axis=1), np.abs(corner).max(axis=1)))
        size[0] = max(size[0], abs(offset))
    quanta = [q for q in range(samples // 2) if max(size[q], size[-q]) > floor]
    out = np.zeros((points, len(rows), len(quanta), 2, 2), dtype=complex)
    for c, (along, corner, offset) in enumerate(rows):
        for k, q in enumerate(quanta):
            shift = offset if q == 0 else 0.0
            out[:, c, k, 0, 0], out[:, c, k, 1, 1] = shift - along[q], shift + along[q]
            out[:, c, k, 0, 1], out[:, c, k, 1, 0] = corner[q], corner[-q].conj()
    return out, tuple(quanta)
