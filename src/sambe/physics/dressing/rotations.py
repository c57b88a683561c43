r"""One period of a two-level system as rotations of the Bloch sphere.

With :math:`H(t) = h_0(t) + \vec h(t)\cdot\vec\sigma` a commutator is a cross product and an exponential a
rotation: a sixth-order Magnus step (see `sambe.physics.dressing.magnus`) is a handful of products of numbers.
The steps are multiplied together in blocks, all blocks at once: thousands of them cost a few dozen calls.

Where the drive is slow against the gap no step is taken. A direction n(t) with

.. math:: \dot{\vec n} = 2\vec h\times\vec n \quad\Leftrightarrow\quad
          \vec h = (\vec n\cdot\vec h)\,\vec n + \tfrac12\,\vec n\times\dot{\vec n},\qquad
          \vec n(t + T) = \vec n(t),

is the axis of the Floquet modes at all times, and is found by iteration,
:math:`\vec n \propto \vec h - \tfrac12\vec n\times\dot{\vec n}`, from :math:`\vec n\propto\vec h`: Berry's
superadiabatic bases, Proc. R. Soc. A 414, 31 (1987), each better than the last until what the drive excites
is left, which is exponentially small. n is smooth: a hundred samples of a period do however slow it is.

Arrays here carry the points of the batch on their last axis, where NumPy is fastest. Sums are written so that
they add up in one order whether there is one point or a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, added
from .magnus import MARGIN, NODES, ORDER

__all__ = ["PAULI", "BlochDrive", "bloch_drive", "cross", "dot", "followed_path", "integrated",
           "ladder", "mean", "more_steps", "path_error", "rotation_path", "survey"]  # fmt: skip

Real = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
FEWEST, MOST = 32, 1 << 18  # steps of a period: a few harmonics of a fast drive; half a second of work
FINE = 128  # steps from which they cost more than the calls of one more group of points
RADIX = 16  # steps of a block: as many calls as there are elements in none of them
STEP_SCALE = 0.08  # steps for each sixth root of the error's measure: see `survey`
GUESSES = 16  # times for each harmonic of the drive at which that measure is taken
BESSEL = 7.5  # J_n(x) is below 1e-9 from n = x + 7.5 x^(1/3) on, where x > 1
FIRST_SAMPLES, MOST_SAMPLES = 64, 4096  # of a followed axis, for each harmonic of the drive and in all
ROUNDS = 16  # iterations of the axis: the series is asymptotic, and at its best long before
GAIN = 0.5  # of what is left in an iteration, above which the series has stopped to converge
LEAST = 0.1  # of 1 + p.n, below which the turn from p to n is no smooth function
LEAP = 4.0  # times as many steps at once at the most: an error of order one says little
TINY = 1e-100  # in place of zero, where its square must not be zero either
CAUTION = 1.1  # factor on the steps that an error asks for, so that the next try does. A choice


@dataclass(frozen=True)
class BlochDrive:
    """Fourier components of the Bloch vector of H, trace part first.

    Attributes
    ----------
    harmonics : tuple of int
        k > 0 of exp(-i k omega t).
    static : array (4, P)
    moving : array (K, 4, P)
    omega : array (P,)
    """

    harmonics: tuple[int, ...]
    static: Real
    moving: npt.NDArray[np.complex128]
    omega: Real

    def at(self, tau: Real) -> Real:
        """(h_0, h) at the fractions tau of a period, ``(M, 4, P)``."""
        out = np.empty((len(tau), *self.static.shape))
        out[:] = self.static
        return self._add_series(tau, self.moving, out)

    def slope(self, tau: Real) -> Real:
        """The derivative of (h_0, h) by tau, ``(M, 4, P)``."""
        turning = -2j * np.pi * np.array(self.harmonics)[:, None, None] * self.moving
        return self._add_series(tau, turning, np.zeros((len(tau), *self.static.shape)))

    def _add_series(self, tau: Real, parts: npt.NDArray[np.complex128], out: Real) -> Real:
        """Add what turns, number by number: a matrix product rounds otherwise for other numbers of points."""
        for k, part in zip(self.harmonics, parts, strict=True):
            angle = (2.0 * np.pi * ((k * tau) % 1.0))[:, None]
            cos, sin = 2.0 * np.cos(angle), 2.0 * np.sin(angle)
            for c in np.flatnonzero(part.any(axis=-1)):
                for wave, size in ((cos, part[c].real), (sin, part[c].imag)):
                    if size.any():
                        out[:, c] += wave * size
        return out

    def take(self, points: Points) -> BlochDrive:
        """Some points of the batch."""
        if len(points) == len(self.omega):
            return self
        return BlochDrive(
            self.harmonics, self.static[:, points], self.moving[:, :, points], self.omega[points]
        )


def bloch_drive(harmonics: Mapping[int, Array], omega: Real) -> BlochDrive:
    """Bloch vectors of the harmonics of H, arrays (P, 2, 2) or (2, 2)."""
    points = len(omega)

    def components(h: Array) -> Array:
        (a, b), (c, d) = np.moveaxis(np.broadcast_to(h, (points, 2, 2)), 0, -1)
        return 0.5 * np.stack([a + d, b + c, 1j * (b - c), a - d])

    present = tuple(k for k in harmonics if k > 0)
    moving = [components(harmonics[k]) for k in present]
    static = np.ascontiguousarray(components(harmonics[0]).real)
    stacked = np.stack(moving) if present else np.zeros((0, 4, points), dtype=complex)
    return BlochDrive(present, static, stacked, omega)


def cross(a: Real, b: Real) -> Real:
    """a x b over the second axis, ``(n, 3, P)``."""
    out = np.empty_like(a)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        np.multiply(a[:, j], b[:, k], out=out[:, i])
        out[:, i] -= a[:, k] * b[:, j]
    return out


def dot(a: Array, b: Array) -> Array:
    """a . b over the second axis, ``(n, P)``."""
    out = a[:, 0] * b[:, 0]
    out += a[:, 1] * b[:, 1]
    out += a[:, 2] * b[:, 2]
    return out


def mean(x: Array) -> Array:
    """Over the first axis."""
    return added(x) / len(x)


def survey(drive: BlochDrive, tolerance: float) -> tuple[Real, Real, Real]:
    r"""A guess of the steps that points need, of the harmonics of their couplings, and of what is excited.

    The error of a period in n steps is about that of :math:`\int \Delta^6 \lambda^5 |\hat h\times\dot h|\,dt`
    with the step :math:`\Delta = T/n` and :math:`\lambda` the gap and the drive's highest frequency together:
    nothing where the direction of h stands still. `STEP_SCALE` is the upper quartile over 300 random systems
    with up to three harmonics, slow to fast, weak to strong; nine of ten lie within a factor of 1.5. Each
    guess is checked.

    A coupling between the modes turns by the gap less its mean: its harmonics are those of the sideband
    spectrum of a frequency modulation.

    Where the direction of h turns by a share :math:`\eta` of the gap, an amplitude :math:`e^{-\pi/(4\eta)}`
    is excited (Landau, Zener, Stueckelberg, Majorana).

    Returns
    -------
    steps : array (P,)
    harmonics : array (P,)
        Number of harmonics on each side above the floor, where the direction of h is followed.
    excited : array (P,)
        Amplitude.
    """
    highest = max(drive.harmonics, default=1)
    tau = np.arange(GUESSES * highest) / (GUESSES * highest)
    period = 2.0 * np.pi / drive.omega
    h, slope = drive.at(tau)[:, 1:], drive.slope(tau)[:, 1:]
    size = np.sqrt(dot(h, h))
    turned = cross(h, slope)
    bent = 2.0 * period * np.sqrt(dot(turned, turned)) / np.maximum(size, TINY)
    gap = 2.0 * period * size
    measure = mean((gap + 2.0 * np.pi * highest) ** 5 * bent)
    depth = np.abs(gap - mean(gap)).max(axis=0) / (2.0 * np.pi)
    harmonics = depth + BESSEL * np.cbrt(depth) + highest
    steps = STEP_SCALE * (measure / tolerance) ** (1.0 / ORDER)
    turning = (bent / np.maximum(gap, TINY) ** 2).max(axis=0)
    excited = np.exp(-0.25 * np.pi / np.maximum(turning, TINY))
    # where the square of a gap overflows, more than all that are tried
    steps, harmonics = (np.where(np.isfinite(x), x, MOST) for x in (steps, harmonics))
    return steps, harmonics, excited


def more_steps(steps: int, excess: Real) -> Points:
    """Steps that points need whose error is so many times too large in ``steps``, or, where it is not, whose
    harmonics are not resolved."""
    wanted = CAUTION * np.nan_to_num(excess, nan=np.inf, posinf=np.inf) ** (1.0 / ORDER)
    return ladder(steps * np.where(excess <= 1.0, 2.0, np.clip(wanted, 1.01, LEAP)))


def ladder(wanted: Real) -> Points:
    """The least of the numbers 2^k, and 3 2^k above `FINE`, that are not below the wanted ones; no more than
    twice `MOST`."""
    power = 2.0 ** np.ceil(np.log2(np.clip(wanted, FEWEST, 2.0 * MOST)))
    between = (wanted <= 0.75 * power) & (power > FINE)
    return np.asarray(np.where(between, 0.75 * power, power), dtype=np.intp)


def rotation_path(drive: BlochDrive, steps: int) -> tuple[Array, Array]:
    """Cayley-Klein parameters of U(0), U(T/n), ..., U(T), ``(n + 1, P)``.

    U = [[alpha, -conj(beta)], [beta, conj(alpha)]]; the trace part of H is left out.
    """
    alpha, beta = _rotations(drive, steps)
    _multiply(alpha[1:], beta[1:])
    return alpha, beta


def path_error(coarse: tuple[Array, Array], fine: tuple[Array, Array]) -> Real:
    """Error of the finer quasienergies in units of omega, by step doubling.

    The whole path counts: at its end alone, symmetry can make any number of steps exact.
    """
    change = np.hypot(*(np.abs(f[::2] - c) for f, c in zip(fine, coarse, strict=True))).max(axis=0)
    return np.asarray(MARGIN * change * np.sqrt(2.0) / ((2.0**ORDER - 1.0) * 2.0 * np.pi))


def _rotations(drive: BlochDrive, steps: int) -> tuple[Array, Array]:
    """Cayley-Klein parameters of the steps, behind those of the identity, ``(n + 1, P)`` each."""
    tau = ((np.arange(steps)[:, None] + NODES) / steps).ravel()
    h = drive.at(tau)[:, 1:] * (2.0 * np.pi / (steps * drive.omega))
    h = h.reshape(steps, 3, *h.shape[1:])
    first, a1, last = h[:, 0], h[:, 1], h[:, 2]
    a2 = (np.sqrt(15.0) / 3.0) * (last - first)
    a3 = (10.0 / 3.0) * (last - 2.0 * a1 + first)
    # the commutator of -i a.sigma and -i b.sigma is -i (2 a x b).sigma
    c1 = 2.0 * cross(a1, a2)
    c2 = (-1.0 / 30.0) * cross(a1, 2.0 * a3 + c1)
    v = a1 + a3 / 12.0 + cross(-20.0 * a1 - a3 + c1, a2 + c2) / 120.0
    angle = np.sqrt(v[:, 0] ** 2 + v[:, 1] ** 2 + v[:, 2] ** 2)
    scale = np.sinc(angle / np.pi)
    alpha, beta = (np.empty((steps + 1, angle.shape[1]), dtype=complex) for _ in range(2))
    alpha[0], beta[0] = 1.0, 0.0
    np.cos(angle, out=alpha.real[1:])
    np.multiply(-scale, v[:, 2], out=alpha.imag[1:])
    np.multiply(scale, v[:, 1], out=beta.real[1:])
    np.multiply(-scale, v[:, 0], out=beta.imag[1:])
    return alpha, beta


def _multiply(alpha: Array, beta: Array) -> None:
    """Replace each rotation by its product with all before it.

    Blocks of steps are multiplied side by side, then by what their predecessors come to.
    """
    steps, points = alpha.shape
    if steps <= 2 * RADIX:  # so few points have many steps that blocks of two would take as long
        for k in range(1, steps):
            _after(alpha[k], beta[k], alpha[k - 1], beta[k - 1])
        return
    whole = steps // RADIX * RADIX
    a, b = (np.ascontiguousarray(x[:whole].reshape(-1, RADIX, points).swapaxes(0, 1)) for x in (alpha, beta))
    for k in range(1, RADIX):
        _after(a[k], b[k], a[k - 1], b[k - 1])
    ends = a[-1].copy(), b[-1].copy()
    _multiply(*ends)
    _after(a[:, 1:], b[:, 1:], ends[0][:-1], ends[1][:-1])
    for x, y in ((alpha, a), (beta, b)):
        x[:whole].reshape(-1, RADIX, points)[:] = y.swapaxes(0, 1)
    for k in range(whole, steps):
        _after(alpha[k], beta[k], alpha[k - 1], beta[k - 1])


def _after(x: Array, y: Array, a: Array, b: Array) -> None:
    """Replace the rotations (x, y) by what they come to after (a, b).

    No product is written over its factors: where these touch in memory NumPy multiplies complex numbers with
    another rounding, and whether they do depends on how many points there are.
    """
    moved = y * a
    moved += x.conj() * b
    turned = x * a
    turned -= y.conj() * b
    x[...], y[...] = turned, moved


def followed_path(
    drive: BlochDrive, samples: int, tolerance: float
) -> Iterator[tuple[Points, tuple[Array, Array], Real]]:
    r"""Cayley-Klein parameters of U(0), U(T/M), ..., U(T), ``(M + 1, P)``, and the error of the quasienergies
    in units of omega, infinite where the axis is not found, of points whose axis takes as many samples.
    M is ``samples`` times a power of two.

    With V(t) the shortest turn from a fixed direction p to n(t),

    .. math:: U(t) = V(t)\,e^{-i\Phi(t)\,\vec p\cdot\vec\sigma}\,V(0)^\dagger,\qquad
              \dot\Phi = \vec h\cdot\vec n + \tfrac12\frac{\vec p\cdot(\vec n\times\dot{\vec n})}
              {1 + \vec p\cdot\vec n}.
    """
    count, goal = FIRST_SAMPLES * max(drive.harmonics), 0.1 * tolerance
    left = np.arange(len(drive.omega))
    while left.size:
        last = 2 * count > MOST_SAMPLES
        part = drive.take(left)
        h = part.at(np.arange(count) / count)[:, 1:] / part.omega  # so that a time is a phase of the drive
        ready = np.flatnonzero(~(_tail(_unit(h)) > goal) | last)
        n, error = _find_axis(h[..., ready], goal)
        tail = _tail(n)
        error = np.where(tail <= goal, error, np.inf)
        done = np.flatnonzero(~(tail > goal) | last)
        ready = ready[done]
        if ready.size:
            steps = samples
            while steps < count:
                steps *= 2
            u, near = _along(h[..., ready], n[..., done], steps)
            yield left[ready], u, np.where(near, error[done], np.inf)
        left = np.delete(left, ready)
        count *= 2


def _along(h: Real, n: Real, samples: int) -> tuple[tuple[Array, Array], npt.NDArray[np.bool_]]:
    """U at so many equal times from the axis, and whether its turns are well defined."""
    p, nearest = _reference(n)
    with np.errstate(all="ignore"):  # points whose axis was not found are left out by their error
        speed = dot(h, n) + 0.5 * dot(p[None], cross(n, _derivative(n))) / (1.0 + dot(p[None], n))
        return _followed(n, speed, p, samples), nearest >= LEAST


def _find_axis(h: Real, goal: float) -> tuple[Real, Real]:
    """The axis at the samples, ``(M, 3, P)``, and what its motion lacks, in turns of a period."""
    n = best = _unit(h)
    error, going = np.full(h.shape[-1], np.inf), np.ones(h.shape[-1], dtype=bool)
    for _ in range(ROUNDS):
        slope = _derivative(n)
        lack = slope - 2.0 * cross(h, n)
        left = 0.5 * mean(np.sqrt(dot(lack, lack)))
        better = going & (left < error)
        best, going = np.where(better, n, best), going & (left < GAIN * error) & (left > goal)
        error = np.where(better, left, error)
        if not going.any():
            break
        n = _unit(h - 0.5 * cross(n, slope))
    return best, error


def _unit(v: Real) -> Real:
    size = np.sqrt(dot(v, v))[:, None]
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
    candidates = np.stack([mean(n), mean(cross(n, _derivative(n))), n[0], n[len(n) // 4],
                           n[len(n) // 2]])  # fmt: skip
    candidates = _unit(candidates)
    nearest = 1.0 + np.stack([dot(n, p[None]).min(axis=0) for p in candidates])
    chosen = nearest.argmax(axis=0)
    points = np.arange(n.shape[-1])
    return candidates[chosen, :, points].T, nearest[chosen, points]


def _followed(n: Real, speed: Real, p: Real, count: int) -> tuple[Array, Array]:
    """U at ``count`` + 1 times from the axis and the speed of the phase at fewer."""
    n = _unit(_refined(np.fft.rfft(n, axis=0), len(n), count))
    lines, mean = integrated(speed)
    phase = _refined(lines, len(speed), count)
    n, phase = (np.concatenate([x, x[:1]]) for x in (n, phase))
    phase += 2.0 * np.pi * np.arange(count + 1.0)[:, None] / count * mean - phase[0]
    scale = 1.0 / np.sqrt(2.0 * (1.0 + dot(p[None], n)))
    turn = np.cross(p[None], n, axis=1) * scale[:, None]
    v = 0.5 / scale - 1j * turn[:, 2], turn[:, 1] - 1j * turn[:, 0]
    along = np.cos(phase) - 1j * np.sin(phase) * p[2], np.sin(phase) * (p[1] - 1j * p[0])
    back = v[0][:1].conj(), -v[1][:1]
    return _product(v, _product(along, back))


def integrated(speed: Real) -> tuple[Array, Real]:
    """Fourier lines of the integral of a periodic function less its mean, and the mean, from its samples."""
    lines = np.fft.rfft(speed, axis=0)
    mean = lines[0].real / len(speed)
    lines[1:] /= 1j * np.arange(1.0, len(lines))[:, None]
    lines[0] = lines[-1] = 0.0
    return lines, mean


def _refined(lines: Array, samples: int, count: int) -> Real:
    """The function with these lines at more samples."""
    return np.asarray(np.fft.irfft(lines, count, axis=0) * (count / samples))


def _product(x: tuple[Array, Array], a: tuple[Array, Array]) -> tuple[Array, Array]:
    return x[0] * a[0] - x[1].conj() * a[1], x[1] * a[0] + x[0].conj() * a[1]
