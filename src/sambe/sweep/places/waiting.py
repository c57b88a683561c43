"""Blocks of a sweep that wait to be solved, for the first time or once more."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

from ..plan import Region
from .pools import LostWorkerError

__all__ = ["Task", "Waiting", "after_loss"]

# Workers that may be lost with a block before the run is given up. A choice: one for the memory of its tiles,
# one for a block that a worker had at hand when another one was killed.
LOSSES = 2


@dataclass(frozen=True)
class Task:
    """A block to be solved.

    Attributes
    ----------
    region : tuple of slice
        Where it is in the grid.
    points : int
        How many it has.
    tile : int
        Points that the kernel takes at once.
    losses : int
        Workers that were lost with it.
    """

    region: Region
    points: int
    tile: int
    losses: int = 0


class Waiting:
    """Blocks that wait: those that were given back, then the rest."""

    def __init__(self, todo: Iterable[Region], tile: int) -> None:
        self.again: deque[Task] = deque()
        self.rest, self.tile = iter(todo), tile

    def take(self) -> Task | None:
        """The next one, if there is one."""
        if self.again:
            return self.again.popleft()
        region = next(self.rest, None)
        if region is None:
            return None
        return Task(region, prod(part.stop - part.start for part in region), self.tile)


def after_loss(task: Task, error: BaseException) -> Task:
    """The block of a lost worker once more: in smaller tiles, as it may have been the memory."""
    if task.losses >= LOSSES:
        raise LostWorkerError(
            f"worker processes were killed {task.losses + 1} times with one block, most likely by the system "
            "for their memory; give a smaller memory= or fewer workers="
        ) from error
    return replace(task, tile=max(1, task.tile // 4), losses=task.losses + 1)
