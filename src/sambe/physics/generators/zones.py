"""Zones of quasienergies: they are defined modulo omega, coherences are kept between near ones.

A pair of states that is near-degenerate only modulo omega is moved to one zone, point by point.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from .coherences import _paths
from .jumps import Jumps, Points

__all__ = ["align", "zone_groups", "zone_shift"]

ZONE_CUT = 100.0  # states this close modulo omega, in relaxation rates, are brought together
CHUNK = 2**16  # pairs of states of the points that are looked at together
Shifts = npt.NDArray[np.intp]


def zone_shift(jumps: Jumps) -> Shifts:
    """Multiples of omega that bring together states near-degenerate modulo omega, ``(..., N)``.

    Quasienergies are defined modulo omega. Coherences are kept between states of nearly equal
    energy, so a pair that is near-degenerate only modulo omega has to be moved to the same zone.
    """
    e = np.asarray(jumps.dressing.energies)
    batch, n = e.shape[:-1], jumps.dressing.levels
    s = np.asarray(jumps.dressing.couplings)
    s = s.reshape(-1, *s.shape[-4:])
    w = np.broadcast_to(np.asarray(jumps.dressing.omega), batch).reshape(-1, 1, 1)
    e = e.reshape(-1, n)
    leaving = np.broadcast_to(np.sum(jumps.rates, axis=-2), (*batch, n)).reshape(-1, n)
    shift = np.zeros((len(e), n), dtype=np.intp)
    size = max(1, CHUNK // (n * n))
    for k in range(0, len(e), size):
        some = slice(k, k + size)
        shift[some] = _shift(e[some], w[some], leaving[some], s[some], jumps.dressing.quanta)
    return shift.reshape(*batch, n)


def _shift(energies: Array, w: Array, leaving: Array, couplings: Array, quanta: tuple[int, ...]) -> Shifts:
    shift = np.zeros(energies.shape, dtype=np.intp)
    gap = energies[:, :, None] - energies[:, None, :]
    rate = 0.5 * (leaving[:, :, None] + leaving[:, None, :])
    multiple = np.rint(gap / w)
    moved = np.abs(gap - multiple * w)
    # worth it where it brings the pair much closer; lines broader than the zone have no neighbours in it
    close = (moved < 0.25 * np.abs(gap)) & (moved <= ZONE_CUT * rate) & (40.0 * rate < w)
    who = np.flatnonzero(close.any(axis=(-2, -1)))
    if not who.size:
        return shift
    gap, rate, moved, multiple = np.abs(gap[who]), rate[who], moved[who], multiple[who].astype(np.intp)
    close = close[who] & _reachable(couplings[who], quanta, multiple)
    safe = np.where(rate > 0, rate, np.finfo(float).tiny)
    distance = np.where(close, moved / safe, np.where(gap <= ZONE_CUT * rate, gap / safe, np.inf))
    some = close.any(axis=(-2, -1))
    if some.any():
        shift[who[some]] = align(distance[some], np.where(close, multiple, 0)[some])
    return shift


def _reachable(couplings: Array, quanta: tuple[int, ...], multiple: Shifts) -> npt.NDArray[np.bool_]:
    """Whether the baths can drive the coherence of a pair so many omega apart."""
    out = np.zeros(multiple.shape, dtype=bool)
    for m, path in _paths(couplings, quanta).items():
        if m:
            out |= (np.abs(multiple) == m) & (path | path.swapaxes(-1, -2))
    return out


def align(distance: npt.NDArray[np.float64], multiple: Shifts) -> Shifts:
    """Shifts that bring pairs together, the closest first; pairs already joined stay as they are.

    A spanning tree of least distances for each point, grown from the lowest state (Prim): it holds the
    pairs that joining the closest first would join.

    Parameters
    ----------
    distance : array (P, N, N)
        Symmetric; infinite for a pair that is not to be joined.
    multiple : int array (P, N, N)
        m with E_i - E_j near m omega.

    Returns
    -------
    int array (P, N)
    """
    points, n = distance.shape[:2]
    row = np.arange(points)
    shift = np.zeros((points, n), dtype=np.intp)
    reach = np.where(np.eye(n, dtype=bool), np.inf, distance)
    outside = np.ones((points, n), dtype=bool)
    nearest, parent = np.full((points, n), np.inf), np.zeros((points, n), dtype=np.intp)
    for _ in range(n):
        # where nothing outside is near, the lowest state outside begins a tree of its own
        found = np.where(outside, nearest, np.inf)
        new = np.argmin(found, axis=-1)
        alone = ~np.isfinite(found[row, new])
        new = np.where(alone, np.argmax(outside, axis=-1), new)
        old = parent[row, new]
        shift[row, new] = np.where(alone, 0, shift[row, old] + multiple[row, old, new])
        outside[row, new] = False
        closer = reach[row, new] < nearest
        nearest = np.where(closer, reach[row, new], nearest)
        parent = np.where(closer, new[:, None], parent)
    return shift


def zone_groups(shift: Shifts) -> list[Points]:
    """Points whose shifts need the same quanta together: those that stay first, if there are any.

    Parameters
    ----------
    shift : int array (P, N)
    """
    key = np.zeros(len(shift), dtype=np.int64)
    moved = np.flatnonzero((shift != shift[:, :1]).any(axis=-1))
    by = shift[moved].astype(np.int16)
    apart = np.abs(by[:, :, None] - by[:, None, :])
    for d in range(1, int(apart.max(initial=0)) + 1):
        key[moved] += (apart == d).any(axis=(-2, -1)).astype(np.int64) << min(d, 62)
    return [np.flatnonzero(key == k) for k in np.unique(key)]
