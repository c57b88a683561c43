"""The iteration over a period: what it solves, and what its preconditioner knows."""

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.periodic_generator import PeriodicGenerator, make_harmonics, superoperators
from sambe.physics.generators.redfield import make_redfield, pack
from sambe.physics.preparation import prepare
from sambe.physics.states.periods.period_iteration import PeriodApplied, PeriodCorrector, tail
from sambe.physics.states.stationary import redfield_state


def jumps_of(system: sambe.System) -> Jumps:
    method = prepare(system, "floquet", "none")
    jumps = make_jumps(ordered(dress(system, method)), system.baths, method.wiring)
    return jumps_at(jumps, np.array([0]))


def generator(system: sambe.System, samples: int) -> PeriodicGenerator:
    jumps = jumps_of(system)
    return PeriodicGenerator.of(make_harmonics(jumps, max(jumps.dressing.quanta)), samples)


def test_a_state_that_moves_as_it_should_leaves_nothing() -> None:
    # integrated with many small steps from the state's own begin, so that nothing of the solver enters
    g = generator(models.spin_boson(drive=0.4, omega=0.6, polarization="linear"), 64)
    fine = 64 * 32
    jumps = jumps_of(models.spin_boson(drive=0.4, omega=0.6, polarization="linear"))
    harmonics = make_harmonics(jumps, max(jumps.dressing.quanta))
    h = 2.0 * np.pi / fine / g.omega[0]
    a = superoperators(harmonics.gaps, *harmonics.sampled(2 * fine))[0]
    maps, now = [np.eye(4)], np.eye(4)
    for k in range(fine):  # Runge and Kutta, on every column
        first, mid, last = a[2 * k], a[2 * k + 1], a[(2 * k + 2) % (2 * fine)]
        k1 = first @ now
        k2 = mid @ (now + 0.5 * h * k1)
        k3 = mid @ (now + 0.5 * h * k2)
        now = now + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + last @ (now + h * k3))
        maps.append(now)
    value, vector = np.linalg.eig(now)
    x = vector[:, np.argmin(np.abs(value - 1.0))].real
    x = x / (x[0] + x[3])
    course = np.array([m @ x for m in maps[:-1:32]]).reshape(1, 64, 2, 2)
    left = PeriodApplied(g).apply(course)[:, :-1]  # the last harmonic has no sense of turning
    assert np.abs(left).max() < 1e-9 * np.abs(np.fft.rfft(course, axis=1)).max()


@pytest.mark.parametrize("slow", [False, True])
def test_the_start_is_the_state_of_what_is_known(slow: bool) -> None:
    system = models.spin_boson(drive=0.3, omega=0.8, polarization="linear")
    g = generator(system, 48)
    start = PeriodCorrector(g, PeriodApplied(g), slow).start()
    assert start[0].trace(axis1=-2, axis2=-1) == pytest.approx(1.0)
    mean = redfield_state(make_redfield(jumps_of(system)), 1e-12)
    if not slow:
        np.testing.assert_allclose(start[0], np.repeat(pack(mean.state), 48, axis=0), atol=1e-12)
    else:  # populations alone, with their harmonics
        assert np.ptp(start[0, :, 0, 0]) > 1e-6
        assert start[0, :, 0, 1] == pytest.approx(0.0, abs=1e-15)


def test_one_step_undoes_what_turns_alone() -> None:
    # with hardly a bath its inverse is the inverse, but for what the harmonics do to the mean
    baths = [sambe.Bath("b", sambe.sigmax(), sambe.Ohmic(1e-9, 10.0), 0.5)]
    system = models.modulated_qubit(omega=0.3, baths=baths)
    g = generator(system, 32)
    applied = PeriodApplied(g)
    correct = PeriodCorrector(g, applied)
    x = np.random.default_rng(0).normal(size=(1, 32, 2, 2))
    x -= x.mean(axis=1, keepdims=True)
    phase = 2.0 * np.pi * np.arange(32) / 32
    x -= (x * np.cos(16 * phase)[None, :, None, None]).mean(axis=1, keepdims=True) * (
        np.cos(16 * phase)[None, :, None, None])  # fmt: skip
    moved = correct(applied.apply(x))
    np.testing.assert_allclose(moved - moved.mean(axis=1, keepdims=True), -x, atol=1e-5)


def test_points_taken_out_are_the_same_points() -> None:
    systems = [models.modulated_qubit(omega=w) for w in (0.3, 0.31)]
    jumps = [jumps_of(s) for s in systems]
    both = jumps_of(systems[0])
    both = Jumps(
        type(both.dressing)(
            np.concatenate([j.dressing.energies for j in jumps]),
            np.concatenate([j.dressing.couplings[:, :, :5] for j in jumps]), jumps[0].dressing.quanta[:5],
            np.array([0.3, 0.31]), np.concatenate([j.dressing.states for j in jumps]),
        ), both.wiring, np.concatenate([j.energy[:, :5] for j in jumps]),
        tuple(np.concatenate([j.forward[u][:, :5] for j in jumps]) for u in range(2)),
        tuple(np.concatenate([j.backward[u][:, :5] for j in jumps]) for u in range(2)),
    )  # fmt: skip
    g = PeriodicGenerator.of(make_harmonics(both, 4), 24)
    applied = PeriodApplied(g)
    correct = PeriodCorrector(g, applied)
    x = np.random.default_rng(2).normal(size=(2, 24, 2, 2))
    second = np.array([1])
    whole, part = correct(applied.apply(x)), correct.take(second)(applied.take(second).apply(x[1:]))
    np.testing.assert_array_equal(whole[1:], part)
    np.testing.assert_array_equal(applied.currents(x)[1:], applied.take(second).currents(x[1:]))


def test_the_tail_is_what_lies_high() -> None:
    phase = 2.0 * np.pi * np.arange(32) / 32
    low, high = np.cos(2 * phase), np.cos(13 * phase)
    x = (low + 1e-3 * high)[None, :, None, None] * np.ones((1, 1, 2, 2))
    assert tail(x) == pytest.approx(1e-3)
    assert tail(0.0 * x) == 0.0
