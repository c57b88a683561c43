"""Answers of a periodic state by iteration and by the map of a period, which share the generator only."""

from __future__ import annotations

import numpy as np

from sambe import models
from sambe.physics.currents.cumulants import cumulants_of
from sambe.physics.equations import dressing_of
from sambe.physics.generators.counting.counting_harmonics import CountedPeriod
from sambe.physics.generators.jumps import jumps_at, make_jumps
from sambe.physics.generators.periodic_generator import HARMONIC_FLOOR, reach_of
from sambe.physics.preparation import prepare
from sambe.physics.states.periods.complete_state import complete_state
from sambe.physics.states.periods.period_map import period_map_state
from sambe.physics.states.periods.period_response import IteratedPeriod, MappedPeriod


def test_both_routes_give_the_same_cumulants() -> None:
    system = models.modulated_qubit(omega=np.array([0.02, 0.2]))
    method = prepare(system)
    jumps = jumps_at(make_jumps(dressing_of(system, method), system.baths, method.wiring), np.arange(2))
    courses: list[dict[int, np.ndarray]] = [{}, {}]
    complete_state(jumps, course=lambda points, x: courses[0].update(zip(points.tolist(), x, strict=True)))
    period_map_state(jumps, course=lambda points, x: courses[1].update(zip(points.tolist(), x, strict=True)))
    for point in range(2):
        some = jumps_at(jumps, np.array([point]))
        reach, found = reach_of(some, HARMONIC_FLOOR), []
        for route, course in enumerate(courses):
            state = course[point][None]
            respond = (
                MappedPeriod(some, reach, state) if route else IteratedPeriod(some, reach, state, point == 0)
            )
            counted = CountedPeriod(some, reach, state.shape[1])
            result = cumulants_of(counted, state.reshape(1, -1), respond, 3)
            assert respond.converged.all()
            found.append(np.concatenate([result.noise.ravel(), result.cumulants.ravel()]))
        np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-8 * np.abs(found[1]).max())
