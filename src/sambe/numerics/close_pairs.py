"""A band of pairs of states that lie close, in matrices of very many states.

With states in the order of their energies the close ones stand in a narrow band, on which products of
matrices cost a tenth.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .arrays import Array

__all__ = ["Windows", "windows_of"]

PARTS, LEAST = 64, 32  # parts of the levels, each with one window of the band, and levels of one. A choice


class Windows:
    """A band of pairs of states, by rows: those of each part of the levels with the levels close to them.

    Attributes
    ----------
    parts : list of (slice, slice)
        Rows and columns; with any i, j the band also holds j, i.
    """

    def __init__(self, parts: list[tuple[slice, slice]]) -> None:
        self.parts = parts
        self._room = np.empty(0)

    def left(self, tall: Array, x: Array) -> Array:
        """Operators on top of each other times a matrix that is zero outside the band, ``(1, K N, N)``; until
        it is asked for the next one."""
        shape = (*tall.shape[:-1], x.shape[-1])
        if self._room.shape != shape or self._room.dtype != tall.dtype:
            self._room = np.empty(shape, dtype=tall.dtype)
        out = self._room
        for some, close in self.parts:
            out[..., some] = np.matmul(tall[..., close], x[..., close, some])
        return out

    def right(self, top: Array, side: Array) -> Array:
        """Matrices times the transpose of others, within the band, ``(1, N, N)``."""
        out = np.zeros((*top.shape[:-1], side.shape[-2]), dtype=top.dtype)
        for some, close in self.parts:
            out[..., some, close] = np.matmul(top[..., some, :], side[..., close, :].swapaxes(-1, -2))
        return out

    def add(self, out: Array, a: Array, b: Array) -> None:
        """Add the part of a product of matrices that lies within the band."""
        for some, close in self.parts:
            out[some, close] += a[some] @ b[:, close]

    def times(self, x: Array, b: Array) -> Array:
        """A matrix that is zero outside the band times another."""
        out = np.empty((len(x), b.shape[1]), dtype=x.dtype)
        for some, close in self.parts:
            out[some] = x[some, close] @ b[close]
        return out

    def less(self, x: Array, y: Array) -> None:
        """Take y from x within the band."""
        for some, close in self.parts:
            x[..., some, close] -= y[..., some, close]

    def put(self, x: Array, y: Array) -> None:
        """Write y into x within the band."""
        for some, close in self.parts:
            x[..., some, close] = y[..., some, close]


def windows_of(energies: npt.NDArray[np.float64], reach: float) -> Windows:
    """The band of states that lie so near to each other.

    Parameters
    ----------
    energies : array (N,)
        In any order, though only of rising ones the band is narrow.
    reach : float
        Largest gap.
    """
    n = len(energies)
    size = max(LEAST, -(-n // PARTS))
    some = [slice(k, min(k + size, n)) for k in range(0, n, size)]
    low, high = (np.array([f(energies[part]) for part in some]) for f in (np.min, np.max))
    apart = np.maximum(low[:, None] - high, low - high[:, None])
    near = apart <= reach
    # what stands between two parts that are close counts with them, so that each window is one slice
    first, last = np.argmax(near, axis=1), len(some) - 1 - np.argmax(near[:, ::-1], axis=1)
    first = np.minimum.accumulate(first[::-1])[::-1]
    last = np.maximum.accumulate(last)
    return Windows([
        (part, slice(some[a].start, some[b].stop)) for part, a, b in zip(some, first, last, strict=True)
    ])  # fmt: skip
