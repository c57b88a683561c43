r"""Coherences that follow from the stationary Redfield equation, in single precision and refined.

Populations are solved for in every step, so that coherences alone are iterated, see `coherence_equation`.
Directions and their images are held in single precision, half of the memory and of the arithmetic; the
residual is computed anew in double precision until the rounding of what was added since can move no current.
NumPy alone.
"""

from __future__ import annotations

import numpy as np

from ....numerics.arrays import Array
from ....numerics.close_pairs import Windows, windows_of
from ....numerics.iterations import ended
from ....numerics.single_precision import MOST, TINY, round_off, scaled
from ...generators.redfield import Redfield
from .close_coherences import CLOSE, NEAR_LEVELS, change_of
from .coherence_equation import BEGIN, LEAST, SMALL, Change, CoherenceEquation, diagonals
from .conjugate_residuals import Corrector, Flags, Points, Scratch, current_scale

__all__ = ["refine"]

CYCLE = 12  # steps between two residuals in double precision. A choice: that is how far single precision goes
CYCLES = 4  # at most. A choice: a point that takes longer is one for another preconditioner
SLOW = 0.9  # contraction of the residual that is assumed before two residuals tell it
# Rounding of a step, of what it adds: tens of roundings (measured), more where populations follow from
# nearly singular rates, by the largest element of the inverse over this.
ROUNDED, STIFF = 40.0 * float(np.finfo(np.float32).eps), 1e3


class _Cycle:
    """Conjugate residuals from zero: directions, and their images, orthonormal.

    The image of the last direction is worked out when another one is wanted, as points that end with it do
    without.

    Attributes
    ----------
    pace : array (2, P)
        Contraction of the residual, and what the last direction moves, from the cycle before.
    """

    def __init__(
        self, g: CoherenceEquation, functional: Array, left: Array, pace: Array, scratch: Scratch
    ) -> None:
        points = len(left)
        self.g, self.functional, self.step = g, functional, 0
        self.last: Change
        self.left, self.pace, self.size = left.reshape(points, -1), pace, np.ones(points)
        self.directions, self.images = scratch.room(2, CYCLE, *self.left.shape, dtype=left.dtype)
        self.turns = np.zeros((points, CYCLE, CYCLE), dtype=left.dtype)
        self.lengths = np.zeros((points, CYCLE), dtype=left.dtype)
        self.done, self.count = np.zeros(points, dtype=bool), np.zeros(points, dtype=np.intp)

    def advance(self) -> None:
        """One step: a point is done when what the next direction moves, and the one before would after two
        more, is nothing. That direction is then taken as it stands."""
        k = self.step
        if k:
            self._shorten()
        self.last = self.g.direction(self.left.reshape(len(self.left), self.g.n, self.g.n))
        x = self.last.packed.reshape(self.left.shape)
        settled = self._settled(x)
        self.directions[k] = x
        self.turns[settled, k, k], self.lengths[settled, k] = -1.0, 1.0
        self.step = k + 1
        self.count[settled], self.done = self.step, self.done | settled

    def _shorten(self) -> None:
        """Take from the residual what the last direction explains."""
        k = self.step - 1
        image = self.g.image(self.last).reshape(self.left.shape)
        old = self.images[:k].swapaxes(0, 1)
        along = np.matmul(old, image[..., None])
        image -= np.matmul(along.swapaxes(-1, -2), old)[:, 0]
        norm = np.sqrt(np.vecdot(image, image))
        norm[norm == 0.0] = 1.0
        along_it = np.divide(image, norm[:, None], out=self.images[k])
        length = np.vecdot(self.left, along_it)
        self.left -= np.multiply(along_it, length[:, None], out=image)
        round_off(self.left, SMALL)
        under_way = np.flatnonzero(~self.done)
        self.turns[under_way, :k, k] = along[under_way, :, 0]
        self.turns[under_way, k, k], self.lengths[under_way, k] = norm[under_way], length[under_way]

    def _settled(self, direction: Array) -> Flags:
        """Points that are done with this direction."""
        ahead = np.abs(np.matmul(self.functional, direction[..., None])[..., 0]).max(axis=-1)
        size = np.sqrt(np.vecdot(self.left, self.left))
        before, last = self.pace
        now = np.minimum(size / self.size, 1.0) if self.step else before
        rate = 1.0 - np.maximum(now, before if self.step > 1 else now)
        # by symmetry every other direction may move nothing
        moved = np.maximum(ahead, now * now * last)
        # where operators are complex one step tells no rate
        settled = (moved <= rate * rate) & (self.g.real or self.step != 1)
        self.size = np.maximum(size, TINY)
        self.pace = np.where(self.done, self.pace, np.stack([now, ahead]))
        return np.asarray(~self.done & settled)

    def keep(self, points: Points) -> None:
        """Go on with some points of the batch."""
        for name in ("left", "turns", "lengths", "done", "count", "size", "functional"):
            setattr(self, name, getattr(self, name)[points])
        self.pace, self.last = self.pace[:, points], self.last.take(points)
        count = len(points)
        for x, held in ((self.directions, self.step), (self.images, self.step - 1)):
            for row in x[:held]:
                row[:count] = row[points]
        self.directions, self.images = self.directions[:, :count], self.images[:, :count]
        self.g = self.g.take(points)

    def change(self, points: Points) -> Array:
        """What was added to the packed states of some points."""
        if not self.done[points].all():
            self._shorten()
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
    exact = CoherenceEquation(g, correct)
    rough, functional = exact.single(), _functional(g, state, tolerance)
    felt = np.abs(functional).max(axis=1)
    first, stiff = correct.inverse[..., 0], np.abs(correct.inverse).max(axis=(-2, -1)) / STIFF
    done, who = np.zeros(len(state), dtype=bool), np.arange(len(state))
    pace = np.stack([np.full(len(state), SLOW), np.full(len(state), np.inf)])
    windows = _close_pairs(g) if n > NEAR_LEVELS and len(state) == 1 else None
    for _ in range(CYCLES):
        x = out[who]
        populations = diagonals(x)
        populations[:] = 0.0
        if windows is not None and not x.any():  # corrected by the next one
            p, left = first, rough.residual(x, first.astype(np.float32))[1].astype(float)
        else:
            p, left = exact.residual(x, first)
        if windows is None:
            change, ready = _changed(rough, functional, left, pace, scratch)
        else:
            change, settled = change_of(rough, windows, functional, left)
            ready = np.array([settled])
        x += change
        populations += p
        populations -= first * (populations.sum(axis=-1, keepdims=True) - 1.0)
        out[who] = x
        even = 0.5 * np.abs(change + change.swapaxes(-1, -2)).reshape(len(who), -1)
        ready &= ROUNDED * np.vecdot(felt, even) * np.maximum(stiff, 1.0) < 1.0
        done[who[ready]] = True
        rest = np.flatnonzero(~ready)
        if not rest.size:
            break
        if rest.size < len(who):  # else without copies
            who, first, stiff, felt, functional = (x[rest] for x in (who, first, stiff, felt, functional))
            exact, rough, pace = exact.take(rest), rough.take(rest), pace[:, rest]
    return out, done


def _functional(g: Redfield, state: Array, tolerance: float) -> Array:
    """The currents as functions of the packed state, over what counts as none, in single precision."""
    functional = g.functional
    least = tolerance * current_scale(functional, state)
    largest = np.maximum(functional.max(axis=(-2, -1)), -functional.min(axis=(-2, -1)))
    largest[largest == 0.0] = 1.0
    out = scaled(functional, 1.0 / largest[:, None, None])
    round_off(out, LEAST)
    out *= np.minimum(largest / least, MOST).astype(np.float32)[:, None, None]
    return out


def _close_pairs(g: Redfield) -> Windows:
    """The band of close states of one point."""
    return windows_of(g.gaps[0, :, 0], CLOSE * float(np.diagonal(g.damping()[0]).mean()))


def _changed(
    g: CoherenceEquation, functional: Array, left: Array, pace: Array, scratch: Scratch
) -> tuple[Array, Flags]:
    """What a cycle adds, and the points that are done with it; the pace becomes that of its end."""
    out, done = np.empty_like(left), np.zeros(len(left), dtype=bool)
    size = np.abs(left).max(axis=(-2, -1), keepdims=True)
    size[size == 0.0] = 1.0
    size /= BEGIN
    single = scaled(left, 1.0 / size)
    round_off(single, SMALL)
    run = _Cycle(g, functional * size.astype(np.float32), single, pace, scratch)
    for points, ready in ended(run, len(left), CYCLE):
        out[points], done[points] = run.change(ready), run.done[ready]
        pace[:, points] = run.pace[:, ready]
    out *= size
    return out, done
