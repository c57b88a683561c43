"""Counting over a period: derivatives of the tilted generator, and the current where nothing turns."""

from __future__ import annotations

import numpy as np

from sambe import models
from sambe.physics.equations import dressing_of
from sambe.physics.generators.counting.counting_harmonics import CountedPeriod
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.periodic_generator import (
    HARMONIC_FLOOR,
    PeriodicGenerator,
    make_harmonics,
    reach_of,
)
from sambe.physics.generators.redfield import pack, unpack
from sambe.physics.preparation import prepare
from sambe.physics.states.periods.complete_state import complete_state

RNG = np.random.default_rng(9)
SAMPLES = 24


def jumps() -> Jumps:
    system = models.modulated_qubit(omega=np.array([0.3, 0.4]))
    method = prepare(system)
    return jumps_at(make_jumps(dressing_of(system, method), system.baths, method.wiring), np.arange(2))


def course() -> np.ndarray:
    """Packed states at every sample, which turn with the drive."""
    x = RNG.normal(size=(2, SAMPLES, 2, 2)) + 1j * RNG.normal(size=(2, SAMPLES, 2, 2))
    return pack(x + x.conj().swapaxes(-1, -2)).reshape(2, -1)


def test_derivatives_are_those_of_the_tilted_generator() -> None:
    j = jumps()
    counted, x = CountedPeriod(j, reach_of(j, HARMONIC_FLOOR), SAMPLES), course()
    wide = unpack(x.reshape(2, SAMPLES, 2, 2)).reshape(2, SAMPLES, 4, 1)
    circle, h = np.exp(2j * np.pi * np.arange(8) / 8), 1e-2
    for terminal in range(3):
        values = []
        for z in circle:
            xi = np.zeros((2, 3), dtype=complex)
            xi[:, terminal] = h * z
            values.append(np.matmul(counted.tilted(xi, 0.0), wide)[..., 0])
        for order, factor in ((1, 1.0), (2, 2.0)):
            wanted = (
                np.mean([v / z**order for v, z in zip(values, circle, strict=True)], axis=0)
                * factor
                / h**order
            )
            found = unpack(counted.act(terminal, order, x).reshape(2, SAMPLES, 2, 2)).reshape(2, SAMPLES, 4)
            np.testing.assert_allclose(found, wanted, atol=1e-8 * np.abs(wanted).max())
            trace = (
                counted.act(terminal, order, x).reshape(2, SAMPLES, 4)[..., [0, 3]].sum(axis=-1).mean(axis=-1)
            )
            np.testing.assert_allclose(counted.rate(terminal, order, x), trace, rtol=1e-11)


def test_the_first_derivative_is_the_current_of_the_complete_equation() -> None:
    j, x = jumps(), course()
    reach = reach_of(j, HARMONIC_FLOOR)
    counted = CountedPeriod(j, reach, SAMPLES)
    g = PeriodicGenerator.of(make_harmonics(j, reach), SAMPLES)
    found, wanted = (counted.rate(0, 1, x), counted.rate(1, 1, x)), g.currents(x.reshape(2, SAMPLES, 2, 2))
    np.testing.assert_allclose(np.stack(found, axis=-1), wanted[:, :2], rtol=1e-11)


def test_of_the_stationary_state_the_quanta_of_the_pump_are_what_the_baths_take() -> None:
    j = jumps()
    reach, found = reach_of(j, HARMONIC_FLOOR), []

    def keep(points: np.ndarray, state: np.ndarray) -> None:
        for point, course in zip(points, state, strict=True):
            one, flat = jumps_at(j, np.array([point])), course.reshape(1, -1)
            counted = CountedPeriod(one, reach[[point]], len(course))
            g = PeriodicGenerator.of(make_harmonics(one, reach[[point]]), len(course))
            np.testing.assert_allclose(counted.rate(2, 1, flat), g.currents(course[None])[:, 2], rtol=1e-8)
            found.append(point)

    complete_state(j, course=keep)
    assert sorted(found) == [0, 1]


def test_mixed_and_activity_are_traces_of_what_is_taken() -> None:
    j, x = jumps(), course()
    counted = CountedPeriod(j, reach_of(j, HARMONIC_FLOOR), SAMPLES)
    h, here = 1e-3, []
    for one, other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        xi = np.zeros((2, 3), dtype=complex)
        xi[:, 1], xi[:, 2] = one * h, other * h
        wide = unpack(x.reshape(2, SAMPLES, 2, 2)).reshape(2, SAMPLES, 4, 1)
        moved = np.matmul(counted.tilted(xi, 0.0), wide)[..., 0]
        here.append(one * other * moved[..., [0, 3]].sum(axis=-1).mean(axis=-1).real)
    np.testing.assert_allclose(counted.mixed(1, counted.terminals - 1, x), sum(here) / (4 * h * h), rtol=1e-5)
    every = counted._trace(counted._acted(2, np.ones_like(counted.energy), x))
    idle = np.where((counted.harmonics.quanta == 0)[:, None, None] & np.eye(2, dtype=bool), 1.0, 0.0)
    still = counted._trace(counted._acted(2, np.broadcast_to(idle, counted.energy.shape), x))
    np.testing.assert_allclose(counted.activity(x), every - still, rtol=1e-10)
