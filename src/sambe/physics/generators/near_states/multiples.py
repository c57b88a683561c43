"""Multiples of omega by which the gap between two states may count as near: quasienergies are defined modulo
omega."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, namespace
from ...dressing.dressing import Dressing
from ...dressing.frequencies import Tones, at_points, expanded_omega, over_points

__all__ = ["NEARER", "Gaps", "differences_of", "nearest_multiples", "zone_groups"]

FEW = 64  # quanta up to which each two of them are taken
MOST_LINES = 2**22  # of a transform over the quanta: beyond, they are those of several tones, and few
NEARER = 1e-9  # share by which one multiple has to be nearer than another: far above rounding
# Distance of a multiple from a gap, over that of the nearest one, up to which it is weighed beside it. The
# gap is then 0.382 of a step or more from the nearest; irrational, as round numbers are not to meet the edge.
RIVALS = 0.5 * (1.0 + 5.0**0.5)


def differences_of(quanta: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Multiples of omega, from zero on, by which two channels can differ."""
    signed = np.unique([*quanta, *(-q for q in quanta)])
    if len(signed) <= FEW or 4 * quanta[-1] > MOST_LINES:
        return np.unique(np.abs(np.subtract.outer(signed, signed)))
    from scipy.fft import irfft, next_fast_len, rfft

    lines = int(next_fast_len(4 * quanta[-1] + 1, real=True))
    there = np.zeros(lines)
    there[signed] = 1.0
    count = irfft(np.abs(rfft(there)) ** 2, n=lines)
    return np.flatnonzero(count[: 2 * quanta[-1] + 1] > 0.5)


def zone_groups(shift: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Points whose shifts need the same quanta together: those that stay first, if there are any.

    Parameters
    ----------
    shift : int array (P, N)
    """
    key = np.zeros(len(shift), dtype=np.int64)
    moved = np.flatnonzero((shift != shift[:, :1]).any(axis=-1))
    by = shift[moved]
    small = np.abs(by).max(initial=0) < 2**14  # quanta of one tone fit into 16 bits, codes of several do not
    by = by.astype(np.int16) if small else by
    apart = np.abs(by[:, :, None] - by[:, None, :])
    for k, d in enumerate(x for x in np.unique(apart).tolist() if x):
        key[moved] += (apart == d).any(axis=(-2, -1)).astype(np.int64) << min(k, 62)
    return [np.flatnonzero(key == k) for k in np.unique(key)]


def nearest_multiples(d: Dressing) -> Array:
    """The multiple of omega nearest to each gap, of those by which channels can differ, ``(..., N, N)``."""
    return _nearest(d, d.energies[..., :, None] - d.energies[..., None, :], differences_of(d.quanta))


def _nearest(d: Dressing, gap: Array, differences: npt.NDArray[np.intp]) -> Array:
    if isinstance(d.omega, Tones):
        return _nearest_of(differences, gap, d.omega)
    xp, step, most = namespace(d.energies), int(np.gcd.reduce(differences)), int(differences[-1])
    if not step:
        return 0.0 * gap
    return step * xp.clip(xp.round(gap / (step * expanded_omega(d.omega, 2))), -most // step, most // step)


def _nearest_of(differences: npt.NDArray[np.intp], gap: Array, omega: Tones) -> npt.NDArray[np.float64]:
    """The same for several tones, whose energies follow no order: each is tried, zero first."""
    best, out = np.abs(gap), 0.0 * gap
    for m in differences[differences != 0].tolist():
        far = np.abs(gap - np.asarray(m) * expanded_omega(omega, 2))
        for sign, apart in ((1, far), (-1, np.swapaxes(far, -1, -2))):
            nearer = apart < best * (1.0 - NEARER)
            best, out = np.where(nearer, apart, best), np.where(nearer, float(sign * m), out)
    return np.asarray(out)


@dataclass(frozen=True)
class Gaps:
    """Gaps of a batch, and the multiples of omega that are weighed for each: the nearest one and others that
    are about as near.

    Attributes
    ----------
    omega : number or array (...) or Tones
    gap, nearest : array (..., N, N)
    reach : array (..., N, N)
        Distance from the gap up to which multiples are weighed.
    other : array (..., N, N) or None
        Distance of the multiple on the other side of the gap, of one tone.
    differences : int array (D,)
        Multiples by which channels can differ, from zero on.
    """

    omega: Any
    gap: Array
    nearest: Array
    reach: Array
    other: Array
    differences: npt.NDArray[np.intp]

    @classmethod
    def of(cls, d: Dressing, margin: float, gap: Array = None) -> Gaps:
        """With a factor on the distance up to which multiples count as about as near; all gaps, or some."""
        xp, differences = namespace(d.energies), differences_of(d.quanta)
        gap = d.energies[..., :, None] - d.energies[..., None, :] if gap is None else gap
        nearest, turn = _nearest(d, gap, differences), expanded_omega(d.omega, 2)
        off = xp.abs(gap - nearest * turn)
        reach, other = margin * RIVALS * off, None
        if not isinstance(d.omega, Tones):
            step = int(np.gcd.reduce(differences)) * turn
            other = step - off
            reach = xp.where(off > (0.5 + NEARER) * step, off, reach)  # nothing is beyond the last multiple
        return cls(d.omega, gap, nearest, reach + NEARER * xp.abs(gap), other, differences)

    def at(self, points: npt.NDArray[np.intp]) -> Gaps:
        """The same of some points of a batch of NumPy's with one axis."""
        if len(points) == len(self.gap):
            return self
        omega = at_points(over_points(self.omega, len(self.gap)), points)
        gap, nearest, reach = (x[points] for x in (self.gap, self.nearest, self.reach))
        other = None if self.other is None else self.other[points]
        return Gaps(omega, gap, nearest, reach, other, self.differences)

    def apart(self, m: Any) -> Array:
        """Detuning of each gap from m quanta."""
        return self.gap - m * expanded_omega(self.omega, 2)

    def weighed(self, m: Any) -> Array:
        """Pairs for which that multiple is weighed, ``(..., N, N)``."""
        return namespace(self.gap).abs(self.apart(m)) <= self.reach

    def asked(self) -> npt.NDArray[np.bool_]:
        """Differences of NumPy's arrays that are weighed for some pair, or zero, ``(D,)``."""
        wanted = np.abs(self.nearest).reshape(-1)
        if self.other is None:
            there = [self.weighed(np.asarray(m)).any() for m in self.differences.tolist()]
            weighed: npt.NDArray[np.bool_] = np.asarray(there) | (self.differences == 0)
            return weighed
        some = self._between()
        side = np.sign(self.apart(self.nearest)[some]) * int(np.gcd.reduce(self.differences))
        wanted = np.concatenate([[0.0], wanted, np.abs(self.nearest[some] + side)])
        if len(self.differences) > FEW:
            return np.isin(self.differences, wanted)
        return np.asarray([(wanted == m).any() for m in self.differences.tolist()])

    def leave(self) -> npt.NDArray[np.bool_]:
        """Points of NumPy's arrays at which a pair may be given another multiple than zero, ``(P,)``."""
        if self.other is None:
            rivals = [self.weighed(np.asarray(m)) for m in self.differences[1:].tolist()]
            there = np.any([self.nearest != 0, *rivals], axis=0)
        else:
            there = (self.nearest != 0) | self._between()
        return np.asarray(there.any(axis=(-2, -1))).reshape(-1)

    def _between(self) -> npt.NDArray[np.bool_]:
        """Pairs for which the multiples on both sides of the gap are weighed."""
        return np.asarray((self.other <= self.reach) & (self.other > 0))
