r"""The stationary Redfield equation of the coherences, the populations eliminated, in either precision.

Of populations p and coherences x the stationary equation reads

.. math:: P p + B x = 0,\qquad C p + (M + D') x = 0,

where M is what turns and damps a coherence by itself. With populations solved for, what is left is
:math:`1 + M^{-1}(D' - C P^{-1} B)`, near one where gaps are wider than lines. Where operators are real, the
real part of a coherence follows from its imaginary part, which is larger by a gap over a line. NumPy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from ....numerics.arrays import Array
from ....numerics.close_pairs import Windows
from ....numerics.single_precision import round_off, scaled, scaled_within_range
from ...generators.redfield import Redfield, pack, unpack
from .conjugate_residuals import SPREAD_LEVELS, Corrector, Points

__all__ = ["BEGIN", "LEAST", "SMALL", "Change", "CoherenceEquation", "diagonals"]

ROWS = 64  # of operators at a time, in what stays in the cache. A choice
# What elements of operators over the largest are rounded to, and elements of what they are applied to where
# that begins with a largest one of `BEGIN`, below all rounding of single precision: products of three stay
# above 1e-38. Of 20 and 40 levels, where it is cold, two and five sixths of the time went into numbers below.
LEAST, SMALL, BEGIN = 1e-15, 1e-8, 2.0**20


@dataclass
class Change:
    """A change of packed states with what was found on the way to it.

    Attributes
    ----------
    packed : array (P, N, N)
    even, turned : array (P, N, N)
        Its coherences, or the real part of them and what the imaginary part does to the imaginary part.
    top : array (P, N, (K + 1) N)
        What operators make of the coherences.
    populations : array (P, N)
    """

    packed: Array
    even: Array
    turned: Array
    top: Array
    populations: Array

    def take(self, points: Points) -> Change:
        """Some points of the batch."""
        parts = (self.packed, self.even, self.turned, self.top, self.populations)
        return Change(*(None if x is None else x[points] for x in parts))


class CoherenceEquation:
    """What populations and coherences do to each other, in either precision.

    Attributes
    ----------
    tall, side : array (P, N (K + 1), N), (P, N, K N)
        L and G by rows (i, k), and S* by columns (k, m).
    turned : array (P, K N, N)
        Transposes of the latter.
    damped : array (P, N, N)
        Diagonal of the generator without the gaps.
    even, odd : array (P, N, N)
        Those of the `Corrector` without coherences.
    answer : array (P, N, N)
        Populations that half of what flows into each state calls for.
    unit : array (P, 1)
        One over the fastest rate.
    windows : Windows, optional
        Pairs of states of which there are coherences, by default all.
    """

    windows: Windows | None = None
    arrays = ("tall", "side", "turned", "damped", "even", "odd", "answer")

    def __init__(self, g: Redfield, correct: Corrector) -> None:
        points, n = len(g.gaps), g.levels
        self.n, self.real, self.count = n, g.real, n * g.coupling.shape[1]
        tall = np.concatenate([g.forward.swapaxes(1, 2), g.drift[:, :, None]], axis=2)
        self.tall = tall.reshape(points, -1, n)
        self.side = g.coupling.conj().swapaxes(1, 2).reshape(points, n, -1)
        self.turned = self.side.swapaxes(-1, -2)
        self.damped = g.damped
        self.even, self.odd, self.unit = correct.even, correct.odd, np.abs(correct.scale)
        self.answer = correct.inverse * (2.0 * correct.scale[..., None])
        self.answer[..., 0] = 0.0

    def _changed(self, arrays: dict[str, Array]) -> Self:
        out = object.__new__(type(self))
        out.__dict__.update(self.__dict__ | arrays)
        return out

    def take(self, points: Points) -> Self:
        """Some points of the batch."""
        return self._changed({name: getattr(self, name)[points] for name in self.arrays})

    def within(self, windows: Windows) -> Self:
        """The same without coherences outside a band."""
        out = self._changed({})
        out.windows = windows
        return out

    def single(self) -> Self:
        """The same in single precision, couplings over the largest and rates over the fastest."""
        coupling = np.abs(self.side).max(axis=(1, 2))
        coupling[coupling == 0.0] = 1.0
        unit, count = self.unit, self.count // self.n
        each = np.concatenate([np.repeat(coupling[:, None], count, axis=1) * unit, unit], axis=1)
        tall = scaled(self.tall.reshape(len(unit), self.n, -1, self.n), each[:, None, :, None])
        side = scaled(self.side, 1.0 / coupling[:, None, None])
        for operators in (tall, side):
            round_off(operators, LEAST)
        unit = unit[..., None]
        fastest = 1.0 / unit
        return self._changed({
            "tall": tall.reshape(self.tall.shape), "side": side, "turned": _turned(side),
            "damped": scaled(self.damped, unit), "even": scaled_within_range(self.even, fastest),
            "odd": scaled_within_range(self.odd, fastest), "answer": scaled(self.answer, fastest),
        })  # fmt: skip

    def residual(self, x: Array, first: Array) -> tuple[Array, Array]:
        """Populations that packed coherences leave, beside those of none, and the change of coherences that
        the equation calls for."""
        if not x.any():
            z = self._right(self._of_populations(first))
            z = z + z.swapaxes(-1, -2).conj()
            return first, self._alone(z if self.real else pack(z))
        if self.real:
            odd = 0.5 * (x - x.swapaxes(-1, -2))
            z = self._right(self._left(odd))
            turned, even = z - z.swapaxes(-1, -2), x - odd
        else:
            even = unpack(x)
        top = self._left(even)
        p = first + self._populations(top)
        self._add_populations(top, p)
        z = self._right(top)
        z = z + z.swapaxes(-1, -2).conj()
        z = z + turned - self.damped * x if self.real else pack(z - self.damped * even)
        return p, self._alone(z) - x

    def follow(self, left: Array) -> tuple[Array, Array]:
        """Change of the packed state that a residual calls for, and what it does to the residual."""
        step = self.direction(left)
        return step.packed, self.image(step)

    def direction(self, left: Array) -> Change:
        """Change of the packed state that a residual calls for."""
        if not self.real:
            x = unpack(left)
            top = self._left(x)
            p = self._populations(top)
            round_off(p, SMALL)
            packed = left.copy()
            diagonals(packed)[:] = p
            return Change(packed, x, None, top, p)
        odd = left - left.swapaxes(-1, -2)
        odd *= 0.5
        z = self._right(self._left(odd))
        turned = z - z.swapaxes(-1, -2)
        turned -= self.damped * odd
        x = left - odd
        x -= self.odd * turned  # what turns from the imaginary part
        round_off(x, SMALL)
        top = self._left(x)
        p = self._populations(top)
        round_off(p, SMALL)
        odd += x
        diagonals(odd)[:] = p
        return Change(odd, x, turned, top, p)

    def image(self, step: Change) -> Array:
        """What a change does to the residual; with it the change is used up."""
        self._add_populations(step.top, step.populations)
        z = self._right(step.top)
        if self.real:
            # of a symmetric matrix and an antisymmetric one the transposes are known
            even, odd = z + z.swapaxes(-1, -2), step.turned
            even -= self.damped * step.even
            image: Array = self.even * (even + odd)
            even -= odd
            even *= self.odd
            image += even
        else:
            z = z + z.swapaxes(-1, -2).conj()
            z -= self.damped * step.even
            image = self._alone(pack(z))
        image -= step.packed
        diagonals(image)[:] = 0.0
        round_off(image, SMALL)
        return image

    def _alone(self, derivative: Array) -> Array:
        """Change of packed coherences that a time derivative calls for by what each does by itself."""
        out: Array = self.even * derivative
        out += self.odd * derivative.swapaxes(-1, -2)
        return out

    def _left(self, x: Array) -> Array:
        """L x and G x, side by side, ``(P, N, (K + 1) N)``."""
        top = np.matmul(self.tall, x) if self.windows is None else self.windows.left(self.tall, x)
        return top.reshape(len(x), self.n, -1)

    def _of_populations(self, p: Array) -> Array:
        """The same of populations, ``(P, N)``."""
        return (self.tall * p[:, None, :]).reshape(len(p), self.n, -1)

    def _add_populations(self, top: Array, p: Array) -> None:
        """Add it, some rows at a time: fresh memory for all of it would cost more than the sum."""
        tall = self.tall.reshape(len(p), self.n, -1, self.n)
        for k in range(0, self.n, ROWS):
            part = tall[:, k : k + ROWS] * p[:, None, None, :]
            top[:, k : k + ROWS] += part.reshape(len(p), -1, top.shape[-1])

    def _right(self, top: Array) -> Array:
        """Sum of L x S† - G x from them."""
        jumped, drifted = top[..., : self.count], top[..., self.count :]
        if self.windows is None:
            out: Array = np.matmul(jumped, self.turned)
            out -= drifted
        else:
            out = self.windows.right(jumped, self.side)
            self.windows.less(out, drifted)
        return out

    def _populations(self, top: Array) -> Array:
        """Change of the populations that coherences call for, ``(P, N)``."""
        if self.real:
            gained = np.einsum("pij,pij->pi", self.side, top[..., : self.count])
        else:
            gained = np.vecdot(self.side.conj(), top[..., : self.count]).real
        lost = np.diagonal(top[..., self.count :], 0, -2, -1).real
        gained -= lost
        return np.matmul(self.answer, gained[..., None])[..., 0]


def diagonals(x: Array) -> Array:
    """The diagonals of matrices in one piece, to be written to."""
    return x.reshape(len(x), -1)[:, :: x.shape[-1] + 1]


def _turned(side: Array) -> Array:
    """Transposes, as they are for very many levels: products by those in one piece take less."""
    turned = side.swapaxes(-1, -2)
    return np.ascontiguousarray(turned) if side.shape[1] <= SPREAD_LEVELS else turned
