"""Coherences of very many states: those of states that lie close are solved for first.

What the coherences of close states, a few rates apart, do to each other is not small beside how fast they
turn; all the others follow from them almost at once. So each direction of conjugate residuals is a solution
within the band of close states, by a few steps of its own, beside what the others do by themselves: the
residual falls by fifty in a step instead of by five.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array
from ....numerics.close_pairs import Windows
from .coherence_equation import BEGIN, CoherenceEquation

__all__ = ["CLOSE", "NEAR_LEVELS", "change_of"]

# Levels above which this pays. A choice: products of that size take far longer than what is between them.
NEAR_LEVELS = 384
# Mean rates at which coherences relax up to which states count as close. Measured on chains of spins: twice
# as many change nothing, half as many cost a step.
CLOSE = 5.0
# Steps within the band at most, and fall of the residual in it that is enough: what stands beside the band
# leaves a hundredth of it in the best case (measured).
INNER, ENOUGH = 6, 0.03
STEPS = 8  # between two residuals in double precision, at most
# Of what counts as none, what a direction may be expected to move so that it is first tried within the band:
# that costs a sixth of a whole one, and moves less than expected more often than not. A choice.
HOPEFUL = 10.0
FLOOR = 3e-5  # fall of the residual after which single precision has little left to say

Single = npt.NDArray[Any]


def change_of(
    g: CoherenceEquation, windows: Windows, functional: Array, residual: Array
) -> tuple[Array, bool]:
    """What is to be added to the packed state of one point, and whether the currents stand still with it.

    Parameters
    ----------
    g : CoherenceEquation
        In single precision.
    windows : Windows
    functional : array (1, U + 1, N^2)
        The currents, over what counts as none.
    residual : array (1, N, N)
        Change of coherences that the equation calls for.
    """
    size = (float(np.abs(residual).max()) or 1.0) / BEGIN
    functional, residual = functional[0] * np.float32(size), (residual / size).astype(np.float32)
    band, out = g.within(windows), np.zeros_like(residual)
    first_length = last_length = _length(residual)
    shrink, expected = np.inf, np.inf
    basis: list[tuple[Single, Single]] = []
    for step in range(STEPS):
        direction = _aimed(band, windows, residual)
        # near the end a direction that the band alone gives may be the last, at a few times less work
        for of in (band, g) if step and shrink * expected < HOPEFUL else (g,):
            x, image = of.follow(direction)
            moved = float(np.abs(functional @ x.reshape(-1)).max())
            # by symmetry every other direction may move nothing
            if step and max(moved, shrink * shrink * expected) <= (1.0 - min(shrink, 1.0)) ** 2:
                return (out + x) * size, True
        expected = moved
        x, image = _beside(basis, x, image)
        share = np.vdot(image, residual)
        out -= share * x
        residual = residual - share * image
        length = _length(residual)
        shrink, last_length = length / last_length, max(length, float(np.finfo(np.float32).tiny))
        if length <= FLOOR * first_length:
            break
    return out * size, False


def _aimed(band: CoherenceEquation, windows: Windows, residual: Single) -> Single:
    """A residual with its part in the band replaced by the solution of the band's own equation, so that a
    direction from it leaves next to nothing of that part."""
    out = residual.copy()
    remainder, answer = np.zeros_like(residual), np.zeros_like(residual)
    windows.put(remainder, residual)
    basis: list[tuple[Single, Single]] = []
    enough = ENOUGH * _length(remainder)
    for _ in range(INNER):
        x, image = _beside(basis, remainder, band.follow(remainder)[1])
        share = np.vdot(image, remainder)
        answer -= share * x
        remainder = remainder - share * image
        if _length(remainder) <= enough:
            break
    windows.put(out, answer)
    return out


def _beside(basis: list[tuple[Single, Single]], x: Single, image: Single) -> tuple[Single, Single]:
    """A direction of which the image is orthogonal to those before and has length one; it joins them."""
    for other, its in basis:
        share = np.vdot(its, image)
        image = image - share * its
        x = x - share * other
    length = _length(image) or 1.0
    basis.append((x / np.float32(length), image / np.float32(length)))
    return basis[-1]


def _length(x: Single) -> float:
    return float(np.sqrt(np.vdot(x, x)))
