"""The complete equation in time: its periodic state, and white noise, where it is a Lindblad equation."""

from __future__ import annotations

from typing import Any

import numpy as np

from sambe.physics.in_time.periodic_course import period_map, periodic_course
from sambe.physics.pipeline import jumps_of
from sambe.physics.states.periods.complete_state import solve_complete

PERIOD = 2.0 * np.pi / 0.8
START = np.array([[[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]]])


def test_the_periodic_state_comes_back_with_the_mean_currents(batch: Any) -> None:
    jumps = jumps_of(*batch("linear"))
    times = np.linspace(0.0, PERIOD, 65)[None]
    course, converged = periodic_course(jumps, None, times)
    assert converged.all()
    states, _ = course.part(slice(None))
    np.testing.assert_allclose(states[:, -1], states[:, 0], atol=1e-10)
    mean = solve_complete(jumps)
    np.testing.assert_allclose(course.counts[:, :-1].mean(axis=1), mean.currents, atol=1e-12)
    np.testing.assert_allclose(course.taken[:, -1] / PERIOD, mean.currents, atol=1e-12)


def test_a_start_after_many_periods_is_that_of_maps_of_a_period(batch: Any) -> None:
    jumps = jumps_of(*batch("linear"))
    times = np.array([[0.4, 0.4 + 7 * PERIOD, 0.4 + 7 * PERIOD + 1.3]])
    course, _ = periodic_course(jumps, START, times)
    later, _ = periodic_course(jumps, course.part(slice(None))[0][:, 1], times[:, 1:])
    np.testing.assert_allclose(
        later.part(slice(None))[0][:, 1], course.part(slice(None))[0][:, 2], atol=1e-10
    )


def test_the_map_of_a_period_keeps_the_trace(batch: Any) -> None:
    whole = period_map(jumps_of(*batch("linear")), 64)
    np.testing.assert_allclose(whole[[0, 3]].sum(axis=0), [1.0, 0.0, 0.0, 1.0], atol=1e-12)
