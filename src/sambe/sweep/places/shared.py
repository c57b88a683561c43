"""Arrays of all points of a sweep, in memory that worker processes write into."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Fields, in_a_row
from ..labels import filled
from ..plan import Block

__all__ = ["Shared", "enter", "shared_memory"]

# Bytes of a result from which it is shared, 4 MiB. Each that is kept holds a file open, of which a process
# has 1024 by default; smaller ones come back by a pipe in no time. A choice.
WORTH_SHARING = 2**22
ALIGNED = 64  # bytes; every array begins at a multiple, as NumPy's own do

Layout = tuple[tuple[str, tuple[int, ...], str, int], ...]  # name, shape, dtype and offset of each array


@dataclass(frozen=True)
class Shared:
    """Arrays in a file in memory; it goes to another process as its name alone.

    Attributes
    ----------
    path : str
    identity : tuple of int
        Device and number of the file, as the path may lead to another one later.
    layout : tuple of (name, shape, dtype, offset)
    blanks : dict of str to array (1, ...)
        What a point without an answer holds.
    """

    path: str
    identity: tuple[int, int]
    layout: Layout
    blanks: Fields

    @property
    def fields(self) -> Fields:
        """Views of the file, which they keep open.

        Raises
        ------
        OSError
            If this process may not open it, or it is closed.
        """
        with self._opened() as file:
            memory = mmap.mmap(file.fileno(), 0)
        return {
            name: np.ndarray(shape, np.dtype(kind), memory, offset)
            for name, shape, kind, offset in self.layout
        }

    def put(self, points: npt.NDArray[np.intp], parts: list[Block]) -> None:
        """Enter a block where it was solved; there is no race, as each point belongs to one block.

        It is written rather than copied into a view: a file in memory has no pages until they are filled, and
        the first touch of each by way of a view takes as long as to write two.

        Raises
        ------
        OSError
            As from `fields`.
        """
        block = filled(self.blanks, points, parts)
        ends = [0, *(np.flatnonzero(np.diff(points) != 1) + 1).tolist(), len(points)]
        with self._opened() as file:
            for name, _, _, offset in self.layout:
                each = block[name][0].nbytes
                for start, end in pairwise(ends):
                    file.seek(offset + int(points[start]) * each)
                    file.write(block[name][start:end].data)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """The file while it is used."""
        with open(self.path, "r+b") as file:
            if _identity(file.fileno()) != self.identity:
                raise FileNotFoundError(self.path)
            yield file


def enter(fields: Fields, blanks: Fields, points: npt.NDArray[np.intp], parts: list[Block]) -> None:
    """Enter a block in the fields of all points; those of no part get what a bad point holds."""
    at = in_a_row(points)
    for name, values in filled(blanks, points, parts).items():
        fields[name][at] = values


@contextmanager
def shared_memory(blanks: Fields, points: int) -> Iterator[Shared | None]:
    """Shared arrays of so many points while they are written; None where they are few, or cannot be shared.

    The memory has no name in any folder, so that nothing of it is left, whatever ends this process: other
    processes of this user come to it by way of this one, until the context ends, and it goes with the last
    array that looks at it.
    """
    layout, size = _layout(blanks, points)
    if size < WORTH_SHARING:
        yield None
        return
    try:
        handle = os.memfd_create("sambe")
    except (AttributeError, OSError):  # Linux alone has it, and a sandbox may refuse it
        yield None
        return
    try:
        yield _shared(handle, layout, size, blanks)
    finally:
        os.close(handle)


def _shared(handle: int, layout: Layout, size: int, blanks: Fields) -> Shared | None:
    """The arrays in an open file; None where it cannot be so large, or not be found by way of its process.

    The file is no part of `/dev/shm`, which a container often limits to 64 MB.
    """
    shared = Shared(f"/proc/{os.getpid()}/fd/{handle}", _identity(handle), layout, blanks)
    try:
        os.truncate(handle, size)
        _ = shared.fields
    except (OSError, OverflowError):
        return None
    return shared


def _identity(handle: int) -> tuple[int, int]:
    about = os.fstat(handle)
    return about.st_dev, about.st_ino


def _layout(blanks: Fields, points: int) -> tuple[Layout, int]:
    layout, offset = [], 0
    for name, value in blanks.items():
        shape = (points, *value.shape[1:])
        layout.append((name, shape, value.dtype.str, offset))
        offset += -(-prod(shape) * value.dtype.itemsize // ALIGNED) * ALIGNED
    return tuple(layout), offset
