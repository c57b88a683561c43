r"""Tones that are nearly commensurate, in the place of those that are not.

Of the ratio of two frequencies a continued fraction gives p/q, of all fractions with integers as small the
nearest, and :math:`\delta = |q w_2 - p w_1|` is the beat that is left. Within a beat the phase of the second
tone against the first turns by :math:`2\pi/q`, and by nothing else is the drive at :math:`\Omega = w_1/q`,
of which both tones are harmonics, another than the given one. What it gives, averaged over that phase, is
right to first order in :math:`\delta` over the slowest relaxation; and where p + q quanta are more than the
system absorbs, it depends on no phase.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...description.gate import unchecked
from ...description.system import System
from .folding import Fold

__all__ = ["Approximant", "approximant", "slowest_rate"]


class Approximant:
    """Two tones nearly in the ratio of integers.

    Parameters
    ----------
    first, second : float
        Frequencies.
    p, q : int
        second/first is nearly p/q.
    """

    def __init__(self, first: float, second: float, p: int, q: int) -> None:
        self.first, self.second, self.p, self.q = first, second, p, q
        self.fold = Fold(np.array([[q, p]], dtype=np.int64))

    @property
    def beat(self) -> float:
        """Frequency at which the phases of the tones drift apart."""
        return abs(self.q * self.second - self.p * self.first)

    def common(self, share: float) -> float:
        """A frequency of which both are nearly harmonics: the first exactly for 0, the second for 1."""
        return (1.0 - share) * self.first / self.q + share * self.second / self.p

    def system(self, given: System, share: float, turn: float) -> System:
        """The system under tones that are commensurate, the second ahead by this share of 1/q of a turn,
        after which nothing is another."""
        common, ahead = self.common(share), 2.0 * np.pi * turn / self.q

        def changed(path: str, x: object) -> object:
            return {"omega[0]": self.q * common, "omega[1]": self.p * common}.get(path, x)

        out = given.map_numbers(changed)
        if ahead:
            turned = {
                k: tuple((c * np.exp(-1j * k[1] * ahead), op) for c, op in terms)
                for k, terms in out.drive.items()
            }
            out = unchecked(type(out), out, drive=turned)
        return out


def approximant(first: float, second: float, most: int) -> Approximant:
    """The fraction with the slowest beat of those with integers up to ``most``, by continued fractions.

    >>> nearly = approximant(1.0, 1.618034, most=40)
    >>> nearly.p, nearly.q
    (34, 21)
    """
    before, last, rest = (0, 1), (1, 0), second / first
    while True:
        whole = int(np.floor(rest))
        p, q = whole * last[0] + before[0], whole * last[1] + before[1]
        if max(p, q) > most:
            return Approximant(first, second, *last)
        before, last = last, (p, q)
        if rest - whole < 1e-12:
            return Approximant(first, second, *last)
        rest = 1.0 / (rest - whole)


def slowest_rate(rates: npt.NDArray[np.float64]) -> float:
    """The slowest relaxation of the populations of one point, by its rates from j to i, ``(N, N)``."""
    generator = rates - np.diag(rates.sum(axis=0))
    decays = np.sort(-np.linalg.eigvals(generator).real)
    return float(decays[1]) if len(decays) > 1 else np.inf
