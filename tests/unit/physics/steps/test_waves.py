"""Couplings along a period, and smooth functions between the points of a grid."""

from __future__ import annotations

import numpy as np

import sambe
from sambe.description.steps.protocol import steps_of
from sambe.physics.generators.coupling_parts import Part
from sambe.physics.steps.modes import step_modes
from sambe.physics.steps.segments import course_of
from sambe.physics.steps.waves import Smooth, Waves

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()
OMEGA = 0.6


def waves() -> Waves:
    steps = steps_of(
        [(0.6, 0.5 * SZ), (0.4, 0.3 * SX)], [(0.7, 0.4 * SX)], {"hot": [1, 0.2]}, 0.1
    )  # a coupling of sx, and one that turns: s(t) sx + 0.3 cos(wt) sy
    modes = step_modes(course_of(steps, 1), np.array([OMEGA]))
    mixing = ((Part(0, 1.0, 0),), (Part(0, 1.0, 0), Part(1, 0.15, 1)))
    return Waves.of(modes, [SX, SY], ["hot", ""], mixing, {})


def test_a_coupling_in_the_modes_is_that_of_the_laboratory_and_its_slope_is_its_own() -> None:
    found, x = waves(), np.array([[0.55]])  # on the ramp down
    s, slope, h = found.at(int(np.argmax(found.modes.course.start[0] >= 0.5)), x)
    period = 2 * np.pi / OMEGA
    factor = 0.2 + 0.8 * 0.5
    turning = 0.3 * np.cos(2 * np.pi * 0.55)
    trace = [np.trace(s[0, 0, c] @ h[0, 0]).real for c in (0, 1)]
    np.testing.assert_allclose(trace, 0.0, atol=1e-14)  # sx and sy have no part along sz
    norm = [np.trace(s[0, 0, c] @ s[0, 0, c]).real / 2 for c in (0, 1)]
    np.testing.assert_allclose(norm, [factor**2, factor**2 + turning**2], rtol=1e-12)
    fall = -0.8 * 0.5 * np.pi / 0.1 / period
    turned = -0.3 * OMEGA * np.sin(2 * np.pi * 0.55)
    speed = [np.trace(slope[0, 0, c] @ slope[0, 0, c]).real / 2 for c in (0, 1)]
    np.testing.assert_allclose(speed, [fall**2, fall**2 + turned**2], rtol=1e-12)


def test_a_kick_turns_what_does_not_commute_with_it() -> None:
    found = waves()
    (s,) = np.flatnonzero(found.modes.course.kick[0] >= 0)
    change = found.turned_by_kick(int(s), np.array([[0.7]]))
    assert np.abs(change[0, 0]).max() < 1e-14
    turning = 0.3 * np.cos(2 * np.pi * 0.7)
    # exp(iK) sy exp(-iK) = cos(0.8) sy - sin(0.8) sz for K = 0.4 sx, which is 2 sin(0.4) long
    size = np.sqrt(np.trace(change[0, 1] @ change[0, 1]).real / 2)
    assert abs(size - abs(turning) * 2 * np.sin(0.4)) < 1e-13


def test_a_smooth_function_is_known_between_the_points_of_its_grid() -> None:
    quanta = np.arange(-50, 51)
    lines = np.exp(-0.02 * quanta**2)[None, None, :, None, None] * (1 + 0.5j * np.sign(quanta))[:, None, None]
    x = np.array([[0.0, 0.1234, 0.5, 0.99]])
    expected = (lines[0, 0, :, 0, 0] * np.exp(-2j * np.pi * np.outer(x[0], quanta))).sum(axis=-1)
    np.testing.assert_allclose(Smooth.of(lines, quanta).at(x)[0, :, 0, 0, 0], expected, atol=1e-9)
