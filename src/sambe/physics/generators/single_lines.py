"""The lines of a point one by one: each operator with one harmonic of one sign, as a matrix.

Of many levels the lines of all operators side by side, as `sambe.physics.generators.redfield` has them, would
take more memory than what is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger
from .jumps import Jumps, quanta_by_tone
from .one_sided import half_transforms

__all__ = ["Line", "lines_one_by_one"]


class Line(NamedTuple):
    """An operator with the harmonics of one sign: S, L, and for each terminal what its current counts.

    Attributes
    ----------
    operator, quanta : int
        Its number, and the quanta that are absorbed.
    coupling, forward : array (N, N)
    counted : list of (int, array (N, N))
        Terminal, and W times the part of L that is its bath's, or the energy that each tone gives times L.
    """

    operator: int
    quanta: int
    coupling: npt.NDArray[np.generic]
    forward: npt.NDArray[np.generic]
    counted: list[tuple[int, npt.NDArray[np.generic]]]


def lines_one_by_one(jumps: Jumps) -> Iterator[Line]:
    """Operators one by one, each with one harmonic at a time."""
    d, baths = jumps.dressing, range(len(jumps.wiring))
    for c in range(int(d.couplings.shape[-4])):
        for k, q in enumerate(d.quanta):
            for sign in (1.0, -1.0) if q else (1.0,):
                s = d.couplings[0, c, k]
                energy = jumps.energy[0, k]
                s, energy = (s, energy) if sign > 0 else (dagger(s), -energy.T)
                rates = []
                for u in (u for u in baths if c in jumps.wiring[u]):
                    up, low = (x[0, k] for x in half_transforms(jumps, u))
                    rates.append((u, up if sign > 0 else low.T))
                whole = sum((rate for _, rate in rates[1:]), start=rates[0][1]) * s if rates else 0.0 * s
                counted = [(u, energy * (rate * s)) for u, rate in rates]
                for t, turn in enumerate(quanta_by_tone(jumps)):
                    if q:
                        taken = sign * float(np.broadcast_to(turn, (1, len(d.quanta), 1, 1))[0, k, 0, 0])
                        counted.append((len(jumps.wiring) + t, taken * whole))
                yield Line(c, int(sign) * q, s, whole, counted)
