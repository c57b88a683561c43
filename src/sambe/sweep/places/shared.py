"""Arrays of all points of a sweep, in memory that worker processes write into."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Fields
from ..blocks import Block
from ..labels import put

__all__ = ["Shared", "enter", "shared_memory"]

ALIGNED = 64  # bytes; every array begins at a multiple, as NumPy's own do
IN_MEMORY = Path("/dev/shm")  # a file there has no disk behind it

Layout = tuple[tuple[str, tuple[int, ...], str, int], ...]  # name, shape, dtype and offset of each array


@dataclass(frozen=True)
class Shared:
    """Arrays in a file in memory; it goes to another process as its name alone.

    Attributes
    ----------
    path : str
    layout : tuple of (name, shape, dtype, offset)
    blanks : dict of str to array (1, ...)
        What a point without an answer holds.
    """

    path: str
    layout: Layout
    blanks: Fields

    @property
    def fields(self) -> Fields:
        """Views of the file, which they keep open."""
        with open(self.path, "r+b") as file:
            memory = mmap.mmap(file.fileno(), 0)
        return {
            name: np.ndarray(shape, np.dtype(kind), memory, offset)
            for name, shape, kind, offset in self.layout
        }

    def put(self, points: npt.NDArray[np.intp], parts: list[Block]) -> None:
        """Enter a block where it was solved; there is no race, as each point belongs to one block."""
        enter(self.fields, self.blanks, points, parts)


def enter(fields: Fields, blanks: Fields, points: npt.NDArray[np.intp], parts: list[Block]) -> None:
    """Enter a block in the fields of all points; those of no part get what a bad point holds."""
    block = {name: np.repeat(value, len(points), axis=0) for name, value in blanks.items()}
    for solved, part in parts:
        put(block, np.searchsorted(points, solved), part)
    row = slice(int(points[0]), int(points[-1]) + 1)
    at = row if row.stop - row.start == len(points) else points
    for name, values in block.items():
        fields[name][at] = values


@contextmanager
def shared_memory(blanks: Fields, points: int) -> Iterator[Shared | None]:
    """Shared arrays of so many points while they are written; None where there is no room for them.

    Afterwards no other process finds them, and the memory goes with the last array that looks at it.
    """
    layout, size = _layout(blanks, points)
    try:
        path = _reserved(size)
    except OSError:  # a container's shared memory is often 64 MB
        yield None
        return
    try:
        yield Shared(path, layout, blanks)
    finally:
        os.unlink(path)


def _layout(blanks: Fields, points: int) -> tuple[Layout, int]:
    layout, offset = [], 0
    for name, value in blanks.items():
        shape = (points, *value.shape[1:])
        layout.append((name, shape, value.dtype.str, offset))
        offset += -(-prod(shape) * value.dtype.itemsize // ALIGNED) * ALIGNED
    return tuple(layout), offset


def _reserved(size: int) -> str:
    """A new file of so many bytes, with as much again to spare: a lack of memory later would end the process.

    Raises
    ------
    OSError
        If there is no such room, or none that processes share.
    """
    if not hasattr(os, "statvfs") or not IN_MEMORY.is_dir():
        raise OSError("no memory that processes share by a name")
    room = os.statvfs(IN_MEMORY)
    if room.f_bavail * room.f_frsize < 2 * size:
        raise OSError("no room")
    handle, path = tempfile.mkstemp(prefix="sambe-", dir=IN_MEMORY)
    try:
        os.truncate(handle, size)
    finally:
        os.close(handle)
    return path
