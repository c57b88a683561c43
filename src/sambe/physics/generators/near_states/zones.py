"""Zones of quasienergies: they are defined modulo omega, coherences are kept between near ones.

A pair of states whose coherence does most in another zone is moved to it, point by point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, is_numpy, namespace, repeated
from ...dressing.frequencies import expanded_omega
from ..jumps import Jumps, fixed, jumps_at
from .multiples import NEARER, RIVALS, Gaps, differences_of
from .pair_effects import Pairs, Populations, amplitudes_of, at_another, most_elsewhere, partners

__all__ = ["align", "turned", "wanted_elsewhere", "zone_shift", "zones_and_effects"]

CHUNK = 2**16  # pairs of states of the points that are looked at together, with up to so many channels:
FEW = 64
# Levels above which pairs are looked at part by part, and levels of a part. A choice: products remain large.
PART_LEVELS, PART = 384, 256
FRAMED_TONES = 2.0  # factor on what a coherence does at home, see `zone_shift`: a choice
Shifts = npt.NDArray[np.intp]


def zone_shift(
    jumps: Jumps, populations: Populations, least: float | Array, margin: float = 1.0, framed: bool = False
) -> Array:
    r"""Multiples m_i of omega that bring states together whose coherence turns slowly, ``(..., N)``.

    A coherence of i and j may turn with any multiple m of omega beside their gap, and one zone keeps one of
    them. To first order the one that is kept moves the currents, as a share of the one-way flow, by

    .. math:: \frac{(g_{ij} + \tfrac12 (p_i + p_j) d_{ij})\, d_{ij}}
              {|\Gamma_{ij} + i(E_i - E_j - m\omega)|\,\sum R p},\qquad
              d_{ij} = \sum_{q,k} y^{(q-m)}_{ki} y^{(q)}_{kj},\quad
              g_{ij} = \sum_{q,k} y^{(q)}_{ik} p_k y^{(q-m)}_{jk},

    with the amplitudes :math:`y = \sqrt{R^{(q)}}` of the jumps, as the phases of which may add up. A pair
    is given the nearest multiple where that does more than its own zone. Where two multiples are about as
    near, so that rounding would choose, the one that does more is taken for the nearest. Pairs are joined in
    the order of what they do times their rate over their distance: of those around a loop that does not
    close, a far one is left out and not one within its line.

    Parameters
    ----------
    jumps : Jumps
    populations : callable
        Stationary populations of a rate matrix, and whether they are unique.
    least : float
        Share of the one-way flow below which a coherence may be left out; outside NumPy several of them as an
        array ``(L, 1, ..., 1)``, for shifts ``(L, ..., N)``.
    margin : float
        Factor on what a coherence does at a multiple that is farther from zero than another, and on the
        distance up to which a multiple counts as about as near as the nearest. Above one also on the pairs
        that a loop leaves out, so that others are left out where they do about as little.
    framed : bool
        Whether the dressing is that of a static frame, by which the quanta of several tones are told apart:
        states leave its zone for no less than twice the effect.

    Returns
    -------
    int array (..., N)
        On the host from NumPy's arrays, else in their own namespace.
    """
    d = jumps.dressing
    if not is_numpy(namespace(d.energies)):
        return align(*_wanted(Pairs.of(fixed(jumps), populations, margin), least, margin))
    return _searched(jumps, populations, float(least), margin, framed, None)


def zones_and_effects(
    jumps: Jumps, populations: Populations | Array, least: float
) -> tuple[Shifts, npt.NDArray[np.float64]]:
    """`zone_shift` and `effects_elsewhere` of NumPy's arrays by one look at the pairs of states.

    Parameters
    ----------
    populations : callable or array (P, N)
        Those of `zone_shift`, or known ones, not a number where they are not unique.
    """
    n = jumps.dressing.levels
    effects = np.zeros((jumps.dressing.energies.size // n, n, n))
    return _searched(jumps, populations, least, 1.0, False, effects), effects


def _searched(
    jumps: Jumps, populations: Populations | Array, least: float, margin: float, framed: bool,
    effects: npt.NDArray[np.float64] | None,
) -> Shifts:  # fmt: skip
    d = jumps.dressing
    home = FRAMED_TONES if framed and d.several_tones else 1.0
    batch, n = d.energies.shape[:-1], d.levels
    points = int(np.prod(batch))
    by_parts = n > PART_LEVELS and not d.several_tones and effects is None
    gaps = None if by_parts else Gaps.of(jumps_at(jumps).dressing, margin)
    who = np.arange(points) if gaps is None else np.flatnonzero(gaps.leave())
    shift = np.zeros((points, n), dtype=np.intp)
    channels = 2 * len(d.quanta) * int(d.couplings.shape[-4])
    size = max(1, CHUNK // (n * n * max(1, channels // FEW)))
    for k in range(0, len(who), size):
        some = who[k : k + size]
        at = jumps_at(jumps, some)
        if by_parts and callable(populations) and not _restless_part(at, populations, least, margin):
            continue
        found = populations if callable(populations) else _known(populations[some])
        pairs = Pairs.of(at, found, margin, None if gaps is None else gaps.at(some))
        most = most_elsewhere(pairs)
        if effects is not None:
            effects[some] = at_another(pairs, most)
        counts = (most > least).any(axis=(-2, -1))
        pairs, most, some = pairs.at(np.flatnonzero(counts)), most[counts], some[counts]
        restless = np.flatnonzero(_restless(pairs, most, least, margin)) if some.size else some
        if restless.size:
            shift[some[restless]] = _aligned(*_wanted(pairs.at(restless), least, margin, home), margin)
    return shift.reshape(*batch, n)


def _known(populations: Array) -> Populations:
    """What finds populations that are known."""
    return lambda _: (populations, np.isfinite(populations).all(axis=-1))


def wanted_elsewhere(jumps: Jumps, populations: Populations, least: Array) -> Array:
    """Points at which some pair of states asks for another zone, with no look at what the others ask for.

    Outside NumPy, and for `least` with an axis of its own, as in `zone_shift`; there is no shift elsewhere.
    """
    xp = namespace(jumps.energy)
    weight, multiple = _wanted(Pairs.of(fixed(jumps), populations), least, 1.0)
    return xp.any((weight > 0) & (multiple != 0), axis=(-2, -1))


def _restless(pairs: Pairs, most: Array, least: float, margin: float) -> npt.NDArray[np.bool_]:
    """Points at which some coherence does more in another zone, ``(P,)``."""
    more = (most > least) & (margin * most > pairs.effect(0) * (1.0 + NEARER))
    return np.asarray(more.any(axis=(-2, -1)))


def _restless_part(jumps: Jumps, populations: Populations, least: float, margin: float) -> bool:
    """The same of one point of very many levels: of pairs as far apart as a multiple of omega, which are few
    beside all, part by part."""
    d, differences = jumps.dressing, differences_of(jumps.dressing.quanta)
    p, unique = populations(jumps.rates)
    p = np.where(unique, p, 1.0)
    flow = float((jumps.rates * p).sum()) or 1.0
    amplitudes, table = amplitudes_of(jumps)[0], partners(d, differences)
    e, leaving, p = d.energies[0], jumps.leaving[0], p[0]
    omega = float(np.ravel(d.omega)[0])
    nearest = int(np.gcd.reduce(differences)) * omega / (1.0 + margin * RIVALS) * (1.0 - NEARER)
    for i in (slice(k, k + PART) for k in range(0, d.levels, PART)):
        far = np.flatnonzero(e <= e[i].max() - nearest)
        j = slice(0, int(far[-1]) + 1 if far.size else 0)
        gap, rate = e[i, None] - e[j], 0.5 * (leaving[i, None] + leaving[j])
        gaps, most = Gaps.of(d, margin, gap), np.zeros_like(gap)

        def effect(k: int, i: slice = i, j: slice = j, gap: Array = gap, rate: Array = rate) -> Array:
            lost, gained = _joined(amplitudes, table[k], p, i, j)
            line = np.hypot(rate, gap - differences[k] * omega)
            share = 0.5 * (p[i, None] + p[j])
            return (gained + share * lost) / flow * (lost / np.where(line > 0, line, 1.0))

        for k in range(1, len(differences)):
            near = gaps.weighed(float(differences[k]))
            if near.any():
                most = np.maximum(most, np.where(near, effect(k), 0.0))
        counts = most > least
        if counts.any() and (counts & (margin * most > effect(0) * (1.0 + NEARER))).any():
            return True
    return False


def _joined(
    amplitudes: Array, partner: npt.NDArray[np.intp], populations: Array, i: slice, j: slice
) -> tuple[Array, Array]:
    """What joins some states with others at one difference of quanta, as in `Pairs.effect`."""
    lost, gained = np.zeros_like(amplitudes[0, i, j]), np.zeros_like(amplitudes[0, i, j])
    last, held = len(amplitudes) - 1, populations.astype(amplitudes.dtype)
    for k in np.flatnonzero(partner < last):
        one, other = amplitudes[k], amplitudes[partner[k]]
        lost += other[:, i].T @ one[:, j]
        gained += (one[i] * held) @ other[j].T
    return lost, gained


def _wanted(pairs: Pairs, least: float | Array, margin: float, weight: float = 1.0) -> tuple[Array, Array]:
    """What the coherence of each pair does, and the multiple of omega at which, home by weight."""
    xp, none = namespace(pairs.amplitudes), 0.0 * pairs.gaps.gap

    def look(k: Any, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        home, most, at = state
        effect, near, here = pairs.effect(k), pairs.near(k), xp.asarray(k == 0)
        for sign, there, weighed in (
            (1.0, effect, near), (-1.0, xp.matrix_transpose(effect), xp.matrix_transpose(near))
        ):  # fmt: skip
            more = weighed & ~here & (margin * there > most * (1.0 + NEARER))
            most, at = xp.where(more, there, most), xp.where(more, sign * pairs.multiple(k), at)
        return xp.where(here, effect, home), most, at

    home, most, at = repeated(xp, len(pairs.differences), look, (none, none, none))
    # the pair's own zone comes first, whatever it does
    moved = (margin * most > weight * home * (1.0 + NEARER)) & (most > least)
    best = xp.where(moved, most, home)
    at = xp.triu(xp.where(moved, at, none), k=1)
    at = at - xp.matrix_transpose(at)
    # to first order far pairs seem to do as much as one within its line, which has to be joined before them
    return xp.where(best > least, best * pairs.rate / pairs.line(at), none), at


def _aligned(weight: Array, multiple: Array, margin: float) -> Shifts:
    """As `align`, with a margin for the pairs that are not brought together."""
    shift = align(weight, multiple)
    if margin > 1.0:
        left = shift[..., None, :] - shift[..., :, None] != multiple
        shift = align(np.where(left, margin * weight, weight), multiple)
    return np.asarray(shift)


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
    if is_numpy(xp):
        return _grown(*(x.reshape(-1, n, n) for x in (weight, multiple))).reshape(weight.shape[:-1])
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


def _grown(weight: Array, multiple: Array) -> Shifts:
    """The same of NumPy's arrays, in place."""
    points, n = weight.shape[:2]
    rows = np.arange(points)
    strongest, wanted = np.zeros((2, points, n))  # of a state inside, the tie is below all others
    shift = np.zeros((points, n), dtype=np.intp)
    for _ in range(n):
        new = strongest.argmax(axis=-1)
        at = wanted[rows, new]
        shift[rows, new], strongest[rows, new] = np.rint(at), -1.0
        by = weight[rows, new]
        closer = (by > strongest) & (strongest >= 0.0)
        np.copyto(strongest, by, where=closer)
        np.copyto(wanted, at[:, None] + multiple[rows, new], where=closer)
    return shift


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
