"""Currents of a period in steps, by limits in which they are known otherwise."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import System
from sambe.physics.equations import EQUATIONS
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare
from sambe.physics.steps.dressing import most_harmonics, step_load
from sambe.sweep.axes import Sweep

SX, SZ = sambe.sigmax(), sambe.sigmaz()
BATHS = [
    sambe.Bath("left", SX, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.2),
    sambe.Bath("right", SX, sambe.Ohmic(0.002, cutoff=10.0), temperature=0.4),
]


def currents(system: System, secular: str = "auto") -> np.ndarray:
    return np.asarray(sambe.steady_state(system, secular=secular).energy_current)


@pytest.mark.parametrize("secular", ["full", "partial", "none", "auto", "ule", "clustered"])
def test_steps_of_one_hamiltonian_are_no_drive(secular: str) -> None:
    plain = currents(System([(0.5, SZ), (0.2, SX)], baths=BATHS), secular)
    parts = [(f, [(0.5, SZ), (0.2, SX)]) for f in (0.2, 0.5, 0.3)]
    for omega in (0.3, 2 * np.hypot(0.5, 0.2)):  # at the second the levels meet modulo omega
        found = currents(System.from_steps(parts, omega, BATHS), secular)
        np.testing.assert_allclose(found, plain, rtol=1e-9, atol=1e-15)


def sampled(steps: int, amplitude: float = 0.4, omega: float = 0.8) -> System:
    """A cosine by its mean over each step."""
    x = (np.arange(steps) + 0.5) / steps
    size = amplitude * np.sinc(1 / steps) * np.cos(2 * np.pi * x)
    return System.from_steps([(1 / steps, [(0.5, SZ), (a, SX)]) for a in size], omega, BATHS)


@pytest.mark.slow
def test_many_small_steps_are_a_cosine() -> None:
    wave = currents(System([(0.5, SZ)], {1: [(0.2, SX)]}, 0.8, BATHS), "none")
    coarse, fine = (currents(sampled(steps), "none") for steps in (32, 64))
    off = np.abs(coarse - wave).max(), np.abs(fine - wave).max()
    assert off[1] < 1.5e-3 * np.abs(wave).max()
    assert off[0] / off[1] > 3.5  # of second order in the step
    np.testing.assert_allclose(fine + (fine - coarse) / 3.0, wave, atol=2e-5 * np.abs(wave).max())


@pytest.mark.slow
def test_a_kick_is_the_limit_of_a_short_strong_step() -> None:
    kicked = currents(System.from_steps([(1.0, [(0.5, SZ)])], 0.8, BATHS, kicks=[(0.3, [(0.4, SX)])]))

    def pulse(width: float) -> np.ndarray:
        strength = 0.4 / (width * 2 * np.pi / 0.8)
        rest = [(0.5, SZ)]
        strong = (width, [(0.5, SZ), (strength, SX)])
        parts = [(0.3 - width / 2, rest), strong, (0.7 - width / 2, rest)]
        return currents(System.from_steps(parts, 0.8, BATHS))

    wide, narrow = (np.abs(pulse(width) - kicked).max() for width in (4e-3, 1e-3))
    assert narrow < 1e-3 * np.abs(kicked).max()
    assert wide / narrow > 3.0


def test_a_switched_bath_without_a_drive_has_the_lines_of_a_square_wave() -> None:
    """S(t) = s(t) sx, s = 1 on half of the period: its lines are 1/2 and 1/(pi |q|) for odd q (derived)."""
    omega, half = 0.8, [(0.5, [(0.5, SZ)])] * 2
    system = System.from_steps(half, omega, BATHS, switched={"left": [1, 0]})
    q = np.arange(-1025, 1026)
    weight = np.where(q == 0, 0.25, np.where(q % 2, 1.0 / (np.pi * np.where(q, q, 1)) ** 2, 0.0))
    up, down = (BATHS[0].rates(w - q * omega)[0] * weight for w in (1.0, -1.0))
    cold_up, cold_down = BATHS[1].rates(np.array([1.0]))
    p = (up.sum() + cold_up[0]) / (up.sum() + down.sum() + cold_up[0] + cold_down[0])
    left = ((1 - p) * up * (1.0 - q * omega) + p * down * (-1.0 - q * omega)).sum()
    right = (1 - p) * cold_up[0] - p * cold_down[0]
    found = currents(system, "full")
    np.testing.assert_allclose(found, [left, right, -left - right], rtol=1e-5)


@pytest.mark.slow
def test_the_work_of_a_sudden_switch_grows_with_the_cutoff_and_is_told() -> None:
    def pump(cutoff: float, ramp: float) -> float:
        baths = [sambe.Bath("b", SX, sambe.Ohmic(0.002, cutoff=cutoff), temperature=0.4)]
        halves = [(0.5, [(0.5, SZ)])] * 2
        return float(currents(System.from_steps(halves, 0.8, baths, switched={"b": [1, 0]}, ramp=ramp))[-1])

    assert pump(20.0, 0.0) > 1.8 * pump(10.0, 0.0)
    assert pump(20.0, 0.2) < 1.2 * pump(10.0, 0.2)
    flow = sambe.steady_state(System.from_steps([(1.0, SZ)], 0.8, BATHS, switched={"left": [1]}))
    assert "switching of left" not in flow.attrs  # one factor is no switching


@pytest.mark.slow
def test_harmonics_that_are_left_out_are_told() -> None:
    flat = [sambe.Bath("b", SX, sambe.Flat(0.01), temperature=0.0)]
    system = System.from_steps([(1.0, [(0.5, SZ)])], 0.8, flat, kicks=[(0.0, [(0.3, SZ), (0.3, SX)])])
    with pytest.warns(sambe.TruncationWarning, match="beyond those held"):
        flow = sambe.steady_state(system, secular="full")
    assert flow.harmonics_error > 0.01
    resolved = sambe.steady_state(
        System.from_steps([(1.0, [(0.5, SZ)])], 0.8, BATHS, kicks=[(0.0, 0.3 * SX)])
    )
    assert resolved.harmonics_error < 1e-5


@pytest.mark.slow
def test_a_point_does_not_feel_its_neighbours() -> None:
    omega, kick = sambe.axis("omega", [0.27, 0.8, 1.3]), [(0.2, 0.3 * SX)]
    many = sambe.steady_state(System.from_steps([(1.0, 0.5 * SZ)], omega, BATHS, kicks=kick), secular="full")
    for k, w in enumerate(omega.values):
        one = sambe.steady_state(System.from_steps([(1.0, 0.5 * SZ)], w, BATHS, kicks=kick), secular="full")
        np.testing.assert_allclose(one.energy_current, many.energy_current[k], rtol=1e-13)


def test_steps_beyond_what_is_held_are_refused() -> None:
    with pytest.raises(sambe.InputError, match="more than 4096 harmonics"):
        currents(System.from_steps([(0.5, 0.5 * SZ), (0.5, 0.4 * SZ + 0.1 * SX)], 1e-5, BATHS))


def test_what_is_not_known_of_steps_is_refused_with_the_reason() -> None:
    system = System.from_steps([(0.5, 0.5 * SZ), (0.5, 0.4 * SZ + 0.1 * SX)], 0.8, BATHS)
    with pytest.raises(sambe.FrameError, match="2 steps"):
        sambe.steady_state(system, equation="driven_dressed")
    for refused in (
        lambda: sambe.steady_state(system, equation="heom"),
        lambda: sambe.audit(system, exact=1),
        lambda: sambe.reaction_coordinate(system, "left", levels=4),
        lambda: sambe.flows(system, sites=(2,), secular="partial"),
        lambda: sambe.steady_state(system.replace(baths=[
            sambe.Bath("left", SX, sambe.Flat(0.01), state=sambe.Squeezed(0.4, 0.3, 0.0, "drive"))])),
    ):  # fmt: skip
        with pytest.raises(sambe.InputError):
            refused()


def test_the_load_bounds_what_is_held() -> None:
    steps = [(0.5, 0.5 * SZ), (0.5, 0.4 * SZ + 0.1 * SX)]
    system = System.from_steps(steps, sambe.axis("omega", [0.4, 0.8]), BATHS)
    method = prepare(system)
    assert method.stepped == 2
    held = len(jumps_of(Sweep(system).part(np.arange(2)), method).dressing.quanta)
    harmonics, matrices = EQUATIONS["floquet"].load(Sweep(system).extreme(), method)
    assert held <= harmonics <= most_harmonics(2, 1)
    assert matrices >= harmonics
    assert step_load(10**6, 2, 1)[0] == most_harmonics(2, 1)
    assert most_harmonics(20, 2) < most_harmonics(2, 2)


@pytest.mark.slow
def test_other_questions_have_the_answers_of_finite_differences_and_of_sums() -> None:
    parts = [(0.5, [(0.5, SZ)]), (0.5, [(0.3, SZ), (0.2, SX)])]

    def system(temperature: float = 1.2) -> System:
        baths = [sambe.Bath("left", SX, sambe.Ohmic(0.002, cutoff=5.0), temperature=temperature), BATHS[1]]
        return System.from_steps(parts, 0.8, baths, switched={"left": [1, 0]}, ramp=0.2)

    g = sambe.response(system())
    step = 1e-4
    higher, lower = (currents(system(1.2 + s)) for s in (step, -step))
    np.testing.assert_allclose(g.conductance[:, 0], (higher - lower) / (2 * step), rtol=1e-5)
    assert np.isnan(g.drive_response).all()  # steps have no scale of a drive
    flow = sambe.steady_state(system(), secular="partial", by="quanta")
    np.testing.assert_allclose(flow.harmonic_current.sum("quanta"), flow.energy_current, rtol=1e-9)
    noise = sambe.counting_statistics(system(), secular="full")
    np.testing.assert_allclose(noise.energy_noise.sum("other"), 0.0, atol=1e-12)
