r"""Quanta of several tones as one integer.

A harmonic of a drive of several tones is a vector of quanta :math:`k = (k_1, k_2, \dots)`. Everything that
counts quanta adds them, takes their negative, and asks which of two has the sign of an absorption; so does

.. math:: c(k) = k_1 + B k_2 + B^2 k_3 + \dots

with a radix B that no sum of quanta comes near: an integer that takes the place of the quanta of one tone, of
which it is the case without further terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["MOST_QUANTA", "RADIX", "code_of", "codes_of", "vectors_of"]

# Twice the largest number of quanta of one tone that a sum may reach. A choice: jumps in the extended space
# differ by some hundred quanta.
RADIX = 2**14
# Quanta of one tone in a harmonic, and difference of a frame's integers, at most: a twentieth of what a sum
# may reach.
MOST_QUANTA = 400


def code_of(vector: Iterable[int]) -> int:
    """The integer of a vector of quanta.

    >>> code_of((1, 0)), code_of((-1, 1)) == RADIX - 1
    (1, True)
    """
    return sum(int(k) * RADIX**t for t, k in enumerate(vector))


def codes_of(vectors: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Integers of vectors ``(..., T)``."""
    place = RADIX ** np.arange(vectors.shape[-1], dtype=np.int64)
    return np.asarray(vectors, dtype=np.int64) @ place


def vectors_of(codes: Sequence[int] | npt.NDArray[Any], tones: int) -> npt.NDArray[np.int64]:
    """Vectors ``(..., T)`` of integers.

    >>> vectors_of([1, RADIX - 1], 2).tolist()
    [[1, 0], [-1, 1]]
    """
    left = np.asarray(codes).astype(np.int64)
    if left.ndim == 0:  # a single one, as is asked for most often
        return np.asarray(_digits(int(left), tones), dtype=np.int64)
    out = []
    for _ in range(tones):
        digit = (left + RADIX // 2) % RADIX - RADIX // 2
        out.append(digit)
        left = (left - digit) // RADIX
    return np.stack(out, axis=-1)


def _digits(code: int, tones: int) -> list[int]:
    """The vector of one integer."""
    out = []
    for _ in range(tones):
        digit = (code + RADIX // 2) % RADIX - RADIX // 2
        out.append(digit)
        code = (code - digit) // RADIX
    return out
