"""States on their way through periods in steps, against exponentials of Lindblad's equation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

import sambe

SX, SZ = sambe.sigmax(), sambe.sigmaz()
OMEGA, NOISE = 0.4, 0.01
PERIOD = 2 * np.pi / OMEGA
FIRST, SECOND, KICK = 0.5 * SZ, 0.3 * SZ + 0.2 * SX, 0.3 * SX
OHMIC = sambe.Ohmic(0.02, cutoff=5.0)


def engine(ramp: float) -> sambe.System:
    return sambe.System.from_steps(
        [(0.4, FIRST), (0.6, SECOND)], omega=OMEGA, kicks=[(0.0, KICK), (0.2, 0.5 * KICK), (0.4, 0.2 * SZ)],
        switched={"hot": [1, 0]}, ramp=ramp,
        baths=[sambe.Bath("hot", SX, OHMIC, temperature=2.0), sambe.Bath("cold", SX, OHMIC, temperature=0.5)],
    )  # fmt: skip


def lindblad(h: np.ndarray) -> np.ndarray:
    """White noise on sigma_x: S rho S - rho at its rate, whatever the Hamiltonian."""
    one = np.eye(2)
    return -1j * (np.kron(h, one) - np.kron(one, h.T)) + NOISE * (np.kron(SX, SX.T) - np.eye(4))


@pytest.fixture(scope="module")
def noisy() -> sambe.System:
    return sambe.System.from_steps(
        [(0.4, FIRST), (0.6, SECOND)], omega=OMEGA, kicks=[(0.4, KICK)],
        baths=[sambe.Bath("noise", SX, power=NOISE)],
    )  # fmt: skip


def period_of_noise() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    kick = expm(-1j * KICK)
    first = expm(0.4 * PERIOD * lindblad(FIRST))
    return first, np.kron(kick, kick.conj()), expm(0.6 * PERIOD * lindblad(SECOND))


@pytest.mark.slow
def test_white_noise_is_lindblads_equation_step_by_step(noisy: sambe.System) -> None:
    data = sambe.evolve(noisy, 0, np.array([0.0, 0.1, 0.4, 0.7, 1.0, 3.7]) * PERIOD, secular="none")
    first, kick, second = period_of_noise()
    begin = np.array([1.0, 0.0, 0.0, 0.0])
    half = expm(0.3 * PERIOD * lindblad(SECOND))
    whole = second @ kick @ first
    thrice = np.linalg.matrix_power(whole, 3)
    maps = [np.eye(4), expm(0.1 * PERIOD * lindblad(FIRST)), first, half @ kick @ first, whole,
            half @ kick @ first @ thrice]  # fmt: skip
    # what is left are harmonics of the noise's coupling beyond those that are held
    np.testing.assert_allclose(data.density_matrix, (np.stack(maps) @ begin).reshape(-1, 2, 2), atol=2e-5)
    # the noise has given Tr[H D rho] at every time, here by Gauss's rule in each step
    heat = 0.0
    for h, length, rho in ((FIRST, 0.4, begin), (SECOND, 0.6, kick @ first @ begin)):
        nodes, weights = np.polynomial.legendre.leggauss(40)
        for x, w in zip(0.5 * (nodes + 1.0), 0.5 * weights, strict=True):
            there = (expm(x * length * PERIOD * lindblad(h)) @ rho).reshape(2, 2)
            heat += w * length * PERIOD * NOISE * np.trace(h @ (SX @ there @ SX - there)).real
    assert data.energy_transferred[4, 0].item() == pytest.approx(heat, abs=2e-5)


@pytest.mark.slow
@pytest.mark.parametrize("ramp", [0.05, 0.0])
def test_what_is_given_is_what_is_stored_and_a_period_has_the_mean_currents(ramp: float) -> None:
    system = engine(ramp)
    data = sambe.evolve(system, 0, np.linspace(0.13, 2.6, 9) * PERIOD, secular="none")
    stored = data.stored_energy - data.stored_energy[0]
    np.testing.assert_allclose(data.energy_transferred.sum("terminal"), stored, atol=1e-13)
    assert abs(data.first_law_residual).max() < 1e-13
    flow = sambe.steady_state(system, secular="none", states=True)
    periodic = sambe.evolve(system, "stationary", np.array([0.0, 1.0, 2.0]) * PERIOD, secular="none")
    # harmonics beyond those that are held: `harmonics_error` of some 1e-4 of the currents without a ramp
    np.testing.assert_allclose(
        periodic.energy_transferred.diff("time"), [flow.energy_current * PERIOD] * 2, atol=2e-7
    )
    rates = sambe.relaxation(system, secular="none").rate.values
    assert rates[0] == 0
    assert (rates[1:].real < 0).all()
    begin = sambe.cycle(system, phases=1, secular="none").density_matrix[0]
    np.testing.assert_allclose(begin, flow.density_matrix, atol=2e-5)
    np.testing.assert_allclose(periodic.density_matrix[2], begin, atol=1e-11)


@pytest.mark.slow
def test_populations_alone_relax_by_their_rates() -> None:
    system = engine(0.05)
    with pytest.warns(sambe.SecularWarning, match="secular"):
        data = sambe.evolve(system, 0, np.array([0.0, 3.0, 40.0]) * PERIOD, secular="full")
    with pytest.warns(sambe.SecularWarning, match="secular"):
        flow = sambe.steady_state(system, secular="full")
    np.testing.assert_allclose(data.density_matrix[0], np.diag([1.0, 0.0]), atol=1e-13)
    np.testing.assert_allclose(data.energy_current[2], flow.energy_current, atol=1e-10)
    assert abs(data.first_law_residual).max() < 1e-15


@pytest.mark.slow
def test_steps_that_change_nothing_leave_the_course_of_an_ac_voltage() -> None:
    d = sambe.fermion(0, 1)
    number = d.conj().T @ d
    band = sambe.Lorentzian(0.01, width=3.0)
    leads = [
        sambe.Lead("left", d, tunnelling=band, temperature=0.2, chemical_potential=0.1, ac_voltage=0.3),
        sambe.Lead("right", d, tunnelling=band, temperature=0.2),
    ]
    stepped = sambe.System.from_steps([(0.3, 0.4 * number), (0.7, 0.4 * number)], omega=1.0, baths=leads)
    still = sambe.System([(0.4, number)], omega=1.0, baths=leads)
    found, expected = (sambe.evolve(s, 0, [0.2, 1.0, 30.0], secular="none") for s in (stepped, still))
    for name in ("energy_transferred", "energy_current", "particle_current", "density_matrix"):
        np.testing.assert_allclose(found[name], expected[name], atol=1e-9)


@pytest.mark.slow
def test_particles_are_the_change_of_their_number() -> None:
    d = sambe.fermion(0, 1)
    number = d.conj().T @ d
    leads = [
        sambe.Lead("left", d, tunnelling=sambe.Lorentzian(0.1, width=1.0), temperature=0.3,
                   chemical_potential=0.2),
        sambe.Lead("right", d, tunnelling=sambe.Lorentzian(0.05, width=1.0), temperature=0.3),
    ]  # fmt: skip
    system = sambe.System.from_steps(
        [(0.5, 0.5 * number), (0.5, -0.2 * number)], omega=0.6, switched={"left": [1, 0]}, ramp=0.1,
        baths=leads,
    )  # fmt: skip
    times = np.linspace(0.0, 2 * np.pi / 0.6, 257)
    data = sambe.evolve(system, 0, times, secular="none", observables={"n": number})
    flow = data.particle_current.sum("terminal").values
    middle = 0.5 * (flow[1:] + flow[:-1]) * np.diff(times)
    change = data.expectation[:, 0].diff("time").values
    np.testing.assert_allclose(middle, change, atol=1e-4)  # of the trapezoids, where a ramp bends
    # where the lead is off nothing comes through it
    assert abs(data.particle_current[150:250, 0]).max() < 1e-12


@pytest.mark.slow
def test_a_bath_that_answers_a_jump_at_any_frequency_is_warned_of(noisy: sambe.System) -> None:
    """White noise takes energy by every harmonic of a kick of its coupling, falling as 1/q: without bound."""
    turned = sambe.System.from_steps(
        [(0.4, FIRST), (0.6, SECOND)], omega=OMEGA, kicks=[(0.4, 0.3 * SZ)], baths=noisy.baths
    )
    with pytest.warns(sambe.TruncationWarning, match="harmonics"):
        data = sambe.evolve(turned, 0, [0.0, PERIOD], secular="none")
    assert data.harmonics_error > 0.01
    # a kick that leaves the coupling as it is takes none
    assert sambe.evolve(noisy, 0, [0.0, PERIOD], secular="none").harmonics_error < 1e-6
