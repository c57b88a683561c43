"""Zones of quasienergies: they are defined modulo omega, coherences are kept between near ones.

A pair of states whose coherence does most in another zone is moved to it, point by point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, is_numpy, namespace, repeated
from ..dressing.dressing import Dressing
from ..dressing.tones.frequencies import Tones, at_points, expanded_omega, over_points
from .coherences import relaxation_rates
from .jumps import Jumps, Points, fixed, jumps_at
from .one_sided import both_signs, driven_places

__all__ = ["align", "differences_of", "effects_elsewhere", "nearest_multiples", "partners", "turned",
           "zone_groups", "zone_shift"]  # fmt: skip

CHUNK = 2**16  # pairs of states of the points that are looked at together, with up to so many channels:
FEW = 64
NEARER = 1e-9  # share by which one multiple has to be nearer than another: far above rounding
MOST_LINES = 2**22  # of a transform over the quanta: beyond, they are those of several tones, and few
Shifts = npt.NDArray[np.intp]
Populations = Callable[[Array], tuple[Array, Array]]


def zone_shift(
    jumps: Jumps, populations: Populations, least: float | Array, margin: float = 1.0, lean: float = 0.0
) -> Array:
    r"""Multiples m_i of omega that bring states together whose coherence turns slowly, ``(..., N)``.

    A coherence of i and j may turn with any multiple m of omega beside their gap, and one zone keeps one of
    them. To first order the one that is kept moves the currents, as a share of the one-way flow, by

    .. math:: \frac{(g_{ij} + \tfrac12 (p_i + p_j) d_{ij})\, d_{ij}}
              {|\Gamma_{ij} + i(E_i - E_j - m\omega)|\,\sum R p},\qquad
              d_{ij} = \sum_{q,k} y^{(q-m)}_{ki} y^{(q)}_{kj},\quad
              g_{ij} = \sum_{q,k} y^{(q)}_{ik} p_k y^{(q-m)}_{jk},

    with the amplitudes :math:`y = \sqrt{R^{(q)}}` of the jumps, as the phases of which may add up. A pair
    is given the nearest multiple where that does more than its own zone, and pairs are joined in the order
    of what they do. Of the pairs around a loop that does not close, the one that is left out lies at
    least omega over the length of the loop away: no worse than the terms between different quanta that the
    generator leaves out altogether.

    Parameters
    ----------
    jumps : Jumps
    populations : callable
        Stationary populations of a rate matrix, and whether they are unique.
    least : float
        Share of the one-way flow below which a coherence may be left out; outside NumPy several of them as an
        array ``(L, 1, ..., 1)``, for shifts ``(L, ..., N)``.
    margin : float
        Factor on what a coherence does in another zone than its own.
    lean : float
        Distance, in units of the step between multiples, by which a gap is taken to be farther from zero.

    Returns
    -------
    int array (..., N)
        On the host from NumPy's arrays, else in their own namespace.
    """
    d = jumps.dressing
    if not is_numpy(namespace(d.energies)):
        return align(*_wanted(_Pairs.of(fixed(jumps), populations, lean), least, margin))
    least = float(least)
    batch, n = d.energies.shape[:-1], d.levels
    multiple = nearest_multiples(d, lean).reshape(-1, n * n)
    who = np.flatnonzero((multiple != 0).any(axis=-1))
    shift = np.zeros((len(multiple), n), dtype=np.intp)
    channels = 2 * len(d.quanta) * int(d.couplings.shape[-4])
    size = max(1, CHUNK // (n * n * max(1, channels // FEW)))
    for k in range(0, len(who), size):
        some = who[k : k + size]
        pairs = _Pairs.of(jumps_at(jumps, some), populations, lean)
        restless = np.flatnonzero(_restless(pairs, least, margin))
        if restless.size:
            pairs = pairs if restless.size == some.size else pairs.at(restless)
            shift[some[restless]] = align(*_wanted(pairs, least, margin))
    return shift.reshape(*batch, n)


def effects_elsewhere(jumps: Jumps, populations: Populations) -> Array:
    """Bound on the change of the currents, of the one-way flow, by the coherence of each pair of states at
    the multiple of omega nearest to its gap, where that is another than zero, ``(P, N, N)``; see
    `zone_shift`."""
    pairs = _Pairs.of(jumps, populations)
    out = 0.0 * pairs.multiple
    for k in range(1, len(pairs.differences)):
        there, nearest = pairs.elsewhere(k)
        out = np.where(nearest, np.maximum(out, there), out)
    return np.maximum(out, out.swapaxes(-1, -2))


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


def nearest_multiples(d: Dressing, lean: float = 0.0) -> Array:
    """The multiple of omega nearest to each gap, of those by which channels can differ, ``(..., N, N)``."""
    xp = namespace(d.energies)
    gap = d.energies[..., :, None] - d.energies[..., None, :]
    differences = differences_of(d.quanta)
    if isinstance(d.omega, Tones):
        return _nearest_of(differences, gap, d.omega, lean)
    step, most = int(np.gcd.reduce(differences)), int(differences[-1])
    if not step:
        return 0.0 * gap
    steps = gap / (step * expanded_omega(d.omega, 2))
    if lean:
        steps = steps + lean * xp.sign(steps)
    return step * xp.clip(xp.round(steps), -most // step, most // step)


def _nearest_of(
    differences: npt.NDArray[np.intp], gap: Array, omega: Tones, lean: float
) -> npt.NDArray[np.float64]:
    """The same for several tones, whose energies follow no order: each is tried, zero first."""
    best, out = np.abs(gap), 0.0 * gap
    for m in differences[differences != 0].tolist():
        turn = np.asarray(m) * expanded_omega(omega, 2)
        far = np.abs(gap - turn) if not lean else np.abs(gap * (1.0 + lean) - turn)
        for sign, apart in ((1, far), (-1, np.swapaxes(far, -1, -2))):
            nearer = apart < best * (1.0 - NEARER)
            best, out = np.where(nearer, apart, best), np.where(nearer, float(sign * m), out)
    return np.asarray(out)


@dataclass(frozen=True)
class _Pairs:
    """What the coherence of each pair of states does to first order, by the multiple of omega it turns with.

    Attributes
    ----------
    multiple : array (..., N, N)
        The nearest one to the gap.
    differences : int array (D,)
        Those, from zero on, for which there is something to be asked.
    rate : array (..., N, N)
        At which each coherence relaxes.
    flow : array (..., 1, 1)
        Jumps per unit time.
    """

    energies: Array
    omega: Any
    populations: Array
    multiple: Array
    amplitudes: Array
    differences: npt.NDArray[np.intp]
    partners: Array
    rate: Array
    flow: Array

    @classmethod
    def of(cls, jumps: Jumps, populations: Populations, lean: float = 0.0) -> _Pairs:
        """Amplitudes and populations of the zone that the equation gives."""
        xp = namespace(jumps.energy)
        multiple = nearest_multiples(jumps.dressing, lean)
        p, unique = populations(jumps.rates)
        p = xp.where(unique[..., None], p, xp.ones_like(p))
        differences = differences_of(jumps.dressing.quanta)
        if is_numpy(xp):
            differences = differences[(differences == 0) | np.isin(differences, np.abs(multiple))]
        table = xp.asarray(partners(jumps.dressing, differences))
        flow = xp.sum(jumps.rates * p[..., None, :], axis=(-2, -1))[..., None, None]
        flow = xp.where(flow > 0, flow, xp.ones_like(flow))
        d = jumps.dressing
        return cls(d.energies, d.omega, p, multiple, _amplitudes(jumps), differences, table,
                   relaxation_rates(jumps), flow)  # fmt: skip

    def at(self, points: npt.NDArray[np.intp]) -> _Pairs:
        """The same of some points of a batch with one axis."""
        omega = at_points(over_points(self.omega, len(self.energies)), points)
        some = (x[points] for x in (self.populations, self.multiple, self.amplitudes))
        return _Pairs(self.energies[points], omega, *some, self.differences, self.partners,
                      self.rate[points], self.flow[points])  # fmt: skip

    def effect(self, k: Any) -> Array:
        """Change of the currents, of the one-way flow, by coherences that turn with ``differences[k]``."""
        xp, p, e = namespace(self.amplitudes), self.populations, self.energies
        one, partner = self.amplitudes, self.partners[k, :]
        if is_numpy(xp):  # values can be looked at: leave out the harmonics that have no partner
            places = np.flatnonzero(partner < one.shape[-3] - 1)
            one, partner = one[..., places, :, :], partner[places]
        other = xp.take(self.amplitudes, partner, axis=-3)
        lost = xp.sum(xp.matmul(xp.matrix_transpose(other), one), axis=-3)
        gained = xp.sum(xp.matmul(one * p[..., None, None, :], xp.matrix_transpose(other)), axis=-3)
        m = xp.asarray(self.differences.astype(float))[k]
        apart = e[..., :, None] - e[..., None, :] - m * expanded_omega(self.omega, 2)
        line = xp.sqrt(self.rate * self.rate + apart * apart)
        line = xp.where(line > 0, line, xp.ones_like(line))
        share = 0.5 * (p[..., :, None] + p[..., None, :])
        return (gained + share * lost) / self.flow * (lost / line)

    def elsewhere(self, k: Any) -> tuple[Array, Array]:
        """The same for the pairs whose nearest multiple that is, in either direction; and which these are."""
        xp = namespace(self.amplitudes)
        there = self.effect(k)
        there = xp.where(self.multiple > 0, there, xp.matrix_transpose(there))
        m = xp.asarray(self.differences.astype(float))[k]
        return there, xp.abs(self.multiple) == m


def _restless(pairs: _Pairs, least: float, margin: float) -> npt.NDArray[np.bool_]:
    """Points at which some coherence does something in another zone, ``(P,)``."""
    out = np.zeros(len(pairs.energies), dtype=bool)
    for k, m in enumerate(pairs.differences.tolist()):
        who = np.flatnonzero((np.abs(pairs.multiple) == m).any(axis=(-2, -1))) if k else []
        if len(who):  # of several tones each multiple is that of few points
            there, nearest = (pairs if len(who) == len(out) else pairs.at(who)).elsewhere(k)
            out[who] |= (nearest & (margin * there > least)).any(axis=(-2, -1))
    return out


def _wanted(pairs: _Pairs, least: float | Array, margin: float) -> tuple[Array, Array]:
    """What the coherence of each pair does, and the multiple of omega at which it does most."""
    xp, none = namespace(pairs.amplitudes), 0.0 * pairs.multiple

    def look(k: Any, state: tuple[Array, Array]) -> tuple[Array, Array]:
        home, most = state
        there, nearest = pairs.elsewhere(k)
        here = xp.asarray(k == 0)
        return xp.where(here, there, home), xp.where(nearest & ~here, margin * there, most)

    home, most = repeated(xp, len(pairs.differences), look, (none, none))
    # the pair's own zone comes first, whatever it does
    moved = (most > home) & (most > least)
    best = xp.where(moved, most, home)
    return xp.where(best > least, best, none), xp.where(moved, pairs.multiple, none)


def _amplitudes(jumps: Jumps) -> Array:
    """Square roots of the rates through each operator with each q of both signs, then an empty one,
    ``(..., K + 1, N, N)``."""
    xp, d = namespace(jumps.energy), jumps.dressing
    driven = driven_places(jumps)
    parts: list[Array] = []
    for c in range(int(d.couplings.shape[-4])):
        size = xp.abs(d.couplings[..., c, :, :, :])
        baths = [u for u, wires in enumerate(jumps.wiring) if c in wires]
        up, low = (sum(rates[u] for u in baths) for rates in (jumps.forward, jumps.backward))
        parts.append(both_signs(size * xp.sqrt(up), driven, 1.0, size * xp.sqrt(low)))
    return xp.concat([*parts, 0.0 * parts[0][..., :1, :, :]], axis=-3)


def partners(d: Dressing, differences: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """For each difference m the place of q - m of each q, ``(D, K + 1)``, among the K harmonics of both signs
    of all operators in a row, and an empty one after them."""
    operators = int(d.couplings.shape[-4])
    signed = np.asarray([*d.quanta, *(-q for q in d.quanta if q)])
    empty, order = operators * len(signed), np.argsort(signed)
    wanted = signed - differences[:, None]
    near = order[np.minimum(np.searchsorted(signed, wanted, sorter=order), len(signed) - 1)]
    partner = np.where(signed[near] == wanted, near, -1)[:, None]
    first = len(signed) * np.arange(operators)[:, None]
    out = np.where(partner < 0, empty, first + partner).reshape(len(differences), empty)
    return np.concatenate([out, np.full((len(out), 1), empty)], axis=1)


def align(weight: Array, multiple: Array) -> Array:
    """Shifts that bring pairs together, the heaviest first; pairs already joined stay as they are.

    A spanning tree of greatest weights for each point, grown from the lowest state (Prim): it holds the
    pairs that joining the heaviest first would join.

    Parameters
    ----------
    weight : array (..., N, N)
        Symmetric; zero for a pair that is not to be joined.
    multiple : array (..., N, N)
        m with E_i - E_j near m omega.

    Returns
    -------
    int array (..., N)
    """
    xp = namespace(weight)
    n = int(weight.shape[-1])
    level = xp.asarray(np.arange(n))
    shift = 0.0 * weight[..., 0]

    def join(_: Any, state: tuple[Array, ...]) -> tuple[Array, ...]:
        shift, inside, strongest, wanted = state
        # where nothing outside is tied to the tree, the lowest state outside begins one of its own
        new = xp.argmax(xp.where(inside, -xp.ones_like(shift), strongest), axis=-1)
        joins = level == new[..., None]
        mark = xp.astype(joins, shift.dtype)
        shift, inside = xp.where(joins, wanted, shift), inside | joins
        by, apart = (xp.matmul(mark[..., None, :], x)[..., 0, :] for x in (weight, multiple))
        at = xp.sum(shift * mark, axis=-1)[..., None] + apart
        closer = (by > strongest) & ~inside
        return shift, inside, xp.where(closer, by, strongest), xp.where(closer, at, wanted)

    shift = repeated(xp, n, join, (shift, shift != 0.0, shift, shift))[0]
    return xp.astype(xp.round(shift), xp.int64)


def zone_groups(shift: Shifts) -> list[Points]:
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


def turned(
    jumps: Jumps, shift: Array
) -> tuple[Array, Array, Callable[[Array], Array], Callable[[Array], Array]]:
    r"""Zones of each point's own without a harmonic more: what is to be done with the parts of a generator.

    Under :math:`E_i \to E_i + m_i\omega` what was :math:`S^{(q)}_{ij}` becomes :math:`S^{(q+m_i-m_j)}_{ij}`.
    Products in the generator join q and q' of any two elements by their difference alone, which is held here
    modulo a number larger than all of them: shapes do not depend on the shifts, so that they can be traced.

    Returns
    -------
    gaps : array (..., N, N)
    turns : array (..., N, N) or None
        m_i - m_j over the largest difference of two quanta.
    in_zones : callable
        Harmonics of both signs, from `both_signs`, in the zones.
    quanta_in_zones : callable
        The same for their quanta q omega, which change with the zone.
    """
    xp, d = namespace(jumps.energy), jumps.dressing
    gaps = d.energies[..., :, None] - d.energies[..., None, :]
    if shift is None:
        return gaps, None, lambda x: x, lambda x: x
    apart = shift[..., :, None] - shift[..., None, :]
    most = d.quanta[-1]
    count = 4 * most + 1
    signed = [*d.quanta, *(-q for q in d.quanta if q)]
    table = np.full(count, len(signed))  # quanta that no harmonic has stand for an empty one behind them all
    table[np.asarray(signed) % count] = np.arange(len(signed))
    source = (xp.asarray(np.arange(count)[:, None, None]) - apart[..., None, :, :]) % count
    place = xp.reshape(xp.take(xp.asarray(table), xp.reshape(source, (-1,))), source.shape)
    moved = xp.astype(apart, gaps.dtype) * expanded_omega(d.omega, 2)
    none = 0.0 * moved[..., None, :, :]

    def in_zones(x: Array) -> Array:
        whole = xp.concat([x + none, xp.astype(none, x.dtype)], axis=-3)
        return xp.take_along_axis(whole, place, axis=-3)

    turns = xp.astype(apart, gaps.dtype) / (2 * most)
    return gaps + moved, turns, in_zones, lambda x: in_zones(x + moved[..., None, :, :])
