"""Cuts of a period, and factors of couplings along it."""

from __future__ import annotations

import numpy as np

import sambe
from sambe.description.steps.protocol import steps_of
from sambe.physics.steps.segments import Course, course_of

SX, SZ = sambe.sigmax(), sambe.sigmaz()
THIRDS = [(0.5, SZ), (0.2, SX), (0.3, SZ)]


def along(course: Course, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Factor and slope of the one point of a course at positions of the period, each in its segment."""
    segment = np.clip((course.start[0] <= x[:, None]).sum(axis=-1) - 1, 0, None)
    value, slope = np.empty_like(x), np.empty_like(x)
    for s in np.unique(segment):
        here = segment == s
        found = course.switching("hot", int(s), x[None, here])
        value[here], slope[here] = found[0][0], found[1][0]
    return value, slope


def test_segments_fill_the_period_in_the_order_of_each_point() -> None:
    kicks = [(np.array([0.1, 0.6]), SX), (0.5, SX)]
    course = course_of(steps_of(THIRDS, kicks), 2)
    np.testing.assert_allclose(course.length.sum(axis=-1), 1.0, rtol=1e-15)
    held = course.length > 0
    assert course.step[0][held[0]].tolist() == [0, 0, 1, 2]
    assert course.step[1][held[1]].tolist() == [0, 1, 1, 2]
    # the kick where a step begins comes in that step, behind the edge
    first, second = (course.start[1][course.kick[1] == k] for k in (0, 1))
    assert first.tolist() == [0.6]
    assert second.tolist() == [0.5]
    assert course.step[1][course.kick[1] == 1].tolist() == [1]


def test_a_ramp_lies_within_the_step_with_the_stronger_coupling() -> None:
    course = course_of(steps_of(THIRDS, (), {"hot": [0, 1, -0.5]}, 0.1), 1)
    x = np.array([0.2, 0.499, 0.55, 0.601, 0.65, 0.71, 0.99, 0.9501])
    value, slope = along(course, x)
    np.testing.assert_allclose(value[:5], [0.0, 0.0, 0.5, 1.0, 0.25], atol=1e-3)  # halfway up, and down
    assert value[5] == -0.5
    assert abs(value[7] + 0.25) < 1e-3
    near = along(course, x + 1e-7)[0] - along(course, x - 1e-7)[0]
    np.testing.assert_allclose(slope, near / 2e-7, atol=1e-5)
    # nothing jumps within a segment, and the square of a ramp integrates to 3/8 of its length
    grid = (np.arange(200000) + 0.5) / 200000
    value, _ = along(course, grid)
    on = np.where(grid < 0.7, value, 0.0)
    np.testing.assert_allclose((on[grid < 0.6] ** 2).sum() / 200000, 0.1 * 3 / 8, rtol=1e-6)


def test_sudden_switching_has_no_slope() -> None:
    course = course_of(steps_of(THIRDS, (), {"hot": [1, 0, 1]}), 1)
    value, slope = along(course, np.array([0.1, 0.6, 0.8]))
    assert value.tolist() == [1.0, 0.0, 1.0]
    assert not slope.any()
