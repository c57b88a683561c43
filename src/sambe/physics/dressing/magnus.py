r"""Sixth-order Magnus steps over one period of a drive, and their exponentials.

Blanes, Casas, Oteo and Ros, Phys. Rep. 470, 151 (2009), in the picture
:math:`|i\rangle \to e^{-in_i\omega t}|i\rangle` of integers :math:`n_i`, in which only the counter-rotating
part of a drive is left to turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError
from ...numerics.arrays import Array, dagger
from ...numerics.exponential import expm, rectangles

__all__ = ["Picture", "check_work", "make_picture", "most_steps", "not_converged", "paths", "propagators",
           "unresolved"]  # fmt: skip

ORDER = 6  # of the steps: twice as many err by 2^6 times less
# Steps of a period at the first try, and at most. Choices: the first is made as fine as the drive's harmonics
# ask for, and more of them take longer than any answer is waited for.
FIRST_STEPS, MOST_STEPS = 4, 1 << 15
# Steps of a period times N^3 at the most. A choice: a step takes some ten products of N x N matrices, so
# that a point takes minutes, and not days.
MOST_WORK = 2e11
FEW = 64  # steps with which hardly a drive is followed: a point that is allowed fewer is not begun
CHUNK = 1 << 14  # numbers in the exponents formed at once: what follows from them stays in the cache
MARGIN = 3.0  # safety on the error estimate: neighbours with other steps must agree
HARMONIC_FLOOR = 1e-9  # coupling harmonics below this share of the largest are dropped
NODES = 0.5 + np.array([-np.sqrt(15.0), 0.0, np.sqrt(15.0)]) / 10.0


@dataclass(frozen=True)
class Picture:
    """Hamiltonian harmonics in the picture of the integers n_i, batched.

    Attributes
    ----------
    quanta : tuple of int
        Harmonics present, multiples of ``fold``.
    parts : array (P, K, N, N)
        The Hamiltonian's harmonics, less ``offset``; real where all of them are.
    omega, offset : array (P,)
    integers : tuple of int
        n_i of the picture.
    fold : int
        The Hamiltonian repeats ``fold`` times in a period of the drive.
    """

    quanta: tuple[int, ...]
    parts: Array
    omega: Array
    offset: Array
    integers: tuple[int, ...]
    fold: int

    @property
    def reversible(self) -> bool:
        """Whether H(-t) = conj(H(t)): half a period tells the rest."""
        return not np.iscomplexobj(self.parts)

    @property
    def span(self) -> Array:
        """Length of the time that is propagated: a period of the picture, or half of it."""
        period = 2.0 * np.pi / (self.fold * self.omega)
        return 0.5 * period if self.reversible else period

    @property
    def highest(self) -> int:
        """The highest harmonic, in those of the picture's period; one at least."""
        return max(1, *(abs(q) // self.fold for q in self.quanta))

    def at(self, x: npt.NDArray[np.float64]) -> Array:
        """Hamiltonian less ``offset`` at the fractions x of the picture's period, ``(P, M, N, N)``."""
        turns = np.array(self.quanta) // self.fold
        basis = np.exp(-2j * np.pi * ((x[:, None] * turns) % 1.0))
        flat = self.parts.reshape(*self.parts.shape[:2], -1)
        return np.matmul(basis, flat).reshape(len(flat), len(x), *self.parts.shape[-2:])

    def slope(self, x: npt.NDArray[np.float64]) -> Array:
        """Its derivative by the phase of the picture's period."""
        turns = np.array(self.quanta) // self.fold
        return replace(self, parts=-1j * turns[:, None, None] * self.parts).at(x)

    def take(self, points: npt.NDArray[np.intp]) -> Picture:
        """Some points of the batch."""
        if len(points) == len(self.omega):
            return self
        return Picture(
            self.quanta, self.parts[points], self.omega[points], self.offset[points],
            self.integers, self.fold,
        )  # fmt: skip


def make_picture(harmonics: Mapping[int, Array], omega: Array, integers: Sequence[int]) -> Picture:
    """Sort the elements of H by the harmonic that is left in the picture, k - (n_i - n_j).

    Parameters
    ----------
    harmonics : mapping of int to array (P, N, N) or (N, N)
    omega : array (P,)
    integers : sequence of int
        n_i.
    """
    n = np.asarray(integers)
    points, levels = len(omega), len(n)
    turn = n[:, None] - n[None, :]
    real = all(not np.iscomplexobj(h) or not np.imag(h).any() for h in harmonics.values())
    parts: dict[int, Array] = {0: np.zeros((points, levels, levels), float if real else complex)}
    for k, h in harmonics.items():
        h = np.real(h) if real else h
        present = (h != 0).reshape(-1, levels, levels).any(axis=0)
        for left in np.unique((k - turn)[present]):
            piece = np.broadcast_to(h * (k - turn == left), (points, levels, levels))
            parts[int(left)] = parts[int(left)] + piece if int(left) in parts else piece
    diagonal = np.einsum("pii->pi", parts[0]).real - n * omega[:, None]
    offset = 0.5 * (diagonal.max(axis=-1) + diagonal.min(axis=-1))
    shift = n * omega[:, None] + offset[:, None]
    parts[0] = parts[0] - shift[:, :, None] * np.eye(levels)
    quanta = tuple(sorted(parts))
    fold = gcd(*quanta) or 1
    return Picture(
        quanta, np.stack([parts[k] for k in quanta], axis=1), omega, offset, tuple(n.tolist()), fold
    )


def _commutator(a: Array, b: Array) -> Array:
    """[a, b] of anti-Hermitian matrices from one product: (ab)† = ba."""
    ab = np.matmul(a, b)
    return np.subtract(ab, np.conjugate(np.swapaxes(ab, -1, -2), order="C"), out=ab)


def _exponents(picture: Picture, steps: int, start: int, stop: int) -> Array:
    """Anti-Hermitian exponents of some of the equal Magnus steps, ``(P, stop - start, N, N)``."""
    share = 0.5 if picture.reversible else 1.0
    x = share * (np.arange(start, stop)[:, None] + NODES) / steps  # in periods of the picture
    turns = np.array(picture.quanta) // picture.fold
    first, mid, last = np.moveaxis(np.exp(-2j * np.pi * (x[..., None] * turns)), 1, 0)
    # the moments of H over a step, and the sums of them that are needed, are sums over its harmonics:
    # no sample of H is ever formed
    a1, a2, a3 = mid, np.sqrt(15.0) / 3.0 * (last - first), 10.0 / 3.0 * (last - 2.0 * mid + first)
    basis = np.concatenate([a1, a2, 2.0 * a3, 20.0 * a1 + a3, a1 + a3 / 12.0])
    length = -1j * picture.span / steps
    flat = picture.parts.reshape(*picture.parts.shape[:2], -1) * length[:, None, None]
    sums = np.matmul(basis, flat).reshape(len(length), 5, stop - start, *picture.parts.shape[-2:])
    mid, slope, bend, base, out = np.moveaxis(sums, 1, 0)
    c1 = _commutator(mid, slope)
    bend += c1
    c2 = _commutator(mid, bend)
    c2 *= -1.0 / 60.0
    c2 += slope
    c1 -= base
    turned = _commutator(c1, c2)
    turned *= 1.0 / 240.0
    out += turned
    return out


def propagators(picture: Picture, steps: int) -> Array:
    """U(0), ..., U(span): ``(P, n + 1, N, N)`` at every step."""
    points, levels = len(picture.omega), picture.parts.shape[-1]
    out = np.empty((points, steps + 1, levels, levels), dtype=complex)
    out[:, 0] = np.eye(levels)
    for some, at in rectangles(points, steps, levels**2, CHUNK):
        part = picture.take(np.arange(points)[some])
        out[some, at.start + 1 : at.stop + 1] = expm(_exponents(part, steps, at.start, at.stop))
    for k in range(steps):
        out[:, k + 1] = np.matmul(out[:, k + 1], out[:, k])
    return out


def most_steps(levels: int) -> int:
    """Steps of a period that so many levels may take.

    >>> most_steps(100), most_steps(1000)
    (32768, 200)
    """
    return min(MOST_STEPS, int(MOST_WORK // levels**3))


def check_work(levels: int) -> None:
    """Refuse to begin what is beyond the bound of work in any case.

    Raises
    ------
    ConvergenceError
        That says how else to go on.
    """
    if most_steps(levels) < FEW:
        raise ConvergenceError(
            f"to propagate {levels} levels over a period is beyond the bound of work; take fewer levels, or "
            "a drive with a static frame"
        )


def not_converged(tolerance: float, levels: int = 1) -> ConvergenceError:
    """The error of a propagation that cannot reach the tolerance."""
    return ConvergenceError(
        f"the propagator did not converge to {tolerance:g} within {most_steps(levels)} steps; "
        "raise omega, lower the drive, or loosen propagation_tolerance"
    )


def unresolved(levels: int) -> ConvergenceError:
    """The error of modes that turn too fast for the steps that are allowed."""
    return ConvergenceError(
        f"the modes have more harmonics than {most_steps(levels)} steps resolve; raise omega or lower the "
        "drive"
    )


def paths(picture: Picture, tolerance: float) -> list[tuple[npt.NDArray[np.intp], Array]]:
    """Propagators of groups of points, each at the end of as many steps as its group needs.

    Doubled steps are extrapolated to eighth order; a point is done when doubling moves that by less than
    the tolerance. The whole path counts: at its end alone, symmetry can make any number of steps exact.

    Parameters
    ----------
    tolerance : float
        On the quasienergies, in units of the drive frequency.

    Returns
    -------
    list of (points, array (P, n + 1, N, N))

    Raises
    ------
    ConvergenceError
        If the steps that are allowed do not suffice.
    """
    share = picture.fold * (2 if picture.reversible else 1)
    bound = tolerance * (2.0 ** (ORDER + 2) - 1.0) * 2.0 * np.pi / (MARGIN * share)
    levels = picture.parts.shape[-1]
    check_work(levels)
    left, steps = np.arange(len(picture.omega)), FIRST_STEPS
    while steps < picture.highest:  # fewer steps than the highest harmonic has periods would miss the drive
        steps *= 2
    coarse = propagators(picture, steps)
    if not np.isfinite(coarse).all():  # a drive of any size in the exponent of a step
        raise not_converged(tolerance, levels)
    best = coarse[:, :1] + np.inf  # the first number of steps has no coarser one to compare with
    groups = []
    while left.size:
        steps *= 2
        if steps > most_steps(levels):
            raise not_converged(tolerance, levels)
        fine = propagators(picture.take(left), steps)
        better = fine[:, ::2] + (fine[:, ::2] - coarse) / (2.0**ORDER - 1.0)
        change = better[:, ::2] - best
        done = np.sqrt(np.sum(change.real**2 + change.imag**2, axis=(-2, -1))).max(axis=1) <= bound
        if done.any():
            groups.append((left[done], _filled(fine[done], better[done])))
        left, coarse, best = left[~done], fine[~done], better[~done]
    return groups


def _filled(fine: Array, better: Array) -> Array:
    """The better path at every step: in between, what its neighbours gain on the fine one."""
    out = np.empty_like(fine)
    out[:, ::2] = better
    gain = np.matmul(dagger(fine[:, ::2]), better)
    np.matmul(fine[:, 1::2], 0.5 * (gain[:, 1:] + gain[:, :-1]), out=out[:, 1::2])
    return out
