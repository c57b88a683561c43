r"""Coherences that follow from the stationary Redfield equation, in single precision and refined.

Of populations p and coherences x the stationary equation reads

.. math:: P p + B x = 0,\qquad C p + (M + D') x = 0,

where M is what turns and damps a coherence by itself. Populations are solved for in every step, so that
coherences alone are iterated, by :math:`1 + M^{-1}(D' - C P^{-1} B)`, near one where gaps are wider than
lines. Where operators are real, the real part of a coherence follows within one step from its imaginary
part, which is larger by a gap over a line. Directions and their images are held in single precision, half
of the memory and of the arithmetic; the residual is computed anew in double precision until the rounding of
what was added since can move no current. NumPy alone.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from ....numerics.arrays import Array
from ....numerics.close_pairs import Windows, windows_of
from ....numerics.iterations import ended
from ...generators.redfield import Redfield, pack, unpack
from .close_coherences import CLOSE, NEAR_LEVELS, change_of
from .conjugate_residuals import Corrector, Flags, Points, Scratch, current_scale

__all__ = ["refine"]

CYCLE = 12  # steps between two residuals in double precision. A choice: that is how far single precision goes
CYCLES = 4  # at most. A choice: a point that takes longer is one for another preconditioner
SLOW = 0.9  # contraction of the residual that is assumed before two residuals tell it
# Rounding of a step, of what it adds: tens of roundings (measured), more where populations follow from
# nearly singular rates, by the largest element of the inverse over this.
ROUNDED, STIFF = 40.0 * float(np.finfo(np.float32).eps), 1e3
TINY = np.finfo(np.float32).tiny
ROWS = 64  # of operators at a time, in what stays in the cache. A choice
MOST = 1e30  # of what is taken to single precision, in whose range it is left room
# Elements of operators over the largest, and of what they are applied to where that begins with a largest
# one of `BEGIN`, that count as zero, below all rounding of single precision: products of three stay above
# 1e-38. Many processors take a hundred times as long for a number below that. Of 20 and 40 levels, where it
# is cold, two and five sixths of the time went into such numbers.
LEAST, SMALL, BEGIN = 1e-15, 1e-8, 2.0**20
PART = 2**20  # numbers looked at together, as marks of all would take memory of their own. A choice


class _Generator:
    """What populations and coherences do to each other, in either precision.

    Attributes
    ----------
    tall, side : array (P, N (K + 1), N), (P, N, K N)
        L and G by rows (i, k), and S* by columns (k, m).
    damped : array (P, N, N)
        Diagonal of the generator without the gaps.
    even, odd, inverse, scale : array
        Those of the `Corrector` without coherences.
    windows : Windows, optional
        Pairs of states of which there are coherences, by default all.
    """

    windows: Windows | None = None
    arrays = ("tall", "side", "damped", "even", "odd", "inverse", "scale")

    def __init__(self, g: Redfield, correct: Corrector) -> None:
        points, n = len(g.gaps), g.levels
        self.n, self.real, self.count = n, g.real, n * g.coupling.shape[1]
        tall = np.concatenate([g.forward, g.drift[:, None]], axis=1)
        self.tall = tall.swapaxes(1, 2).reshape(points, -1, n)
        self.side = g.coupling.conj().swapaxes(1, 2).reshape(points, n, -1)
        self.damped = g.own.real if g.real else g.own + 1j * g.gaps
        self.even, self.odd = correct.even, correct.odd
        self.inverse, self.scale = correct.inverse, correct.scale

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
        coupling = np.abs(self.side).max(axis=(1, 2), keepdims=True)
        coupling[coupling == 0.0] = 1.0
        unit = np.abs(self.scale)[..., None]  # one over the fastest rate
        tall = self.tall.reshape(len(self.tall), self.n, -1, self.n) * unit[..., None]
        tall[:, :, :-1] *= coupling[..., None]
        scaled = {
            "tall": tall.reshape(self.tall.shape), "side": self.side / coupling, "damped": self.damped * unit,
            "even": np.clip(self.even / unit, -MOST, MOST), "odd": np.clip(self.odd / unit, -MOST, MOST),
            "inverse": self.inverse, "scale": np.sign(self.scale),
        }  # fmt: skip
        kind = {False: np.float32, True: np.complex64}
        single = {name: x.astype(kind[np.iscomplexobj(x)]) for name, x in scaled.items()}
        for name in ("tall", "side"):
            _drop(single[name], LEAST)
        return self._changed(single)

    def residual(self, x: Array, first: Array) -> tuple[Array, Array]:
        """Populations that packed coherences leave, beside those of none, and the change of coherences that
        the equation calls for."""
        if not x.any():
            z = self._right(self._of_populations(first))
            z = z + z.conj().swapaxes(-1, -2)
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
        z = z + z.conj().swapaxes(-1, -2)
        z = z + turned - self.damped * x if self.real else pack(z - self.damped * even)
        return p, self._alone(z) - x

    def follow(self, left: Array) -> tuple[Array, Array]:
        """Change of the packed state that a residual calls for, and what it does to the residual."""
        if self.real:
            odd = 0.5 * (left - left.swapaxes(-1, -2))
            z = self._right(self._left(odd))
            turned = z - z.swapaxes(-1, -2)
            turned -= self.damped * odd
            x = left - odd
            x -= self.odd * turned  # what turns from the imaginary part
            _drop(x, SMALL)
        else:
            x = unpack(left)
        top = self._left(x)
        p = self._populations(top)
        self._add_populations(top, p)
        z = self._right(top)
        z = z + z.conj().swapaxes(-1, -2)
        z -= self.damped * x
        if self.real:
            x += odd
            z += turned
        else:
            x, z = pack(x), pack(z)
        image = self._alone(z)
        image -= x
        _drop(image, SMALL)
        x.reshape(len(x), -1)[:, :: self.n + 1] = p
        return x, image

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
            out: Array = np.matmul(jumped, self.side.swapaxes(-1, -2))
            out -= drifted
        else:
            out = self.windows.right(jumped, self.side)
            self.windows.less(out, drifted)
        return out

    def _populations(self, top: Array) -> Array:
        """Change of the populations that coherences call for, ``(P, N)``."""
        side = self.side if self.real else self.side.conj()
        gained = np.vecdot(side, top[..., : self.count]).real
        lost = np.diagonal(top[..., self.count :], 0, -2, -1).real
        flow = (gained - lost) * (2.0 * self.scale)
        flow[:, 0] = 0.0
        return np.matmul(self.inverse, flow[..., None])[..., 0]


class _Cycle:
    """Conjugate residuals from zero: directions, and their images, orthonormal."""

    def __init__(self, g: _Generator, functional: Array, left: Array, scratch: Scratch) -> None:
        points = len(left)
        self.g, self.functional, self.step = g, functional, 0
        self.left = left.reshape(points, -1)
        self.directions, self.images = scratch.room(2, CYCLE, *self.left.shape, dtype=left.dtype)
        self.turns = np.zeros((points, CYCLE, CYCLE), dtype=left.dtype)
        self.lengths = np.zeros((points, CYCLE), dtype=left.dtype)
        self.done, self.count = np.zeros(points, dtype=bool), np.zeros(points, dtype=np.intp)
        self.size, self.shrink, self.ahead = np.ones(points), np.full(points, SLOW), np.full(points, np.inf)

    def advance(self) -> None:
        """One step: a point is done when what the next direction moves, and the one before would after two
        more, is nothing. That direction is then taken as it stands."""
        k, shape = self.step, (len(self.left), self.g.n, self.g.n)
        x, image = (y.reshape(self.left.shape) for y in self.g.follow(self.left.reshape(shape)))
        settled = self._settled(x)
        self.directions[k] = x
        old = self.images[:k].swapaxes(0, 1)
        along = np.matmul(old, image[..., None])
        image -= np.matmul(along.swapaxes(-1, -2), old)[:, 0]
        norm = np.sqrt(np.vecdot(image, image))
        norm[norm == 0.0] = 1.0
        image /= norm[:, None]
        self.images[k] = image
        length = np.vecdot(self.left, image)
        self.left = self.left - length[:, None] * image
        _drop(self.left, SMALL)
        self.turns[:, :k, k] = np.where(settled[:, None], 0.0, along[..., 0])
        self.turns[:, k, k] = np.where(settled, -1.0, norm)
        self.lengths[:, k] = np.where(settled, 1.0, length)
        self.step = k + 1
        self.count[settled], self.done = self.step, self.done | settled

    def _settled(self, direction: Array) -> Flags:
        """Points that are done with this direction."""
        ahead = np.abs(np.matmul(self.functional, direction[..., None])[..., 0]).max(axis=-1)
        size = np.sqrt(np.vecdot(self.left, self.left))
        now = np.minimum(size / self.size, 1.0) if self.step else self.shrink
        rate = 1.0 - np.maximum(now, self.shrink if self.step > 1 else now)
        # by symmetry every other direction may move nothing
        moved = np.maximum(ahead, now * now * self.ahead)
        self.size, self.shrink, self.ahead = np.maximum(size, TINY), now, ahead
        least = 1 if self.g.real else 2
        return np.asarray(~self.done & (moved <= rate * rate) & (self.step >= least))

    def keep(self, points: Points) -> None:
        """Go on with some points of the batch."""
        for name in ("left", "turns", "lengths", "done", "count", "size", "shrink", "ahead", "functional"):
            setattr(self, name, getattr(self, name)[points])
        count = len(points)
        for x in (self.directions, self.images):
            for row in x[: self.step]:
                row[:count] = row[points]
        self.directions, self.images = self.directions[:, :count], self.images[:, :count]
        self.g = self.g.take(points)

    def change(self, points: Points) -> Array:
        """What was added to the packed states of some points."""
        out = np.empty((len(points), self.left.shape[1]), dtype=self.left.dtype)
        count = np.where(self.done, self.count, self.step)[points]
        for k in np.unique(count):  # sums of as many terms, however long the neighbours of a point take
            some = np.flatnonzero(count == k)
            at = points[some]
            share = np.linalg.solve(self.turns[at, :k, :k], self.lengths[at, :k, None]).swapaxes(-1, -2)
            out[some] = np.matmul(share, self.directions[:k].swapaxes(0, 1)[at])[:, 0]
        return -out.reshape(-1, self.g.n, self.g.n)


def refine(
    g: Redfield, correct: Corrector, state: Array, tolerance: float, scratch: Scratch
) -> tuple[Array, Flags]:
    """Packed stationary states, and where the currents stand still.

    Parameters
    ----------
    g : Redfield
        With one leading axis of points.
    correct : Corrector
        Of these points, without coherences.
    state : array (P, N, N)
        To begin with, of trace one.
    tolerance : float
        Of the largest current, see `current_scale`.
    scratch : Scratch
    """
    n, out = g.levels, state.copy()
    exact = _Generator(g, correct)
    rough, functional = exact.single(), g.functional
    least = tolerance * current_scale(functional, state)
    largest = np.maximum(functional.max(axis=(-2, -1)), -functional.min(axis=(-2, -1)))
    largest[largest == 0.0] = 1.0
    functional = (functional / largest[:, None, None]).astype(np.float32)
    _drop(functional, LEAST)
    functional *= np.minimum(largest / least, MOST).astype(np.float32)[:, None, None]
    felt = np.abs(functional).max(axis=1)
    first, stiff = correct.inverse[..., 0], np.abs(correct.inverse).max(axis=(-2, -1)) / STIFF
    done, who = np.zeros(len(state), dtype=bool), np.arange(len(state))
    windows = _close_pairs(g) if n > NEAR_LEVELS and len(state) == 1 else None
    for _ in range(CYCLES):
        x = out[who]
        populations = x.reshape(len(x), -1)[:, :: n + 1]
        populations[:] = 0.0
        if windows is not None and not x.any():  # corrected by the next one
            p, left = first, rough.residual(x, first.astype(np.float32))[1].astype(float)
        else:
            p, left = exact.residual(x, first)
        if windows is None:
            change, ready = _changed(rough, functional, left, scratch)
        else:
            change, settled = change_of(rough, windows, functional, left)
            ready = np.array([settled])
        x += change
        populations += p
        populations -= first * (populations.sum(axis=-1, keepdims=True) - 1.0)
        out[who] = x
        even = 0.5 * np.abs(change + change.swapaxes(-1, -2)).reshape(len(who), -1)
        rounding = ROUNDED * np.vecdot(felt, even) * np.maximum(stiff, 1.0)
        ready &= rounding < 1.0
        done[who[ready]] = True
        rest = np.flatnonzero(~ready)
        if not rest.size:
            break
        if rest.size == len(who):  # without copies
            continue
        who, first, stiff, felt, functional = (x[rest] for x in (who, first, stiff, felt, functional))
        exact, rough = exact.take(rest), rough.take(rest)
    return out, done


def _close_pairs(g: Redfield) -> Windows:
    """The band of close states of one point."""
    return windows_of(g.gaps[0, :, 0], CLOSE * float(np.diagonal(g.damping()[0]).mean()))


def _changed(g: _Generator, functional: Array, left: Array, scratch: Scratch) -> tuple[Array, Flags]:
    """What a cycle adds, and the points that are done with it."""
    out, done = np.empty_like(left), np.zeros(len(left), dtype=bool)
    size = np.abs(left).max(axis=(-2, -1), keepdims=True)
    size[size == 0.0] = 1.0
    size /= BEGIN
    single = (left / size).astype(np.float32)
    _drop(single, SMALL)
    run = _Cycle(g, functional * size.astype(np.float32), single, scratch)
    for points, ready in ended(run, len(left), CYCLE):
        out[points], done[points] = run.change(ready), run.done[ready]
    return out * size, done


def _drop(x: Array, least: float) -> None:
    """Set the elements of an array in one piece to zero that are smaller."""
    flat = x.reshape(-1)
    for part in (flat[k : k + PART] for k in range(0, flat.size, PART)):
        part[np.abs(part) < least] = 0.0
