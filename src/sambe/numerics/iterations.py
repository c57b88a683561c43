"""Iterations of a batch of points, of which those that are done leave the others alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Iteration", "ended"]

ENOUGH = 0.3  # share of the points that has to be done before the others go on alone

Points = npt.NDArray[np.intp]


class Iteration(Protocol):
    """Steps of the points that are under way."""

    step: int

    @property
    def done(self) -> npt.NDArray[np.bool_]:
        """Points that need no step more."""

    def advance(self) -> None:
        """One step."""

    def keep(self, points: Points) -> None:
        """Go on with some points of the batch."""


def ended(run: Iteration, points: int, steps: int) -> Iterator[tuple[Points, Points]]:
    """Points as they end, done or after so many steps.

    Parameters
    ----------
    points : int
        How many there are.
    steps : int
        At most.

    Yields
    ------
    array
        Their places in the batch.
    array
        And among those that were still under way, which is how the iteration knows them.
    """
    places = np.arange(points)
    while places.size:
        run.advance()
        over = run.done | (run.step == steps)
        if run.step == steps or np.count_nonzero(over) > ENOUGH * len(places):
            ready, rest = np.flatnonzero(over), np.flatnonzero(~over)
            yield places[ready], ready
            places = places[rest]
            if rest.size:
                run.keep(rest)
