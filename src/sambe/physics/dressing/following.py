r"""Slow drives of a two-level system: the axis that the Bloch vector follows.

A direction n(t) with

.. math:: \dot{\vec n} = 2\vec h\times\vec n \quad\Leftrightarrow\quad
          \vec h = (\vec n\cdot\vec h)\,\vec n + \tfrac12\,\vec n\times\dot{\vec n},\qquad
          \vec n(t + T) = \vec n(t),

is the axis of the Floquet modes at all times. Where the drive is slow against the gap it is found by
iteration, :math:`\vec n \propto \vec h - \tfrac12\vec n\times\dot{\vec n}`, from :math:`\vec n\propto\vec h`:
Berry's superadiabatic bases, Proc. R. Soc. A 414, 31 (1987), each better than the last until what the drive
excites is left, which is exponentially small. n is smooth: a hundred samples of a period do however slow the
drive is, where steps of propagation have to follow each turn of the phase.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from .rotations import BlochDrive, cross

__all__ = ["followed_path"]

Real = npt.NDArray[np.float64]
FIRST, MOST = 64, 4096  # samples of a period for each harmonic of the drive at first, and at the most in all
ROUNDS = 16  # iterations: the series is asymptotic, and at its best long before
GAIN = 0.5  # of the residual in an iteration, below which the series still converges
LEAST = 0.1  # of 1 + p.n, below which the turn from p to n is no smooth function


def followed_path(drive: BlochDrive, samples: int, tolerance: float) -> tuple[tuple[Array, Array], Real]:
    r"""Cayley-Klein parameters of U(0), U(T/M), ..., U(T), ``(M + 1, P)``, and the error of the quasienergies
    in units of omega, infinite where the axis is not found. M is ``samples`` times a power of two.

    With V(t) the shortest turn from a fixed direction p to n(t),

    .. math:: U(t) = V(t)\,e^{-i\Phi(t)\,\vec p\cdot\vec\sigma}\,V(0)^\dagger,\qquad
              \dot\Phi = \vec h\cdot\vec n + \tfrac12\frac{\vec p\cdot(\vec n\times\dot{\vec n})}
              {1 + \vec p\cdot\vec n}.
    """
    count, goal = FIRST * max(drive.harmonics), 0.1 * tolerance
    while True:
        tau = np.arange(count) / count
        h = drive.at(tau)[:, 1:] / drive.omega  # so that a time is a phase of the drive
        n, error, tail = _unit(h), np.array(np.inf), _tail(_unit(h))
        if not np.any(tail > goal) or 2 * count > MOST:
            n, error = _axis(h, goal)
            tail = _tail(n)
            if not np.any(tail > goal) or 2 * count > MOST:
                break
        count *= 2
    error = np.where(tail <= goal, error, np.inf)
    p, nearest = _reference(n)
    error = np.where(nearest >= LEAST, error, np.inf)
    with np.errstate(all="ignore"):  # points whose axis was not found are left out by their error
        speed = (h * n).sum(axis=1) + 0.5 * (p * cross(n, _derivative(n))).sum(axis=1) / (
            1.0 + (p * n).sum(axis=1)
        )
        while samples < count:
            samples *= 2
        return _path(n, speed, p, samples), error


def _axis(h: Real, goal: float) -> tuple[Real, Real]:
    """The axis at the samples, ``(M, 3, P)``, and what its motion lacks, in turns of a period."""
    n = best = _unit(h)
    error = np.full(h.shape[-1], np.inf)
    for _ in range(ROUNDS):
        slope = _derivative(n)
        lack = slope - 2.0 * cross(h, n)
        left = 0.5 * np.sqrt((lack * lack).sum(axis=1)).mean(axis=0)
        better = left < error
        best, gain = np.where(better, n, best), (left < GAIN * error) & (left > goal)
        error = np.where(better, left, error)
        if not gain.any():
            break
        n = _unit(h - 0.5 * cross(n, slope))
    return best, error


def _unit(v: Real) -> Real:
    size = np.sqrt((v * v).sum(axis=1, keepdims=True))
    return np.asarray(v / np.maximum(size, np.finfo(float).tiny))


def _derivative(n: Real) -> Real:
    """By the drive's phase."""
    lines = np.fft.rfft(n, axis=0)
    lines *= 1j * np.arange(len(lines)).reshape(-1, *[1] * (n.ndim - 1))
    lines[-1] = 0.0
    return np.asarray(np.fft.irfft(lines, len(n), axis=0))


def _tail(n: Real) -> Real:
    """Size of the lines in the last quarter."""
    lines = np.abs(np.fft.rfft(n, axis=0)) / len(n)
    return np.asarray(lines[3 * len(lines) // 4 :].max(axis=(0, 1)))


def _reference(n: Real) -> tuple[Real, Real]:
    """The direction, of some, that is farthest from being opposite to the axis, ``(3, P)``, and the least of
    1 + p.n over the period."""
    candidates = np.stack([n.mean(axis=0), cross(n, _derivative(n)).mean(axis=0), n[0],
                           n[len(n) // 4], n[len(n) // 2]])  # fmt: skip
    candidates = _unit(candidates)
    nearest = 1.0 + np.stack([(n * p).sum(axis=1).min(axis=0) for p in candidates])
    chosen = nearest.argmax(axis=0)
    points = np.arange(n.shape[-1])
    return candidates[chosen, :, points].T, nearest[chosen, points]


def _path(n: Real, speed: Real, p: Real, count: int) -> tuple[Array, Array]:
    """U at ``count`` + 1 times from the axis and the speed of the phase at fewer."""
    n = _unit(_refined(np.fft.rfft(n, axis=0), len(n), count))
    lines = np.fft.rfft(speed, axis=0)
    mean = lines[0].real / len(speed)
    lines[1:] /= 1j * np.arange(1.0, len(lines))[:, None]
    lines[0] = lines[-1] = 0.0
    phase = _refined(lines, len(speed), count)
    n, phase = (np.concatenate([x, x[:1]]) for x in (n, phase))
    phase += 2.0 * np.pi * np.arange(count + 1.0)[:, None] / count * mean - phase[0]
    scale = 1.0 / np.sqrt(2.0 * (1.0 + (p * n).sum(axis=1)))
    turn = np.cross(p[None], n, axis=1) * scale[:, None]
    v = 0.5 / scale - 1j * turn[:, 2], turn[:, 1] - 1j * turn[:, 0]
    along = np.cos(phase) - 1j * np.sin(phase) * p[2], np.sin(phase) * (p[1] - 1j * p[0])
    back = v[0][:1].conj(), -v[1][:1]
    return _product(v, _product(along, back))


def _refined(lines: Array, held: int, count: int) -> Real:
    """The function with these lines at more samples."""
    return np.asarray(np.fft.irfft(lines, count, axis=0) * (count / held))


def _product(x: tuple[Array, Array], a: tuple[Array, Array]) -> tuple[Array, Array]:
    return x[0] * a[0] - x[1].conj() * a[1], x[1] * a[0] + x[0].conj() * a[1]
