"""Arithmetic in single precision that keeps clear of the ends of its range.

Many processors take a hundred times as long for a number below the normal ones, of 1e-38, as for others.
"""

from __future__ import annotations

import numpy as np

from .arrays import Array

__all__ = ["MOST", "TINY", "round_off", "scaled", "scaled_within_range"]

MOST = 1e30  # of what is taken to single precision, in whose range it is left room
TINY = np.finfo(np.float32).tiny
COARSE = 2.0**23  # to which single precision adds one, and nothing that is smaller than half of that


def scaled(x: Array, by: Array) -> Array:
    """A product, rounded to single precision."""
    kind = np.complex64 if np.iscomplexobj(x) else np.float32
    return np.multiply(x, by, out=np.empty(np.broadcast_shapes(x.shape, by.shape), dtype=kind),
                       casting="same_kind")  # fmt: skip


def scaled_within_range(x: Array, by: Array) -> Array:
    """The same of numbers that may be too large for it, by positive ones: cut off at `MOST`."""
    if np.abs(x).max(initial=0.0) * by.max(initial=0.0) > MOST:
        x = np.clip(x, -MOST / by, MOST / by)
    return scaled(x, by)


def round_off(x: Array, least: float) -> None:
    """Round an array in single precision to multiples of `least`, or half of it, where it is not coarser.

    What a large number leaves that is added and taken again; that costs less than to look for small ones.
    """
    parts = x.view(np.float32) if np.iscomplexobj(x) else x
    coarse = np.float32(least * COARSE)
    parts += coarse
    parts -= coarse
