"""What is said of basis states one by one: the integers of a frame, and those at the cut of a ladder."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics.arrays import whole_number
from .tones.quanta import MOST_QUANTA, codes_of

__all__ = ["edge_of_states", "frame_of_states", "is_single"]

# Largest difference between two integers of a frame. A choice: energies keep ten digits beside n omega.
WIDEST = 10**6


def frame_of_states(x: Any, n: int, tones: int = 1) -> tuple[int, ...]:
    """Integers of a frame, one a basis state; of several tones ``(N, T)``, as `codes_of` them.

    Examples
    --------
    >>> frame_of_states([3, 2], 2)
    (1, 0)
    """
    shape = (n,) if tones == 1 else (n, tones)
    try:
        frame = np.asarray(x)
        whole = frame.shape == shape and frame.dtype.kind in "iuf" and bool((frame == np.round(frame)).all())
    except (TypeError, ValueError, OverflowError, RecursionError):
        whole = False
    if not whole:
        each = "integers" if tones == 1 else f"rows of {tones} integers"
        raise InputError("frame", x, f"give {n} {each}, one a basis state")
    # a common integer changes nothing, and small ones lose least in n omega
    frame = frame - frame.min(axis=0)
    most = WIDEST if tones == 1 else MOST_QUANTA
    if frame.max() > most:
        raise InputError("frame", x, f"the integers lie within {most} of one another")
    if tones > 1:
        frame = codes_of(frame.astype(np.int64))
    return tuple(int(i) for i in frame)


def is_single(x: Any) -> bool:
    """Whether this is an array without axes, which Python takes for iterable."""
    return getattr(x, "ndim", 1) == 0


def edge_of_states(x: Any, n: int) -> tuple[int, ...] | None:
    """Numbers of basis states at the cut of a ladder.

    >>> edge_of_states([9], 10)
    (9,)
    """
    if x is None:
        return None
    if not isinstance(x, list | tuple | range | np.ndarray) or is_single(x):
        raise InputError("edge", x, "give the numbers of basis states in a list")
    states = tuple(x)
    for k in states:
        if not whole_number(k, 0, n - 1):
            raise InputError("edge", k, f"basis states are numbered 0 to {n - 1}")
    return tuple(int(k) for k in states)
