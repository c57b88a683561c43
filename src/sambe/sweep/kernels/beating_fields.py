"""Tones whose modes spread over too many quanta: the mean over their beat of what commensurate ones give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...description.system import System
from ...errors import ConvergenceError
from ...numerics.arrays import Fields
from ...physics.method import Method
from ...physics.pipeline import solve_batch
from ...physics.states.solution import Solution
from ...physics.tones.approximants import Approximant, approximant, slowest_rate
from ...physics.tones.folding import folded
from ...physics.tones.splitting import Folded, with_pumps

__all__ = ["Report", "beating_fields"]

# Largest integers of the fractions that are tried for the ratio of the tones, one after the other. A choice:
# the period of the drive is as many of a tone, which takes half a second, or seconds with some thousands;
# what strong tones do within it may be too much.
MOST_INTEGERS = (1000, 3000, 200, 40)
SAME = 1e-12  # of a frequency: a beat that is rounding, with integers up to a thousand
# Share of a turn after which the drive is looked at again, to see whether its phase matters: the golden
# section, as symmetries make halves or thirds of a turn alike.
PROBE = 0.381966
FEWEST, MOST_PHASES = 6, 24  # phases over which there is a mean, where it does. A choice
ALIKE = 1e-4  # of the largest current, within which twice as many phases give the same mean
TRUSTED = 1e-2  # of the largest current: what the beat may move besides
LEAST = ("secular_ratio",)  # of several phases the least counts,
MOST = ("cross_term_shift", "coherence_shift", "edge_population", "partition_spread")  # or the largest

Report = Callable[[System, Solution, Folded | None], Fields]


def beating_fields(system: System, method: Method, report: Report, reason: ConvergenceError) -> Fields:
    """What is reported of one point under two tones, as the mean over their beat.

    Parameters
    ----------
    system : System
        Of two tones, its numbers of shape ``(1,)``.
    method : Method
    report : callable
        As in `sambe.sweep.kernels.fields.by_tones`; of what it reports there is a mean.
    reason : ConvergenceError
        Raised again where the beat is neither slow nor without effect.
    """
    first, second = (float(np.ravel(w)[0]) for w in system.omega)
    tried: set[tuple[int, int]] = set()
    for most in MOST_INTEGERS:
        nearly = approximant(first, second, most)
        if (nearly.p, nearly.q) not in tried:
            tried.add((nearly.p, nearly.q))
            try:
                fields, error = _mean_over_beat(system, method, report, nearly)
            except ConvergenceError:  # too long a period
                continue
            if error <= TRUSTED and not fields["status"].any():
                return fields
    raise reason


def _mean_over_beat(
    system: System, method: Method, report: Report, nearly: Approximant
) -> tuple[Fields, float]:
    """The mean, and how far it may be from what the given tones do, of the largest current."""
    rates = []

    def at(turn: float, share: float = 0.5) -> Fields:
        batch = nearly.system(system, share, turn)
        inner, how = folded(batch, method, nearly.fold)
        count = sum(len(x.parts) for x in method.observables)
        part = Folded(solve_batch(inner, how), nearly.fold, count, method.static)
        rates.append(slowest_rate(np.asarray(part.inner.plain.rates)[0]))
        return report(batch, with_pumps(part, batch, method), part)

    first = at(0.0)
    if nearly.beat <= SAME * nearly.first:  # commensurate as given, of one phase
        return first, 0.0
    probes = [first, at(PROBE), at(2.0 * PROBE, 0.0)]
    out = _mean(probes)
    apart = [_apart(x, out) for x in probes]
    if max(apart) <= ALIKE:
        return out, max(apart)
    moved = _apart(at(0.0, 0.0), first)
    followed = min(1.0, nearly.beat / max(min(rates), np.finfo(float).tiny))
    if not moved + max(apart) * followed <= TRUSTED:
        return out, np.inf
    phases, count = [first, *(at(k / FEWEST) for k in range(1, FEWEST))], FEWEST
    out = _mean(phases)
    while count < MOST_PHASES:
        before, count = out, 2 * count
        phases += [at((2 * k + 1) / count) for k in range(count // 2)]
        out = _mean(phases)
        if _apart(before, out) <= ALIKE:
            break
    spread = max(_apart(x, out) for x in phases)
    return out, moved + spread * followed


def _apart(one: Fields, other: Fields) -> float:
    """Largest difference of a current, of the largest."""
    a, b = (np.asarray(x["energy_current"]) for x in (one, other))
    return float(np.abs(a - b).max() / max(np.abs(b).max(), np.finfo(float).tiny))


def _mean(phases: list[Fields]) -> Fields:
    """Fields of all phases together."""
    out: Fields = {}
    for name in phases[0]:
        every = np.stack([np.asarray(x[name]) for x in phases])
        if name in LEAST:
            out[name] = every.min(axis=0)
        elif name in MOST or every.dtype.kind in "iub":
            out[name] = every.max(axis=0)
        else:
            out[name] = every.mean(axis=0)
    return out
