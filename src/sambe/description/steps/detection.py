r"""Whether a function of time is constant piece by piece within a period, and what its pieces are.

A jump is found by halving the interval between two samples that differ; a function that is neither the one
nor the other on the way is no step function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["pieces_of"]

# Samples of a period, and jumps in it at most. Choices: shorter pieces than these are not seen, unless their
# times are known; a function with as many jumps as a quarter of its samples changes everywhere.
SAMPLES, MOST_JUMPS = 4096, 1024
HALVINGS = 60  # beyond the last digit of a double
# Times at which the pieces are checked, as shares of the period: multiples of the golden ratio modulo 1.
CHECKS = np.arange(1, 257) * ((np.sqrt(5.0) - 1.0) / 2.0) % 1.0
NEAR = 1e-9  # share of the period about a jump that no check looks at

Matrices = npt.NDArray[np.complex128]
Sampler = Callable[[npt.NDArray[np.floating[Any]]], Matrices]


def pieces_of(
    sample: Sampler, period: float, allowed: float, known: Sequence[float] = ()
) -> list[tuple[float, Matrices]] | None:
    """Fractions of the period with the matrix in each, or None where the function is not of that kind.

    Parameters
    ----------
    sample : callable
        From times ``(M,)`` to matrices ``(M, N, N)``.
    period : float
    allowed : float
        Difference of two matrix elements that are the same.
    known : sequence of float
        Times at which it may jump, so that no piece between them is missed.

    Examples
    --------
    >>> def square(t):
    ...     return np.where(t % 1.0 < 0.25, 1.0, -1.0)[:, None, None] * np.eye(1, dtype=complex)
    >>> [(round(f, 12), float(m[0, 0].real)) for f, m in pieces_of(square, 1.0, 1e-9)]
    [(0.25, 1.0), (0.75, -1.0)]
    """
    cuts = np.unique([0.0, *(t for t in known if 0 < t < period), period])
    grid = np.unique(
        np.concatenate([period / SAMPLES * (np.arange(SAMPLES) + 0.5), 0.5 * (cuts[1:] + cuts[:-1])])
    )
    values = sample(grid)
    jumps = np.flatnonzero(_apart(values[1:], values[:-1]) > allowed)
    if len(jumps) > MOST_JUMPS:
        return None
    edges = [0.0]
    for k in jumps:
        at = _located(sample, (grid[k], grid[k + 1]), (values[k], values[k + 1]), allowed)
        if at is None:
            return None
        nearest = cuts[np.argmin(np.abs(cuts - at))]
        edges.append(float(nearest if abs(nearest - at) <= 1e-12 * period else at))
    edges.append(period)
    levels = values[[*jumps, len(grid) - 1]]
    times = period * CHECKS
    piece = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(levels) - 1)
    clear = np.abs(times[:, None] - np.asarray(edges)).min(axis=-1) > NEAR * period
    if np.any(_apart(sample(times), levels[piece])[clear] > allowed):
        return None
    fractions = np.diff(edges) / period
    return [(float(f), 0.5 * (h + h.conj().T)) for f, h in zip(fractions, levels, strict=True)]


def _apart(a: Matrices, b: Matrices) -> npt.NDArray[np.float64]:
    """Largest difference of an element."""
    return np.asarray(np.abs(a - b).max(axis=(-2, -1)))


def _located(
    sample: Sampler, between: tuple[float, float], values: tuple[Matrices, Matrices], allowed: float
) -> float | None:
    """The time of a jump from one value to another; None where there is a third."""
    low, high = between
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        now = sample(np.array([middle]))
        if _apart(now, values[0][None]) <= allowed:
            low = middle
        elif _apart(now, values[1][None]) <= allowed:
            high = middle
        else:
            return None
    return high
