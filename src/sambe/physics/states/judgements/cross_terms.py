r"""How far the terms between different quanta would move each current: a judgement, point by point.

The cheaper generators drop from :math:`\mathcal L(t) = \sum_m \mathcal L_m e^{-im\omega t}` what turns,
:math:`m = q - q' \neq 0`. To first order in it a stationary state :math:`\rho_0` of the rest gets harmonics,
and those act back on it:

.. math:: \rho_m = -(\mathcal L_0 + im\omega)^{-1}\mathcal L_m\rho_0,\qquad
          \delta\rho_0 = -\mathcal L_0^{-1}\sum_{m\neq 0}\mathcal L_{-m}\rho_m,

so that a current with the functional :math:`K(t) = \sum_m K_m e^{-im\omega t}` moves by
:math:`\delta J = K_0\rho_0 - J + \sum_{m\neq 0} K_{-m}\rho_m + K_0\,\delta\rho_0`, where the first two terms
differ by the side of a jump on which energies are counted (see `periodic_generator`). The others are the
first two steps of the iteration that solves the complete equation (see `period_iteration`), from the state
that is judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, folded, namespace, over_last, values_of
from ...dressing.frequencies import largest_turn, slowest_turn
from ...generators.jumps import Jumps, jumps_at
from ...generators.periodic_generator import PeriodicGenerator, folds_of, make_harmonics, reach_of
from ...generators.redfield import pack
from ..periods.complete_state import MOST_SAMPLES, complete_state, sample_count, together
from ..periods.period_iteration import PeriodApplied, PeriodCorrector
from ..stationary import Stationary
from .single_quantum import effects_of_single_quantum, has_single_quantum

__all__ = [
    "CrossTerms",
    "Judged",
    "cross_terms",
    "dropped_shift",
    "felt_slowness",
    "judged_state",
    "needs_complete",
    "relative_shift",
    "slowness_in_frame",
]

# Of the largest current: a move that counts. The estimate is good to some per cent up to six levels; in
# larger ladders, where coherences feed one another, it may miss a move by ten times. Ten times as much would
# halve the time of a ladder in a static frame, and leave derivatives of currents wrong by a per cent.
MOVED = 1e-5
MISSED = 1e-5  # of the largest current: what the first law may be missed by for each terminal
MOVED_ITSELF = 1e-3  # of a current itself: its third digit
ROUNDING = 1e-12  # of the one-way flow: what currents of double precision cancel to
PERTURBATIVE = (
    0.1  # relaxation rate over omega, and harmonics of the state, beyond which the first order may mislead
)
# Relaxation rate over omega below which no current moves by 1 % of itself, or of a hundredth of the largest.
# Of random systems of two to five levels, with a frame and without, the worst of 1800 moved by 0.1 %. Near a
# resonance populations alone move by more: by 1.7 % at 3e-5, the worst of 230, and by 0.06 % at 1e-5.
SLIGHT, SLIGHT_ALONE = 1e-4, 1e-5
# The same in a static frame, where nothing turns but what the couplings carry: those terms act by what they
# do twice, of the order of the square of this ratio, which is averaged over the jumps (`felt_slowness`). Of
# 4000 points of random ladders, with one quantum in their couplings and with several, none below it moved by
# more than 0.1 %; and none moved by more than 0.75 % up to five times of it where the square of the ratio,
# times the energy that goes to and fro, is less than this share of the current.
SLIGHT_FRAMED, TO_AND_FRO, SHARE = 0.002, 5.0, 0.01
# The same share for any ratio, as currents that are next to nothing beside that energy are moved by any. Of
# 600 systems of two to four levels driven far from resonance, ten moved by 2 to 80 % without it; with three
# times this share, none by more than 0.6 %.
SHARE_AT_MOST = 0.1
SMALL_CURRENT = 1e-2  # of the largest: a smaller current is judged against this share
SIDEBAND = (
    1e-5  # harmonics of the coupling below this share of the largest cannot move a current by more than 1e-5
)
SEEN = 1e-3  # the same where a per cent is to be told; slow drives are then solved with all of them
# Share of a current that may move by the first order without a step more, so that less than a per cent moves.
# Of 6000 points of random ladders the worst of those cleared moved by 0.7 %.
CLEARED = 2e-3
TOGETHER = 2**14  # numbers in the sampled states of points that are judged together: they stay in the cache

# Numbers in the states of points of a single quantum that are judged together. Measured on ladders of 20
# levels: longer batches take as long, a fourth of it a third longer.
TOGETHER_ONCE = 2**16

Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class CrossTerms:
    """What the terms between different quanta would do to a stationary state.

    Attributes
    ----------
    change : array (..., U + 1)
        Change of each current, positive into the system; not a number where the state is none.
    traffic : array (...)
        Largest one-way flow of a terminal, to which rounding is relative.
    harmonics : array (...)
        Largest element of the harmonics m != 0 of the state; its trace is one.
    slowness : array (...)
        Relaxation rate over omega of the states that hold something: `felt_slowness`.
    """

    change: Reals
    traffic: Reals
    harmonics: Reals
    slowness: Reals


def felt_slowness(jumps: Jumps, populations: Array) -> Array:
    r"""Root mean square, over the jumps, of the rate out of a state over omega, ``(P,)``.

    .. math:: \Bigl(\sum_j p_j\gamma_j\,(\gamma_j/\omega)^2 \Big/ \sum_j p_j\gamma_j\Bigr)^{1/2},\qquad
              \gamma_j = \sum_i R_{ij}

    Upper levels of a ladder relax fast and hold nothing: they do not make a drive slow.
    """
    xp = namespace(populations)
    flow = xp.abs(populations) * jumps.leaving
    every = over_last("add", flow)
    mean = over_last("add", flow * jumps.leaving**2) / xp.where(every > 0, every, xp.ones_like(every))
    d = jumps.dressing
    return xp.sqrt(mean) / slowest_turn(d.quanta, d.omega, d.couplings)


def slowness_in_frame(jumps: Jumps, populations: Array, currents: Array) -> Array:
    r"""What decides whether those terms are slight in a static frame: below one they are, ``(...)``.

    With the ratio r of `felt_slowness`, the flow :math:`\sum_j p_j\gamma_j` and the largest energy W,

    .. math:: \min\Bigl[\max\Bigl(\frac{r}{r_0}, \frac{r^2 W \sum_j p_j\gamma_j}{0.1\,|J|}\Bigr),\;
              \max\Bigl(\frac{r}{5r_0}, \frac{r^2 W \sum_j p_j\gamma_j}{0.01\,|J|}\Bigr)\Bigr],

    J the smallest current, or a hundredth of the largest. In any array namespace.
    """
    xp, d = namespace(currents), jumps.dressing
    ratio = felt_slowness(jumps, populations)
    energy = largest_turn(d.quanta, d.omega) + d.energies[..., -1] - d.energies[..., 0]
    size = xp.abs(currents)
    against = xp.maximum(over_last("minimum", size), SMALL_CURRENT * over_last("maximum", size))
    flow = over_last("add", xp.abs(populations) * jumps.leaving)
    tiny = xp.full_like(against, float(np.finfo(float).tiny))
    moved = ratio * ratio * energy * flow / (SHARE * xp.maximum(against, tiny))
    slight = xp.maximum(ratio / SLIGHT_FRAMED, moved * (SHARE / SHARE_AT_MOST))
    return xp.minimum(slight, xp.maximum(ratio / (TO_AND_FRO * SLIGHT_FRAMED), moved))


def cross_terms(
    jumps: Jumps, state: npt.NDArray[np.complex128], currents: Reals, share: float = SIDEBAND
) -> CrossTerms:
    """First-order effect on each current, for a batch with one axis of points.

    Parameters
    ----------
    jumps : Jumps
        In the zone of the state, with the Lamb shift that it was solved with.
    state : array (P, N, N) or (P, N)
        Density matrix of a generator without those terms, or populations.
    currents : array (P, U + 1)
        Of that state.
    share : float
        Harmonics of the coupling below this share of the largest are left out.

    Notes
    -----
    A dressing with a single |q| = 0 has no such terms: all is zero.
    """
    points, n = jumps.energy.shape[0], jumps.dressing.levels
    rho = state if state.ndim == 3 else state[:, :, None] * np.eye(n)
    slowness = felt_slowness(jumps, np.diagonal(rho, 0, -2, -1).real)
    out = CrossTerms(np.zeros((points, len(jumps.wiring) + 1)), np.zeros(points), np.zeros(points), slowness)
    if not any(jumps.dressing.quanta):
        return out
    known = np.asarray(np.isfinite(rho).all(axis=(-2, -1)))
    rho = np.where(known[:, None, None], rho, 0.0)
    reach = reach_of(jumps, share)
    count, folds = sample_count(np.minimum(2 * reach - 3.0, reach)), folds_of(jumps)
    # beyond it the zone of a state has turned more often than a period is sampled
    sampled = reach <= MOST_SAMPLES
    for samples in np.unique(count[sampled]).tolist():
        for who, fold in together(
            np.flatnonzero(sampled & (count == samples)), folds, TOGETHER // (samples * n * n)
        ):
            group = jumps_at(jumps, who)
            g = PeriodicGenerator.of(make_harmonics(group, reach[who]), samples, fold)
            change, out.harmonics[who] = _first_order(g, rho[who])
            # with every harmonic: those that hardly move a state may still bring a small current
            steady = make_harmonics(group, max(jumps.dressing.quanta)).steady_currents(rho[who])
            out.change[who] = change + (steady - currents[who])
            out.traffic[who] = g.traffic(pack(rho[who])[:, None] + np.zeros((1, g.samples, 1, 1)))
    out.change[~(known & sampled)] = np.nan
    return out


def _by_harmonics(jumps: Jumps, state: npt.NDArray[np.complex128], currents: Reals) -> CrossTerms:
    """As `cross_terms` where the coupling has a single quantum, to first order alone and at less work."""
    points, n = len(currents), jumps.dressing.levels
    slowness = felt_slowness(jumps, state if state.ndim == 2 else np.diagonal(state, 0, -2, -1).real)
    size = max(1, TOGETHER_ONCE // n**2)
    batches = [np.arange(k, min(k + size, points)) for k in range(0, points, size)]
    parts = [effects_of_single_quantum(jumps_at(jumps, who), state[who], currents[who]) for who in batches]
    change, traffic, harmonics = map(np.concatenate, zip(*parts, strict=True))
    return CrossTerms(change, traffic, harmonics, slowness)


def _first_order(g: PeriodicGenerator, rho: npt.NDArray[np.complex128]) -> tuple[Reals, Reals]:
    """Change of the currents and the largest harmonic that the state gets."""
    applied = PeriodApplied(g)
    correct = PeriodCorrector(g, applied)
    driven = applied.apply(pack(rho)[:, None] + np.zeros((1, g.samples, 1, 1)))
    driven[:, 0] = 0.0
    turning = correct(driven)
    # the second step of the iteration whose first one these harmonics are: it holds what they do to the mean
    # state, which is of their own order, and what the diagonal has left out
    moved = 2.0 * turning + correct(applied.apply(turning))
    change = np.where(correct.unique[:, None], g.currents(moved), np.nan)
    return change, np.abs(turning).max(axis=(-3, -2, -1))


def needs_complete(terms: CrossTerms, currents: Reals, tolerance: float) -> npt.NDArray[np.bool_]:
    """Where a current would move by more than counts, the first law is missed, or the first order may
    mislead, ``(...)``.

    Parameters
    ----------
    currents : array (..., U + 1)
        Of the state that was judged.
    tolerance : float
        Relative to the largest current; a larger one than `MOVED` or `MISSED` counts instead.
    """
    moved, size = np.abs(terms.change), np.abs(currents)
    largest = size.max(axis=-1)
    # with fast relaxation, or large harmonics, first order misleads: any move above rounding counts
    trusted = (terms.slowness <= PERTURBATIVE) & (terms.harmonics <= PERTURBATIVE)
    least = np.where(trusted, max(tolerance, MOVED), 0.0) * largest
    above = moved > ROUNDING * terms.traffic[..., None]
    counts = (moved > least[..., None]) | (moved > MOVED_ITSELF * size)
    missed = np.abs(currents.mean(axis=-1)) > np.maximum(
        max(tolerance, MISSED) * largest, ROUNDING * terms.traffic
    )
    return np.asarray((above & counts).any(axis=-1) | missed | ~np.isfinite(moved).all(axis=-1))


def relative_shift(terms: CrossTerms, currents: Reals) -> Reals:
    """Largest move of a current, relative to itself or to a hundredth of the largest, ``(...)``."""
    moved, size = np.abs(terms.change), np.abs(currents)
    against = np.maximum(size, SMALL_CURRENT * size.max(axis=-1, keepdims=True))
    above = moved > ROUNDING * terms.traffic[..., None]
    share = np.where(above, moved / np.where(against > 0, against, np.finfo(float).tiny), 0.0)
    return np.asarray(np.where(np.isnan(moved), np.nan, share).max(axis=-1))


def dropped_shift(
    jumps: Jumps, state: npt.NDArray[np.complex128], currents: Reals, framed: bool = False
) -> Reals:
    """`relative_shift` of a state without those terms, to warn of it, ``(P,)``.

    Zero where relaxation is so slow against the drive that it stays below a per cent; to first order above;
    by the complete equation itself where the states that hold something relax fast; not a number where that
    is beyond the work of a judgement.

    Parameters
    ----------
    jumps, state
        See `cross_terms`.
    currents : array (P, U + 1)
    framed : bool
        Whether the dressing is that of a static frame.
    """
    out = np.where(folded(np.logical_and, np.isfinite(currents)), 0.0, np.nan)
    omega = np.broadcast_to(jumps.dressing.omega, len(currents))
    populations = np.real(state if state.ndim == 2 else np.diagonal(state, 0, -2, -1))
    if framed:
        felt = np.flatnonzero(~(slowness_in_frame(jumps, populations, currents) < 1.0))
    else:
        least = SLIGHT_ALONE if state.ndim == 2 else SLIGHT
        felt = np.flatnonzero(~(folded(np.maximum, jumps.leaving) < least * omega))
    if not felt.size or not any(jumps.dressing.quanta):
        return out
    fast = np.sum(np.abs(populations) * jumps.leaving, axis=-1) > PERTURBATIVE * omega
    if has_single_quantum(jumps):
        quick = _by_harmonics(jumps_at(jumps, felt), state[felt], currents[felt])
        out[felt] = relative_shift(quick, currents[felt])
        slight = (out[felt] < CLEARED) & (np.maximum(quick.slowness, quick.harmonics) < PERTURBATIVE)
        felt = felt[~slight | fast[felt]]
        if not felt.size:
            return out
    terms = cross_terms(jumps_at(jumps, felt), state[felt], currents[felt], SEEN)
    misled = fast[felt] & (terms.change != 0.0).any(axis=-1)
    who = np.flatnonzero(misled & np.isfinite(terms.change).all(axis=-1))
    if who.size:
        whole = complete_state(jumps_at(jumps, felt[who]), judging=True)
        moved = whole.currents - currents[felt[who]]
        # what is beyond the bound of work of a judgement is unknown, not small; where several states are
        # stationary the complete equation names none, and the first order stands
        moved = np.where(whole.converged[:, None], moved, np.nan)
        terms.change[who] = np.where(whole.unique[:, None], moved, terms.change[who])
    out[felt] = relative_shift(terms, currents[felt])
    return out


@dataclass(frozen=True)
class Judged(Stationary):
    """A stationary state of which it was judged what the terms between different quanta do.

    Attributes
    ----------
    complete : bool array (...)
        Where they are kept.
    shift : array (...)
        `relative_shift` where they are not; not a number where the first order may mislead and the complete
        equation is not solved.
    """

    complete: npt.NDArray[np.bool_]
    shift: Reals


def judged_state(jumps: Jumps, part: Stationary, tolerance: float, framed: bool = False) -> Judged:
    """The complete equation at the points that need it, the state as it is elsewhere.

    Parameters
    ----------
    jumps : Jumps
        In the zone of the state, with the Lamb shift.
    part : Stationary
        Without the terms between different quanta.
    tolerance : float
        See `needs_complete`.
    framed : bool
        Whether the dressing is that of a static frame.
    """
    batch = part.unique.shape
    fields = [np.array(x).reshape(-1, *x.shape[len(batch) :]) for x in values_of(part)]
    state, currents, _, unique, converged = fields
    kept, shift = np.zeros(unique.size, dtype=bool), np.zeros(unique.size)
    solved = unique & converged & np.isfinite(currents).all(axis=-1)
    if framed:
        slight = slowness_in_frame(jumps, np.diagonal(state, 0, -2, -1).real, currents) < 1.0
        # what the first law misses, with a Lamb shift most of all, is what the two ways of counting differ by
        missed = np.abs(currents.sum(axis=-1)) > MISSED * folded(np.maximum, np.abs(currents))
        solved &= ~slight | missed
    fine = np.flatnonzero(solved)
    if fine.size and has_single_quantum(jumps):
        # at a tenth of the work, and of the moves that it lets pass the worst is the same
        quick = _by_harmonics(jumps_at(jumps, fine), state[fine], currents[fine])
        shift[fine] = relative_shift(quick, currents[fine])
        fine = fine[needs_complete(quick, currents[fine], tolerance)]
    if fine.size and any(jumps.dressing.quanta):
        terms = cross_terms(jumps_at(jumps, fine), state[fine], currents[fine])
        shift[fine] = relative_shift(terms, currents[fine])
        who = fine[needs_complete(terms, currents[fine], tolerance)]
        whole = complete_state(jumps_at(jumps, who), near=state[who])
        solved = whole.unique & whole.converged
        known = np.maximum(terms.slowness, terms.harmonics) <= PERTURBATIVE
        shift[fine[~known]] = np.where(
            np.isin(fine[~known], who[whole.unique & ~whole.converged]), np.nan, shift[fine[~known]]
        )
        who = who[solved]
        for field, value in zip(fields, values_of(whole), strict=True):
            field[who] = value[solved]
        kept[who], shift[who] = True, 0.0
    return Judged(*(x.reshape((*batch, *x.shape[1:])) for x in (*fields, kept, shift)))
