r"""Stationary state of the complete equation: all pairs q, q' of a jump's two sides.

By iteration on samples of a period (see `period_iteration`); what that leaves, such as coherences that relax
faster than they turn, is for small systems solved by the map of a period (see `period_map`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import folded, values_of
from ...generators.jumps import Jumps, jumps_at
from ...generators.near_states.coherences import relaxation_rates
from ...generators.periodic_generator import (
    HARMONIC_FLOOR,
    PeriodicGenerator,
    folds_of,
    make_harmonics,
    reach_of,
)
from ...generators.redfield import pack, unpack
from ..iterations.conjugate_residuals import Scratch, descend
from ..stationary import Stationary
from .period_iteration import PeriodApplied, PeriodCorrector, tail
from .period_map import LARGEST, Course, period_map_state

__all__ = ["complete_state", "courses_of", "sample_count", "solve_complete", "together", "typical_seconds"]

SLOW = 0.1  # relaxation rate over omega from which the populations follow the drive, so that their harmonics
# belong together (from there on the iteration with the mean generator took more than a dozen steps)
BOUNDLESS = 1e12  # rates this many times omega are those of a bath without a finite one: no answer
TOLERANCE = 1e-10  # error of the currents by the iteration, relative to the largest
TAIL = 3e-6  # upper half of the state's harmonics, of the largest; the currents err by about its square
STEPS, RESTARTS = 24, 4  # of the iteration; what takes longer is left to the map or is not converged
BASIS = 2**23  # numbers in the directions of the iteration: 64 MB
TOGETHER = 2**16  # numbers in the sampled states of points that are iterated together: they stay in the cache
# Samples of a period, and numbers in the sampled state of a point, at most. Choices: ten levels have five
# thousand samples, and the operators and directions of the iteration then take 150 MB and some seconds.
MOST_SAMPLES, MOST_NUMBERS = 2**15, 2**19
MAP_LEVELS = 10  # levels up to which a period's map is worth its N^6 operations a step
# Tolerance of the currents, relative to the largest, and numbers in the steps of the map, where nothing but a
# move by a per cent of a hundredth of the largest is to be told: four digits less take a fifth of the steps.
# Choices.
JUDGING, JUDGING_NUMBERS = 1e-6, 2**20

Points = npt.NDArray[np.intp]
Reals = npt.NDArray[np.float64]


def typical_seconds(levels: int) -> float:
    """About how long a point takes on one core: where many are asked for, some may have to do.

    Measured for ladders off resonance with some twenty samples a period.
    """
    return float(0.002 + 2e-7 * levels**3.5)


def sample_count(reach: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Samples of a period that tell harmonics up to the reach apart: 2^k or 3 2^k, so that points of a sweep
    share them."""
    need = np.maximum(2.0 * reach + 8.0, 6.0)
    two = 2.0 ** np.ceil(np.log2(need))
    return np.asarray(np.where(0.75 * two >= need, 0.75 * two, two), dtype=np.intp)


def solve_complete(jumps: Jumps) -> Stationary:
    """Mean state over the period, currents and how it went, for a batch of any shape.

    Returns
    -------
    Stationary
        ``state`` is the harmonic m = 0; ``currents`` are counted, positive into the system.
    """
    batch = jumps.energy.shape[:-3]
    points = int(np.prod(batch, dtype=int))
    out = complete_state(jumps_at(jumps, np.arange(points)))
    return Stationary(*(x.reshape((*batch, *x.shape[1:])) for x in values_of(out)))


def complete_state(
    jumps: Jumps, judging: bool = False, course: Course | None = None, near: npt.NDArray[Any] | None = None
) -> Stationary:
    """As `solve_complete`, for a batch with one axis of points.

    Parameters
    ----------
    jumps : Jumps
    judging : bool
        Whether the currents need be good to `JUDGING` alone, at less work at the most.
    course : callable, optional
        Is given points and their packed states ``(P, M, N, N)`` at M equal steps of a period from t = 0 on;
        what it is given of a point last is good.
    near : array (P, N, N), optional
        States of trace one that may be near, to begin with.
    """
    tolerance, numbers = (JUDGING, JUDGING_NUMBERS) if judging else (TOLERANCE, LARGEST)
    points, n = jumps.energy.shape[0], jumps.dressing.levels
    omega = np.broadcast_to(np.asarray(jumps.dressing.omega, dtype=float), points)
    fastest = folded(np.maximum, jumps.leaving)
    out = Stationary(
        np.full((points, n, n), np.nan, dtype=complex), np.full((points, len(jumps.wiring) + 1), np.nan),
        np.full(points, n * (n - 1) // 2), np.zeros(points, dtype=bool), np.zeros(points, dtype=bool),
    )  # fmt: skip
    finite = fastest < BOUNDLESS * omega
    slow = finite & (fastest > SLOW * omega)
    for which in (False, True):
        # where the populations follow the drive the preconditioner knows a nearer state
        begin = None if which else near
        _iterate(jumps, np.flatnonzero(finite & (slow == which)), out, which, tolerance, course, begin)
    places = np.flatnonzero(finite & ~out.converged) if n <= MAP_LEVELS else np.zeros(0, dtype=np.intp)
    if places.size:
        part = period_map_state(jumps_at(jumps, places), tolerance, numbers, _of_some(course, places))
        put(out, places, part)
    return out


def courses_of(jumps: Jumps) -> Iterator[tuple[Points, Reals, bool]]:
    """States of the points that have one, at samples of a period: points with as many samples together.

    Yields
    ------
    points : int array (p,)
    packed : array (p, M, N, N)
    slow : bool
        Whether relaxation is fast against the drive.
    """
    courses: dict[int, Reals] = {}

    def remember(points: Points, packed: Reals) -> None:
        # the last course of a point is the one that converged
        courses.update(zip(points.tolist(), packed, strict=True))

    state = complete_state(jumps, course=remember)
    slow = relaxation_rates(jumps).max(axis=(-2, -1)) > SLOW * np.asarray(jumps.dressing.omega)
    kinds: dict[tuple[int, bool], list[int]] = {}
    for k in courses:
        if state.unique[k] and state.converged[k]:
            kinds.setdefault((len(courses[k]), bool(slow[k])), []).append(k)
    for (_, is_slow), points in kinds.items():
        yield np.array(points), np.stack([courses[k] for k in points]), is_slow


def _of_some(course: Course | None, places: Points) -> Course | None:
    """The same for some of the points, by their number among these."""
    return None if course is None else lambda points, packed: course(places[points], packed)


def put(out: Stationary, points: Points, part: Stationary) -> None:
    """Enter what was found of some points."""
    for whole, piece in zip(values_of(out), values_of(part), strict=True):
        whole[points] = piece


def _iterate(
    jumps: Jumps, points: Points, out: Stationary, slow: bool, tolerance: float, course: Course | None,
    near: npt.NDArray[Any] | None,
) -> None:  # fmt: skip
    """Points with as many samples together; more samples where the state has higher harmonics."""
    n = jumps.dressing.levels
    most, least_tail = min(MOST_SAMPLES, MOST_NUMBERS // n**2), TAIL * (tolerance / TOLERANCE) ** 0.5
    reach = reach_of(jumps, HARMONIC_FLOOR)
    count, folds = sample_count(reach), folds_of(jumps)
    points = points[count[points] <= most]
    while points.size:
        samples = int(count[points].min())
        for batch, fold in together(points[count[points] == samples], folds, TOGETHER // (samples * n * n)):
            part, high = _at_samples(
                jumps_at(jumps, batch), reach[batch], samples, fold, slow, tolerance,
                _of_some(course, batch), None if near is None else near[batch],
            )  # fmt: skip
            put(out, batch, part)
            again = batch[part.converged & (high > least_tail)]
            count[again] = 2 * samples
            out.converged[again] = False
        points = points[(count[points] > samples) & (count[points] <= most)]


def together(points: Points, folds: Points, size: int) -> Iterator[tuple[Points, int]]:
    """Points whose generators repeat themselves as often, as many as fit if each did so once; how often."""
    for fold in np.unique(folds[points]).tolist():
        group, most = points[folds[points] == fold], max(1, fold * size)
        for k in range(0, len(group), most):
            yield group[k : k + most], fold


def _at_samples(
    jumps: Jumps, reach: Points, samples: int, folds: int, slow: bool, tolerance: float,
    course: Course | None, near: npt.NDArray[Any] | None,
) -> tuple[Stationary, npt.NDArray[np.float64]]:  # fmt: skip
    """Iterated state with so many samples, and how high its harmonics reach."""
    g = PeriodicGenerator.of(make_harmonics(jumps, reach), samples, folds)
    applied = PeriodApplied(g)
    correct = PeriodCorrector(g, applied, slow)
    state = correct.start() if near is None else np.repeat(pack(near)[:, None], g.samples, axis=1)
    unique, converged = correct.unique, np.zeros(len(state), dtype=bool)
    steps = int(np.clip(BASIS // (2 * state[0].size), 8, STEPS))
    scratch, points = Scratch(), np.flatnonzero(unique)
    for _ in range(RESTARTS):
        if not points.size:
            break
        state[points], converged[points] = descend(
            applied.take(points), correct.take(points), state[points], tolerance, steps, scratch
        )
        points = points[~converged[points]]
    n = g.levels
    if course is not None:
        course(np.arange(len(state)), np.tile(state, (1, samples // g.samples, 1, 1)))
    kept = np.full(len(state), n * (n - 1) // 2)
    mean = unpack(state.mean(axis=1))
    return Stationary(mean, g.currents(state), kept, unique, converged), tail(state)
