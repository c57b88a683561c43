"""Zones of quasienergies: they are defined modulo omega, coherences are kept between near ones.

A pair of states that is near-degenerate only modulo omega is moved to one zone, point by point.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...numerics.arrays import Array, folded, is_array, namespace
from ..dressing.dressing import Dressing
from .jumps import Jumps

__all__ = [
    "align", "baths_at", "coherence_paths", "jumps_at", "relaxation_rates", "zone_groups",
    "zone_shift",
]  # fmt: skip

ZONE_CUT = 100.0  # states this close modulo omega, in relaxation rates, are brought together
FEW_ELEMENTS = 12  # of the couplings of a point: their patterns can be counted
CHUNK = 2**16  # pairs of states of the points that are looked at together
Shifts = npt.NDArray[np.intp]
Points = npt.NDArray[np.intp]


def relaxation_rates(jumps: Jumps) -> Array:
    """Scale on which the coherence of each pair relaxes, ``(..., N, N)``: mean rate out of the two
    states, jumps that change no state included."""
    xp = namespace(jumps.energy)
    leaving = xp.sum(jumps.rates, axis=-2)
    return 0.5 * (leaving[..., :, None] + leaving[..., None, :])


def coherence_paths(jumps: Jumps) -> dict[int, npt.NDArray[np.bool_]]:
    """Which coherences the baths can drive, by the multiple m >= 0 of omega between the channels.

    Populations feed the coherence of i and j through channels q and q - m that lead from one state k
    to both, or from both to one. Weak channels (1e-3 of the strongest of the point, so that a point
    does not depend on its neighbours in a sweep) are left out, as are pairs that no such path joins:
    their degeneracy does no harm. Arrays are ``(..., N, N)``.
    """
    return _paths(jumps.dressing.couplings, jumps.dressing.quanta)


def _paths(couplings: Array, quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    size = np.abs(couplings)
    shape = size.shape[-4:]
    flat = size.reshape(-1, int(np.prod(shape)))
    present = flat > 1e-3 * folded(np.maximum, flat)[:, None]
    if present.shape[1] > FEW_ELEMENTS:
        return _joined(present.reshape(*size.shape[:-4], *shape), quanta)
    # few elements are present in few ways: what follows is worked out once for each
    code = present @ (1 << np.arange(present.shape[1]))
    known = np.flatnonzero(np.bincount(code))
    which = np.zeros(known[-1] + 1 if known.size else 1, dtype=np.intp)
    which[known] = np.arange(known.size)
    ways = ((known[:, None] >> np.arange(present.shape[1])) & 1).astype(bool)
    of = which[code].reshape(size.shape[:-4])
    return {m: path[of] for m, path in _joined(ways.reshape(-1, *shape), quanta).items()}


def _joined(elements: npt.NDArray[np.bool_], quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    """Paths from the elements that are present, ``(..., C, Q, N, N)``."""
    present = elements.astype(np.float32)
    signed: dict[int, Array] = {}  # as numbers, whose matrix product is a hundred times faster
    for k, q in enumerate(quanta):
        signed[q], signed[-q] = present[..., k, :, :], present[..., k, :, :].swapaxes(-1, -2)
    paths: dict[int, npt.NDArray[np.bool_]] = {}
    for q, a in signed.items():
        for q2, b in signed.items():
            if q >= q2 and a.any() and b.any():
                out = np.matmul(a, b.swapaxes(-1, -2)) + np.matmul(b.swapaxes(-1, -2), a)
                paths[q - q2] = np.asarray(paths.get(q - q2, False) | (out > 0).any(axis=-3))
    return {m: p for m, p in paths.items() if p.any()}


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


def jumps_at(jumps: Jumps, points: Points) -> Jumps:
    """Some points of a batch of any shape, along one axis."""
    d = jumps.dressing
    batch = d.energies.shape[:-1]

    def pick(x: Array, axes: int) -> Array:
        whole = np.broadcast_to(x, (*batch, *x.shape[x.ndim - axes :]))
        return whole.reshape(-1, *whole.shape[len(batch) :])[points]

    omega = pick(d.omega, 0) if is_array(d.omega) else d.omega
    dressing = Dressing(pick(d.energies, 1), pick(d.couplings, 4), d.quanta, omega, pick(d.states, 2))
    forward, backward = (tuple(pick(x, 3) for x in rates) for rates in (jumps.forward, jumps.backward))
    return Jumps(dressing, jumps.wiring, pick(jumps.energy, 3), forward, backward)


def baths_at(baths: Sequence[Bath], batch: tuple[int, ...], points: Points) -> list[Bath]:
    """The baths with the numbers of some points of a batch of any shape."""

    def pick(_: str, x: Array) -> Array:
        return np.broadcast_to(x, batch).reshape(-1)[points] if is_array(x) else x

    return [bath.map_numbers(pick) for bath in baths]
