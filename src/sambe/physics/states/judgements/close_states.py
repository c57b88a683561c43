"""What coherences do that populations alone leave out, where states lie close to one another.

The operators of a point are made once, for the pairs of its states and for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....description.bath import Bath
from ....numerics.arrays import Array
from ...dressing.dressing import shift_zone
from ...generators.jumps import Jumps, Points, baths_at, jumps_at, make_jumps
from ...generators.near_states.coherences import as_many, from_another_zero
from ...generators.near_states.multiples import zone_groups
from ...generators.near_states.pair_effects import effects_elsewhere
from ...generators.near_states.zones import zone_shift, zones_and_effects
from ...generators.redfield import Redfield, make_redfield
from ..stationary import settled_state, stationary_populations
from .dropped_coherences import Changes, current_of_states, leverage

__all__ = ["EMPTY", "FAR", "HINT", "LEAST_EFFECT", "TINY", "TRUSTED_EFFECT", "CloseStates", "gaps_and_rates",
           "in_common_zone"]  # fmt: skip

FAR = 10.0  # relaxation rates beyond which a coherence moves no current by a per cent: 1/4 of its square
# move of a current by coherences, to first order, below which it is not worth a solution with all of them: a
# tenth of what counts. Of some three hundred random systems it was four times too small in the worst.
HINT = 1e-3
EMPTY = 1e-5  # share of a pair that no current can be felt to come from
TRUSTED_EFFECT = 1e-2  # change of a current by a pair's coherence, relative to it, that still counts as none
LEAST_EFFECT = 1e-8  # share of the one-way flow below which a coherence asks for no common zone
TINY = 1e-200  # where there is no current at all, and no rate

Reals = npt.NDArray[np.float64]


def in_common_zone(jumps: Jumps, baths: Sequence[Bath] | None, points: Points) -> Jumps:
    """Some points with the states near one another modulo omega in one zone, in the order that they had;
    without baths zones stay as they are."""
    some = jumps_at(jumps, points)
    if baths is None or not any(jumps.dressing.quanta):
        return some
    shift = zone_shift(some, stationary_populations, LEAST_EFFECT)
    return _moved(jumps, some, baths, points, shift) if shift.any() else some


def _moved(
    jumps: Jumps, some: Jumps, baths: Sequence[Bath], points: Points, shift: npt.NDArray[np.intp]
) -> Jumps:
    baths = baths_at(baths, jumps.dressing.energies.shape[:-1], points)
    return make_jumps(shift_zone(some.dressing, shift), baths, some.wiring)


def gaps_and_rates(jumps: Jumps, i: Points, j: Points) -> tuple[Array, Array]:
    """|E_i - E_j| and relaxation rates of pairs, ``(..., K)``."""
    e, leaving = jumps.dressing.energies, jumps.leaving
    # no overflow where nothing relaxes
    rate = np.maximum(0.5 * (leaving[..., i] + leaving[..., j]), TINY)
    return np.abs(e[..., i] - e[..., j]), rate


@dataclass(frozen=True)
class CloseStates:
    """Points of which some states lie close to one another, modulo omega too.

    Attributes
    ----------
    points : int array (P,)
        Of the batch.
    home, common : Jumps
        In the zone of the energies, and in a common one: the same, or another at each point.
    elsewhere : array (P, N, N), optional
        `effects_elsewhere`, where they were looked at.
    g : Redfield
        In the common zone.
    first : Changes
    """

    points: Points
    home: Jumps
    common: Jumps
    elsewhere: Reals | None
    g: Redfield
    first: Changes

    @classmethod
    def groups(
        cls, jumps: Jumps, baths: Sequence[Bath] | None, points: Points, populations: Reals, stationary: bool
    ) -> Iterator[CloseStates]:
        """Some points of a batch: those whose states stay in the zone of the energies, and others, together
        where their shifts need the same quanta.

        Parameters
        ----------
        jumps : Jumps
        baths : sequence of Bath, optional
            Without them zones stay as they are.
        points : int array (P,)
        populations : array (P, N)
            Of these points.
        stationary : bool
            Whether they are those of the rate equation.
        """
        home = jumps_at(jumps, points)
        if baths is None or not any(jumps.dressing.quanta):
            g = make_redfield(home)
            yield cls(points, home, home, None, g, Changes.of(g, populations))
            return
        known = populations if stationary else stationary_populations
        shift, elsewhere = zones_and_effects(home, known, LEAST_EFFECT)
        for who in zone_groups(shift):
            some = common = jumps_at(home, who)
            if shift[who].any():
                common = _moved(jumps, some, baths, points[who], shift[who])
            g = make_redfield(common)
            first = Changes.of(g, populations[who])
            yield cls(points[who], some, common, elsewhere[who], g, first)

    def nearer(self, points: Points, ratios: Reals) -> Reals:
        """Gaps over rates where those of pairs within `FAR` count by what their coherences do, ``(P, K)``.

        Parameters
        ----------
        points : int array (P,)
            Some of these points.
        ratios : array (P, K)
            Where they are not near.
        """
        i, j = np.triu_indices(self.g.levels, 1)
        some, first = jumps_at(self.common, points), self.first.take(points)
        gap, rate = gaps_and_rates(some, i, j)
        near, harm = gap / rate, _harm(some, first)[:, i, j]
        out = np.where(near < FAR, np.where(harm > TRUSTED_EFFECT, near, np.inf), ratios)
        left = np.flatnonzero(((near >= FAR) & (out < FAR)).any(axis=-1))
        if left.size:  # near modulo omega, and not worth a common zone
            idle = self._idle(points[left])[:, i, j]
            out[left] = np.where(idle & (near[left] >= FAR), np.inf, out[left])
        return np.asarray(out)

    def _idle(self, points: Points) -> npt.NDArray[np.bool_]:
        """Pairs whose coherence in another zone than that of the energies moves no current, ``(P, N, N)``."""
        if self.elsewhere is None:
            bound = effects_elsewhere(jumps_at(self.home, points), stationary_populations)
        else:
            bound = self.elsewhere[points]
        states = self.first.of_states[points]
        if self.common is not self.home:
            states = current_of_states(make_redfield(jumps_at(self.home, points)))
        largest = bound * leverage(states, self.first.populations[points])[:, None, None]
        # nothing is known of pairs that are nearest in the zone of the energies
        return np.asarray((largest <= TRUSTED_EFFECT) & (bound > 0.0))

    def move(self) -> Reals:
        """Move of a current by all coherences, of the largest, ``(P,)``: to first order, and worked out where
        that may mislead."""
        out, crowded = np.array(self.first.move(as_many(self.common))), self._crowded()
        who = np.flatnonzero(crowded & ((out > HINT) | (self._slowed(crowded) > HINT)))
        if who.size:
            out[who] = self._worked_out(who, out[who])
        return out

    def _crowded(self) -> npt.NDArray[np.bool_]:
        """Points with a pair, not both of its states empty, less than `FAR` rates apart, ``(P,)``."""
        return np.asarray(self.nearest_held() < FAR)

    def nearest_held(self) -> Reals:
        """Least gap over rate of the pairs whose states are not both empty, ``(P,)``."""
        i, j = np.triu_indices(self.g.levels, 1)
        gap, rate = gaps_and_rates(self.common, i, j)
        held = self.first.populations[:, i] + self.first.populations[:, j] >= EMPTY
        return np.asarray(np.where(held, gap / rate, np.inf).min(axis=-1))

    def _slowed(self, crowded: npt.NDArray[np.bool_]) -> Reals:
        """`Changes.slowed_move` of crowded points, ``(P,)``, and zero elsewhere."""
        out, points = np.zeros(len(self.points)), np.flatnonzero(crowded)
        if points.size:
            some, first = jumps_at(self.common, points), self.first.take(points)
            p, alike = first.populations, as_many(some)
            held = p[:, :, None] + p[:, None, :] >= EMPTY
            out[points] = first.slowed_move(some, held if alike is None else held & alike)
        return out

    def _worked_out(self, points: Points, first: Reals) -> Reals:
        """The move by a solution with every coherence, where it settles, and to first order elsewhere."""
        some, g = jumps_at(self.common, points), self.g.take(points)
        whole = settled_state(some, lambda j: g if j is some else make_redfield(j), HINT * TRUSTED_EFFECT)
        alone = (self.first.of_states[points] * self.first.populations[points][:, None, :]).sum(axis=-1)
        largest = np.abs([alone, whole.currents]).max(axis=(0, -1))
        apart = np.abs(whole.currents - alone).max(axis=-1) / np.maximum(largest, TINY)
        return np.where(whole.unique & whole.converged, apart, first)


def _harm(some: Jumps, first: Changes) -> Reals:
    """What each pair's coherence does, ``(P, N, N)``."""
    effects, alike = np.asarray(first.effects()), as_many(some)
    if alike is None:
        return effects
    shifted = Changes.of(make_redfield(from_another_zero(some)), first.populations).effects()
    return np.where(alike, np.maximum(effects, shifted), 0.0)
