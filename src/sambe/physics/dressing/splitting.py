r"""Extrapolated splitting over one period of a drive that acts through one operator.

For :math:`H(t) = H_0 + f(t) X` both factors of a Strang step are diagonal in bases that never change,

.. math:: S_k(t) = e^{-\frac{ih}{2k} f(t_k) X} e^{-\frac{ih}{k} H_0} e^{-\frac{ih}{k} f(t_{k-1}) X} \cdots
          e^{-\frac{ih}{k} H_0} e^{-\frac{ih}{2k} f(t_0) X},\qquad t_j = t + jh/k,

and as its error is even in h/k, the sum of :math:`c_k S_k` over k = 1, 2, 3, 4, 6 is good to tenth order:
no commutator and no exponential of a matrix. Blanes, Casas and Ros, Celest. Mech. Dyn. Astron. 75, 149
(1999); Chin, Celest. Mech. Dyn. Astron. 106, 391 (2010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, dagger
from .magnus import HARMONIC_FLOOR, Picture

__all__ = [
    "Driven",
    "cis",
    "first_steps",
    "kind_of_drive",
    "more_steps",
    "points_at_once",
    "propagate",
    "single_drive",
    "times",
]

Real = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]
SAME = 1e-14  # mismatch of multiples of one operator that is rounding
CHUNK = 1 << 24  # bytes of the products that are held at once
FORMED = 16 * 8  # for each element of each step
RUNGS, MOST = (8, 10, 12), 1 << 24  # numbers of steps, times powers of two, and beyond all that are taken
NOISE = 4e-15  # rounding in a pair of steps, which no more steps make less
MIDDLE = 3e-9  # error of a propagator between pairs: the harmonics' alone, of which it is a fraction
LEAP = 4  # times as many steps at once at the most: an error of order one says little
FINER = 1.5  # times as many steps where harmonics are not resolved. A choice
CAUTION = 1.1  # factor on the steps that an error asks for, so that the next try does. A choice


def _weights(parts: Sequence[int]) -> Real:
    """c_k with which the powers of 1/k^2 cancel from the sum."""
    square = np.array(parts, dtype=float) ** 2
    return np.array([np.prod([x / (x - y) for y in square if y != x]) for x in square])


SIXTH, TENTH = _weights((1, 2, 3)), _weights((1, 2, 3, 4, 6))
EIGHTH = np.concatenate([[0.0], _weights((2, 3, 4, 6))])
SUBSTEPS = np.array([2.0, 1.0, 2.0 / 3.0, 0.5, 1.0 / 3.0])  # of a pair, in steps


@dataclass(frozen=True)
class Driven:
    """Points with H(t) = H_0 + f(t) X, in the eigenbases of both.

    Attributes
    ----------
    static : array (P, N, N)
        H_0 less the picture's n_i omega and offset, in the basis of the system.
    operator : array (P or 1, N, N)
        X there; each point's own, as the multiples of one matrix differ in their last digits.
    levels : array (P, N)
        Eigenvalues of H_0 less the offset.
    turn : array (P or 1, N, N)
        From the eigenbasis of X to that of H_0.
    values, basis : array (P or 1, N), (P or 1, N, N)
        Eigenvalues and eigenvectors of X.
    quanta : tuple of int
        Harmonics k > 0 of f.
    amplitudes : array (P, K)
        Their coefficients, of exp(-i k omega t).
    span : array (P,)
        Length of the time that is propagated.
    share : float
        The same in periods of the drive.
    """

    static: Array
    operator: Array
    levels: Real
    turn: Array
    values: Real
    basis: Array
    quanta: tuple[int, ...]
    amplitudes: npt.NDArray[np.complex128]
    span: Real
    share: float

    def force(self, x: Real) -> Real:
        """f at the fractions x of the span, ``(P, *x.shape)``."""
        out = np.zeros((len(self.span), *x.shape))
        # number by number: a matrix product rounds otherwise for other numbers of points
        for k, c in zip(self.quanta, self.amplitudes.T, strict=True):
            angle, twice = 2.0 * np.pi * self.share * k * x, 2.0 * c.reshape(-1, *[1] * x.ndim)
            out += twice.real * np.cos(angle) + twice.imag * np.sin(angle)
        return out

    def at(self, x: Real) -> Array:
        """Hamiltonian in the picture at the fractions x of the span, its rows and columns not turned,
        ``(P, M, N, N)``."""
        return self.static[:, None] + self.force(x)[..., None, None] * self.operator[:, None]

    def take(self, points: Points) -> Driven:
        """Some points of the batch."""
        if len(points) == len(self.span):
            return self

        def at(x: Array) -> Array:
            return x if len(x) == 1 else x[points]

        return Driven(
            self.static[points], at(self.operator), self.levels[points], at(self.turn), at(self.values),
            at(self.basis), self.quanta, self.amplitudes[points], self.span[points], self.share,
        )  # fmt: skip


def single_drive(harmonics: Mapping[int, Array], picture: Picture) -> Driven | None:
    """The drive's one operator and what multiplies it, or None where there is more than one.

    Parameters
    ----------
    harmonics : mapping of int to array (P, N, N) or (N, N)
        Of points that are of one kind.
    picture : Picture
        Of the same harmonics.
    """
    if not kind_of_drive(harmonics).all():
        return None
    quanta, operator = _operator(harmonics)
    operator = operator.real if (np.abs(operator.imag) <= SAME).all() else operator
    amplitudes = [_multiple(harmonics[k], operator) for k in quanta]
    points, n = len(picture.omega), np.asarray(picture.integers)
    h0 = np.asarray(harmonics[0])
    if not np.imag(h0).any():
        h0 = np.real(h0)
    values, basis = _eigh(operator)
    if np.any(h0 * (1.0 - np.eye(len(n)))):
        levels, states = _eigh(h0)
        turn = np.matmul(dagger(states), basis)
    else:
        levels, turn = np.einsum("...ii->...i", h0).real, basis
    turning = n * picture.omega[:, None] + picture.offset[:, None]
    return Driven(
        h0 - turning[:, None] * np.eye(len(n)), operator, levels - picture.offset[:, None], turn,
        values, basis, quanta,
        np.stack([np.broadcast_to(c, (points,)) for c in amplitudes], axis=-1).astype(complex),
        picture.span, (0.5 if picture.reversible else 1.0) / picture.fold,
    )  # fmt: skip


def kind_of_drive(harmonics: Mapping[int, Array]) -> Points:
    """Of each point, or of all at once, whether its drive acts through one operator, zero if not, and whether
    that is real: one if so, else two."""
    quanta, operator = _operator(harmonics)
    if not quanta:
        return np.zeros(1, dtype=np.intp)
    one = np.abs(operator - dagger(operator)).max(axis=(-2, -1)) <= SAME
    for wide in (_stack(harmonics[k]) for k in quanta):
        off = np.abs(wide - _multiple(wide, operator)[:, None, None] * operator).max(axis=(-2, -1))
        one = one & (off <= SAME * np.abs(wide).max(axis=(-2, -1)))
    real = np.abs(operator.imag).max(axis=(-2, -1)) <= SAME
    return np.where(one, np.where(real, 1, 2), 0)


def _eigh(h: Array) -> tuple[Real, Array]:
    """Eigenvalues and eigenvectors that are orthonormal to the last digit: thousands of steps multiply what
    is missing."""
    values, states = np.linalg.eigh(h)
    return values, np.matmul(states, 1.5 * np.eye(h.shape[-1]) - 0.5 * np.matmul(dagger(states), states))


def _operator(harmonics: Mapping[int, Array]) -> tuple[tuple[int, ...], Array]:
    """The quanta of a drive, and the matrices of the first of them, each turned by the phase that makes it
    Hermitian if one does, its largest element one."""
    quanta = tuple(k for k, h in harmonics.items() if k > 0 and np.any(h))
    one = _stack(harmonics[quanta[0]]) if quanta else np.zeros((1, 1, 1))
    size = np.abs(one).max(axis=(-2, -1), keepdims=True)
    one = one / np.where(size > 0, size, 1.0)
    square = (one * np.swapaxes(one, -1, -2)).reshape(len(one), -1).sum(axis=-1)
    return quanta, one * np.exp(-0.5j * np.angle(square))[:, None, None]


def _stack(h: Array) -> Array:
    return np.asarray(h).reshape(-1, *h.shape[-2:])


def _multiple(h: Array, operator: Array) -> Array:
    """c of h = c X, ``(P,)`` or ``(1,)``, if there is one."""
    wide, flat = _stack(h).reshape(-1, h.shape[-1] ** 2), operator.reshape(len(operator), -1)
    return (wide * flat.conj()).sum(axis=-1) / (np.abs(flat) ** 2).sum(axis=-1)


def ladder(wanted: Real) -> Points:
    """The least numbers of steps, of those that are used, that are not below the wanted ones."""
    rungs = np.array(RUNGS, dtype=float)
    wanted = np.minimum(np.nan_to_num(wanted, nan=np.inf), MOST)
    power = np.ceil(np.log2(np.maximum(wanted[:, None] / rungs, 1.0)))
    return np.asarray((rungs * 2.0**power).min(axis=-1), dtype=np.intp)


def first_steps(driven: Driven, tolerance: float) -> Points:
    """A guess of the steps that points need: so many for each radian that the levels which X connects turn
    against each other in the span, and that its own eigenvalues do.

    Measured on ladders and pairs of spins, slow and fast, where it errs by a fifth; that costs time alone.
    """
    x = np.matmul(driven.turn * driven.values[:, None], dagger(driven.turn))
    linked = np.abs(x) > HARMONIC_FLOOR * np.abs(driven.values).max(axis=-1)[:, None, None]
    gaps = np.abs(driven.levels[:, :, None] - driven.levels[:, None, :]) * linked
    force = 2.0 * np.abs(driven.amplitudes).sum(axis=-1) * np.ptp(driven.values, axis=-1)
    turns = (1.07 * gaps.max(axis=(-2, -1)) + 0.56 * force) * driven.span + 2.1
    # a looser tolerance is of no use: the harmonics need as many, and the drive must be seen
    steps = turns**1.125 * max(1.0, 1e-10 / tolerance) ** 0.125
    return ladder(np.maximum(steps, 4.0 * max(driven.quanta) * driven.share))


def more_steps(steps: int, excess: Real) -> Points:
    """Steps that points need whose error is so many times too large in ``steps``, or, where it is not, whose
    harmonics are not resolved."""
    factor = np.clip(CAUTION * np.nan_to_num(excess, nan=np.inf) ** 0.125, 1.0, LEAP)
    return ladder(np.maximum(steps * np.where(excess <= 1.0, FINER, factor), steps + 1.0))


def points_at_once(steps: int, levels: int) -> int:
    """Points whose products stay in the cache together."""
    return max(1, CHUNK // (FORMED * levels**2 * steps))


def propagate(driven: Driven, steps: int, allowed: float) -> tuple[Array, Real]:
    """Propagators at an even number of equal steps, in the laboratory, and how large their error is.

    Pairs of steps are taken to tenth order. Between them, a single step to sixth order from either side:
    the mean of the two is free of the first term of their errors.

    Parameters
    ----------
    allowed : float
        Error of the propagator over the span.

    Returns
    -------
    u : array (P, n + 1, N, N)
        exp(i offset t) U(t), of points whose excess is at most one.
    excess : array (P,)
        The larger of two ratios: of the difference between eighth and tenth order to the error that is
        allowed, and of what is left in the middle of a pair to `MIDDLE`.
    """
    points, levels = driven.levels.shape
    out = np.empty((points, steps + 1, levels, levels), dtype=complex)
    most = min(steps, max(2, CHUNK // (FORMED * levels**2) // 2 * 2))  # of any point: errors are summed up
    path = np.empty_like(out[:, : most + 1])
    path[:, 0] = dagger(driven.basis)
    error, gap = np.zeros(points), np.zeros(points)
    for start in range(0, steps, most):
        stop = min(start + most, steps)
        pairs, singles, lost = _products(driven, steps, start, stop)
        error += lost
        far = ~(error <= allowed)
        if far.all():
            return out, error / allowed * (steps / stop)
        pairs[far] = 0.0  # they need more steps, and might overflow
        part = path[:, : stop - start + 1]
        gap = np.maximum(gap, _chain(pairs, singles, part))
        times(driven.basis[:, None], part, out[:, start : stop + 1])
        path[:, 0] = part[:, -1]
    return out, np.maximum(error / allowed, np.where(error > allowed, 0.0, gap / MIDDLE))


def _chain(pairs: Array, singles: Array, path: Array) -> Real:
    """Write the path from its first propagator on; the largest error in the middle of a pair."""
    for k in range(pairs.shape[1]):
        np.matmul(pairs[:, k], path[:, 2 * k], out=path[:, 2 * k + 2])
    middle = path[:, 1::2]
    np.matmul(singles[:, ::2], path[:, :-1:2], out=middle)
    back = np.matmul(dagger(singles[:, 1::2]), path[:, 2::2])
    # half of the difference is the first term; what is left of it in the mean is a fraction
    gap = 0.25 * _norm(middle - back).max(axis=-1)
    middle += back
    middle *= 0.5
    return np.asarray(gap)


def times(a: Array, b: Array, out: Array | None = None) -> Array:
    """Product with a stack of complex matrices, at half the price where ``a`` is real."""
    if np.iscomplexobj(a):
        return np.matmul(a, b, out=out)
    if out is None:
        out = np.empty(np.broadcast_shapes(a.shape[:-2], b.shape[:-2]) + b.shape[-2:], dtype=complex)
    np.matmul(a, b.view(float), out=out.view(float))
    return out


def cis(angle: Real) -> Array:
    """exp(i angle), of modulus one to rounding, by the tangent of its half: a third of the price."""
    t = np.tan(0.5 * angle)
    square = t * t
    scale = 1.0 / (1.0 + square)
    out = np.empty(angle.shape, dtype=complex)
    np.multiply(1.0 - square, scale, out=out.real)
    np.multiply(t + t, scale, out=out.imag)
    return out


def _norm(x: Array) -> Real:
    """Frobenius norms of a stack."""
    flat = x.view(float).reshape(*x.shape[:-2], 1, -1)
    return np.asarray(np.sqrt(np.matmul(flat, np.swapaxes(flat, -1, -2))[..., 0, 0]))


def _products(driven: Driven, steps: int, start: int, stop: int) -> tuple[Array, Array, Real]:
    """Propagators of some pairs of steps and of their steps in the eigenbasis of X, ``(P, n/2, N, N)`` and
    ``(P, n, N, N)``, and the sum of the errors of the pairs to eighth order."""
    levels, (points, count) = driven.levels.shape[1], (len(driven.span), stop - start)
    h = driven.span / steps
    phase = cis((-h[:, None] * SUBSTEPS)[..., None] * driven.levels[:, None])
    free = times(dagger(driven.turn)[:, None], phase[..., None] * driven.turn[:, None])
    two, one, thirds, half, third = (free[:, k, None] for k in range(5))
    kicks = _Kicks(driven, steps, start, stop)
    # each step is weighted as the sum to sixth order wants it, in one of its ends
    single = np.empty((3, points, count, levels, levels), dtype=complex)
    work = np.empty((2, points, count, levels, levels), dtype=complex)
    _strang(one, [], kicks.ends(2, SIXTH[0]), single[0], work)
    _strang(half, kicks.within(2), kicks.ends(4, SIXTH[1]), single[1], work)
    _strang(third, kicks.within(3), kicks.ends(6, SIXTH[2]), single[2], work)
    # those of a point side by side: products of other shapes would round otherwise
    pair = np.empty((points, 5, count // 2, levels, levels), dtype=complex)
    work = work[:, :, : count // 2]
    _strang(two, [], kicks.ends(1), pair[:, 0], work)
    _strang(thirds, kicks.within(3, 2), kicks.ends(3), pair[:, 2], work)
    for into, part in zip((1, 3, 4), single, strict=True):
        np.matmul(part[:, 1::2], part[:, ::2], out=pair[:, into])
    # the weights of tenth order, and their difference from those of eighth
    weights = np.stack([TENTH, TENTH - EIGHTH])
    weights[:, [1, 3, 4]] /= SIXTH**2
    sums = np.matmul(weights, pair.view(float).reshape(points, 5, -1)).view(complex)
    best, lost = np.moveaxis(sums.reshape(points, 2, *pair.shape[2:]), 1, 0)
    single[0] += single[1]
    single[0] += single[2]
    return best, single[0], np.maximum(_norm(lost) - NOISE, 0.0).sum(axis=-1)


def _strang(free: Array, within: Sequence[Array], ends: tuple[Array, Array], out: Array, work: Array) -> None:
    """Write free evolutions with kicks between them and at both ends."""
    left, right = ends
    np.multiply(left, right, out=out)
    if not len(within):
        out *= free
        return
    scaled, whole = work
    np.multiply(free, within[-1], out=scaled)
    np.matmul(scaled, free, out=whole)
    for kick in within[-2::-1]:
        np.multiply(whole, kick, out=scaled)
        np.matmul(scaled, free, out=whole)
    out *= whole


class _Kicks:
    """Factors exp(-i f X) of the steps from ``start`` to ``stop``, diagonal in the eigenbasis of X."""

    def __init__(self, driven: Driven, steps: int, start: int, stop: int) -> None:
        self.driven, self.steps, self.start, self.count = driven, steps, start, stop - start
        self.angle = -(driven.span / steps)[:, None] * driven.values
        nodes = np.arange(self.count + 1.0)
        sixth = self._factor(nodes, 1.0 / 6.0)
        half = sixth * sixth * sixth
        self.factors = {
            2: half, 4: self._factor(nodes, 0.25), 6: sixth, 1: half[:, ::2] ** 2, 3: sixth[:, ::2] ** 2
        }  # fmt: skip

    def _factor(self, step: Real, weight: float) -> Array:
        force = self.driven.force((self.start + step) / self.steps)
        return cis(force[..., None] * (weight * self.angle)[:, None])

    def within(self, parts: int, every: int = 1) -> Array:
        """Between the parts of each interval of so many steps, ``(parts - 1, P, intervals, 1, N)``."""
        step = every * (np.arange(0.0, self.count // every) + np.arange(1, parts)[:, None] / parts)
        factors = self._factor(step.ravel(), every / parts)
        return np.moveaxis(factors.reshape(len(factors), parts - 1, -1, 1, factors.shape[-1]), 1, 0)

    def ends(self, part: int, weight: float = 1.0) -> tuple[Array, Array]:
        """After and before each interval, for a step over the ``part``: ``(P, intervals, N, 1)`` and
        ``(P, intervals, 1, N)``."""
        at = self.factors[part]
        return weight * at[:, 1:, :, None], at[:, :-1, None, :]
