r"""Frequencies of several tones in the place of one: what turns their quanta into energies.

With quanta as integers c(k) of vectors k (see `sambe.description.tones.quanta`), a product of such integers
with the frequency of one tone becomes :math:`k\cdot w`, and nothing else changes in what counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...description.tones.quanta import vectors_of
from ...numerics.arrays import Array, Number, expand, namespace

__all__ = [
    "Tones",
    "at_points",
    "drive_frequency",
    "energies_by_tone",
    "expanded_omega",
    "frequency_by_point",
    "largest_turn",
    "over_points",
    "slowest",
    "slowest_turn",
]


class Tones:
    """Frequencies w of several tones: integers of quanta times this are the energies k·w.

    Parameters
    ----------
    frequencies : tuple of number or array (...)
        One a tone.

    Examples
    --------
    >>> np.asarray([[1.0, 2**14]]) * Tones((0.5, 0.8))
    array([[0.5, 0.8]])
    """

    __array_ufunc__ = None  # NumPy leaves products to this class

    def __init__(self, frequencies: tuple[Number, ...]) -> None:
        self.frequencies = frequencies

    def __rmul__(self, quanta: Array) -> Array:
        return sum(self.by_tone(quanta))

    def __mul__(self, quanta: Array) -> Array:
        return sum(self.by_tone(quanta))

    def by_tone(self, quanta: Array) -> list[Array]:
        """k_t w_t of each tone, in the shape that quanta and frequencies have together."""
        vectors = vectors_of(np.asarray(quanta), len(self.frequencies))
        return [vectors[..., t] * w for t, w in enumerate(self.frequencies)]

    def changed(self, change: Callable[[Number], Number]) -> Tones:
        """The same with every frequency changed."""
        return Tones(tuple(map(change, self.frequencies)))


def drive_frequency(omega: Any) -> Any:
    """Frequency of a System's drive; any will do without one, where only q = 0 is there."""
    if isinstance(omega, tuple):
        return Tones(omega)
    return 1.0 if omega is None else omega


def expanded_omega(omega: Any, axes: int) -> Any:
    """A frequency, or those of several tones, with so many axes more."""
    return omega.changed(lambda w: expand(w, axes)) if isinstance(omega, Tones) else expand(omega, axes)


def energies_by_tone(quanta: Array, omega: Any) -> list[Array]:
    """Energy that quanta take from each tone; ``quanta`` times ``omega`` where there is one."""
    return omega.by_tone(quanta) if isinstance(omega, Tones) else [quanta * omega]


def at_points(omega: Any, points: Any) -> Any:
    """A frequency, or those of several tones, at some points of a batch."""
    return omega.changed(lambda w: at_points(w, points)) if isinstance(omega, Tones) else omega[points]


def over_points(omega: Any, points: int) -> Any:
    """A frequency, or those of several tones, for each of so many points, ``(P,)``."""
    if isinstance(omega, Tones):
        return omega.changed(lambda w: over_points(w, points))
    return np.broadcast_to(np.asarray(omega, dtype=float), points)


def slowest_turn(quanta: Sequence[int], omega: Any, couplings: Array) -> Any:
    """Least frequency with which two harmonics of one coupling ``(..., C, Q, N, N)`` turn against each other:
    that of one tone, or the slowest beat of several."""
    if not isinstance(omega, Tones):
        return omega
    there = np.any(couplings != 0, axis=(*range(couplings.ndim - 4), -2, -1))
    turns = set()
    for row in there:  # harmonics of different couplings do not meet
        absorbed = np.asarray(quanta)[row]
        signed = np.concatenate([absorbed, -absorbed])
        turns |= set(np.abs(np.subtract.outer(signed, signed)).ravel().tolist()) - {0}
    out: Any = np.inf
    for m in sorted(turns):
        out = np.minimum(out, np.abs(np.asarray(float(m)) * omega))
    return out


def frequency_by_point(omega: Any, points: int) -> Any:
    """A frequency, or those of several tones, as columns ``(P, 1)``."""
    if isinstance(omega, Tones):
        return omega.changed(lambda w: frequency_by_point(w, points))
    xp = namespace(omega)
    return xp.broadcast_to(xp.asarray(omega, dtype=xp.float64), (points,))[:, None]


def largest_turn(quanta: Sequence[int], omega: Any) -> Any:
    """Largest energy of the quanta of a harmonic."""
    if not isinstance(omega, Tones):
        return max(quanta) * omega
    out: Any = 0.0
    for q in quanta:
        out = np.maximum(out, np.abs(np.asarray(float(q)) * omega))
    return out


def slowest(omega: Any) -> Any:
    """The least of the frequencies: that of the drive, or of its slowest tone."""
    if not isinstance(omega, Tones):
        return omega
    out = omega.frequencies[0]
    for w in omega.frequencies[1:]:
        out = np.minimum(out, w)
    return out
