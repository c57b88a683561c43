"""What the coherence of a pair of states does to the currents, to first order, at each multiple of omega."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, is_numpy, namespace
from ...dressing.dressing import Dressing
from ..jumps import Jumps, Points
from ..one_sided import both_signs, driven_places
from .coherences import relaxation_rates
from .multiples import Gaps

__all__ = ["SINGLE_LEVELS", "Pairs", "Populations", "amplitudes_of", "at_another", "effects_elsewhere",
           "most_elsewhere", "partners"]  # fmt: skip

FEW = 4  # differences of quanta up to which effects are kept: a choice, for what memory they take
Populations = Callable[[Array], tuple[Array, Array]]
# Levels above which what coherences do is judged in single precision, in half the time and memory. Here all
# terms are positive, so that sums are good to six digits; of a move of 1e-2 of a current, which counts, it
# leaves three digits or more. A choice.
SINGLE_LEVELS = 1024


def effects_elsewhere(jumps: Jumps, populations: Populations) -> Array:
    """Bound on the change of the currents, of the one-way flow, by the coherence of each pair of states at
    the multiple of omega nearest to its gap, ``(P, N, N)``; zero where zero may be that multiple. See
    `zone_shift`."""
    pairs = Pairs.of(jumps, populations)
    return at_another(pairs, most_elsewhere(pairs))


def most_elsewhere(pairs: Pairs) -> Array:
    """Largest effect of each pair at another multiple than zero that is weighed for it, ``(P, N, N)``."""
    most = 0.0 * pairs.gaps.gap
    for k in range(1, len(pairs.differences)):
        near = pairs.near(k)
        who = np.flatnonzero(near.any(axis=(-2, -1)))
        if who.size:  # of several tones each multiple is that of few points
            whole = who.size == len(near)
            there = (pairs if whole else pairs.at(who)).effect(k)
            effect = np.where(near if whole else near[who], there, 0.0)
            if whole:
                most = np.maximum(most, effect)
            else:
                most[who] = np.maximum(most[who], effect)
    return most


def at_another(pairs: Pairs, most: Array) -> Array:
    """The same of both orders of a pair, zero where zero may be the multiple."""
    return np.where(pairs.near(0), 0.0, np.maximum(most, most.swapaxes(-1, -2)))


@dataclass(frozen=True)
class Pairs:
    """What the coherence of each pair of states does to first order, by the multiple of omega it turns with.

    Attributes
    ----------
    differences : int array (D,)
        Those, from zero on, for which there is something to be asked.
    rate : array (..., N, N)
        At which each coherence relaxes.
    flow : array (..., 1, 1)
        Jumps per unit time.
    known : dict
        Effects of NumPy's arrays at a few differences, which are asked for more than once.
    """

    gaps: Gaps
    populations: Array
    amplitudes: Array
    differences: npt.NDArray[np.intp]
    partners: Array
    rate: Array
    flow: Array
    known: dict[int, Array] = field(default_factory=dict)

    @classmethod
    def of(
        cls, jumps: Jumps, populations: Populations, margin: float = 1.0, gaps: Gaps | None = None
    ) -> Pairs:
        """Amplitudes and populations of the zone that the equation gives, with its gaps if they are known."""
        xp = namespace(jumps.energy)
        gaps = Gaps.of(jumps.dressing, margin) if gaps is None else gaps
        p, unique = populations(jumps.rates)
        p = xp.where(unique[..., None], p, xp.ones_like(p))
        differences = gaps.differences
        if is_numpy(xp) and len(differences) > 2:  # of one other, some pair asks for it
            differences = differences[gaps.asked()]
        table = xp.asarray(partners(jumps.dressing, differences))
        flow = xp.sum(jumps.rates * p[..., None, :], axis=(-2, -1))[..., None, None]
        flow = xp.where(flow > 0, flow, xp.ones_like(flow))
        return cls(gaps, p, amplitudes_of(jumps), differences, table, relaxation_rates(jumps), flow)

    def at(self, points: Points) -> Pairs:
        """The same of some points of a batch with one axis."""
        if len(points) == len(self.populations):
            return self
        known = {k: effect[points] for k, effect in self.known.items()}
        return Pairs(self.gaps.at(points), self.populations[points], self.amplitudes[points],
                     self.differences, self.partners, self.rate[points], self.flow[points],
                     known)  # fmt: skip

    def multiple(self, k: Any) -> Array:
        """``differences[k]`` as a number."""
        return namespace(self.amplitudes).asarray(self.differences.astype(float))[k]

    def near(self, k: Any) -> Array:
        """Pairs for which that multiple is weighed."""
        return self.gaps.weighed(self.multiple(k))

    def line(self, m: Any) -> Array:
        """How fast each coherence turns and relaxes at m quanta; one where neither."""
        xp, apart = namespace(self.amplitudes), self.gaps.apart(m)
        line = xp.sqrt(self.rate * self.rate + apart * apart)
        return xp.where(line > 0, line, xp.ones_like(line))

    def effect(self, k: Any) -> Array:
        """Change of the currents, of the one-way flow, by coherences that turn with ``differences[k]``."""
        if not is_numpy(namespace(self.amplitudes)) or len(self.differences) > FEW:
            return self._effect(k)
        if k not in self.known:
            self.known[k] = self._effect(k)
        return self.known[k]

    def _effect(self, k: Any) -> Array:
        xp, p = namespace(self.amplitudes), self.populations
        one, partner = self.amplitudes, self.partners[k, :]
        if is_numpy(xp):  # values can be looked at: leave out the harmonics that have no partner
            places = np.flatnonzero(partner < one.shape[-3] - 1)
            one, partner = one[..., places, :, :], partner[places]
        other = xp.take(self.amplitudes, partner, axis=-3)
        lost = xp.sum(xp.matmul(xp.matrix_transpose(other), one), axis=-3)
        fed = one * xp.astype(p, one.dtype)[..., None, None, :]
        gained = xp.sum(xp.matmul(fed, xp.matrix_transpose(other)), axis=-3)
        line = self.line(self.multiple(k))
        share = 0.5 * (p[..., :, None] + p[..., None, :])
        return (gained + share * lost) / self.flow * (lost / line)


def amplitudes_of(jumps: Jumps) -> Array:
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
    if is_numpy(xp) and d.levels > SINGLE_LEVELS:
        parts = [part.astype(np.float32) for part in parts]
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
