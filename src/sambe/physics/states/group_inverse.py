r"""Answers of a stationary state to what drives it: the group (Drazin) inverse of a generator.

.. math:: \mathcal L x = -b,\qquad \mathrm{Tr}\,x = 0,

has one solution for each b without a trace where one state is stationary, :math:`x = -\mathcal R b`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, namespace
from ..generators.redfield import Redfield
from .iterations.conjugate_residuals import (
    SINGULAR,
    Applied,
    Corrector,
    Scratch,
    descend,
    inverse,
    with_trace,
)
from .stationary import BANDS, RESTART, STEPS

__all__ = ["DenseResponse", "IteratedResponse"]

# Levels up to which what the iteration leaves is solved by a matrix of N^2 x N^2. A choice: 5 MB, and a tenth
# of a second.
DENSE_AFTER = 28

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Points = npt.NDArray[np.intp]


class DenseResponse:
    """By the inverse of the matrix, its first row replaced by the trace; in any array library.

    Parameters
    ----------
    generator : array (P, n, n)
    place : int array
        Unknowns that are populations, the first among them.

    Attributes
    ----------
    converged : bool array (P,)
    """

    def __init__(self, generator: Array, place: Points) -> None:
        xp = namespace(generator)
        a, scale = with_trace(generator, place)
        self.generator, self.scale = generator, scale[..., 0]
        self.inverse = inverse(a)
        size = xp.max(xp.abs(self.inverse), axis=(-2, -1))
        self.converged = xp.isfinite(size) & (size < SINGULAR)

    def __call__(self, driven: Array, scale: Array = None) -> Array:
        """x for each b, ``(P, T, n)``."""
        xp = namespace(driven)
        # the first equation sets the trace of the answer, which is zero
        balance = xp.asarray(np.arange(driven.shape[-1]) > 0)
        right = xp.where(balance, -driven / self.scale[:, None], 0.0)
        return xp.matmul(right, xp.matrix_transpose(self.inverse))


class IteratedResponse:
    """By conjugate residuals, with as much of the generator in the preconditioner as the state needed.

    Parameters
    ----------
    generator : Redfield
        A batch with one axis of points.
    state : array (P, N^2)
        Its stationary state, packed.
    kept : int array (P,)
        Coherences that were in the matrix of the stationary state.
    tolerance : float
        On what the answers carry through the terminals, relative to the scale.

    Attributes
    ----------
    converged : bool array (P,)
        Of all that was asked so far.
    """

    def __init__(self, generator: Redfield, state: Reals, kept: Points, tolerance: float) -> None:
        self.generator, self.state, self.tolerance = generator, state, tolerance
        self.applied, self.scratch = Applied(generator), Scratch()
        self.converged: Flags = np.ones(len(generator.gaps), dtype=bool)
        self.correctors: dict[int, tuple[Points, Corrector]] = {}
        self.first = np.where(kept > 0, BANDS[-1], BANDS[0])

    def __call__(self, driven: Reals, scale: Reals) -> Reals:
        """x for each b, ``(P, T, N^2)``.

        Parameters
        ----------
        driven : array (P, T, N^2)
        scale : array (P, T)
        """
        n = self.generator.levels
        out = np.zeros_like(driven)
        for t in range(driven.shape[1]):
            b = driven[:, t].reshape(-1, n, n)
            left = np.flatnonzero(self.converged & b.any(axis=(-2, -1)))
            for band in BANDS:
                points = left[self.first[left] <= band]
                x, done = self._descended(points, b[points], scale[points, t], band)
                out[points[done], t] = x[done]
                left = np.setdiff1d(left, points[done])
            if left.size and n <= DENSE_AFTER:
                left = self._solved(left, driven, out, t)
            self.converged[left] = False
        # the generator maps the stationary state to zero, so that any amount of it may have come
        # in: take it out
        trace = out[..., :: n + 1].sum(axis=-1)
        return np.asarray(out - trace[..., None] * self.state[:, None])

    def _descended(self, points: Points, b: Reals, scale: Reals, band: int) -> tuple[Reals, Flags]:
        """Answers of some points with a band in the preconditioner, flat, and where they are reached."""
        x, done = np.zeros_like(b), np.zeros(len(points), dtype=bool)
        correct = self._corrector(points, band)
        for _ in range(STEPS // RESTART if band else 1):
            rest = np.flatnonzero(~done & correct.unique)
            if not rest.size:
                break
            x[rest], done[rest] = descend(
                self.applied.take(points[rest]), correct.take(rest), x[rest], self.tolerance,
                RESTART, self.scratch, b[rest], scale[rest],
            )  # fmt: skip
        return x.reshape(len(points), self.generator.levels**2), done

    def _corrector(self, points: Points, band: int) -> Corrector:
        """Made once for the same points."""
        known = self.correctors.get(band)
        if known is None or not np.array_equal(known[0], points):
            known = self.correctors[band] = points, Corrector(self.generator.take(points), band)
        return known[1]

    def _solved(self, points: Points, driven: Reals, out: Reals, t: int) -> Points:
        """By the whole matrix, a point at a time; those that are left."""
        place = np.arange(self.generator.levels) * (self.generator.levels + 1)
        left: list[int] = []
        for point in points:
            at: Sequence[int] | Points = np.array([point])
            dense = DenseResponse(self.generator.take(np.asarray(at)).superoperator(), place)
            out[point, t] = dense(driven[point : point + 1, t : t + 1])[0, 0]
            if not dense.converged[0]:
                left.append(int(point))
        return np.array(left, dtype=np.intp)
