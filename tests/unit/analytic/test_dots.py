"""The driven level: closed forms against quadrature of the scattering amplitudes, limits and laws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, special

from sambe.analytic.dots import dot_currents, dot_noise, photon_assisted_current, scattering_currents
from sambe.errors import InputError

LEADS = ((0.3, 0.1), (0.2, 0.4), (0.2, -0.2))  # tunnelling, temperature, chemical potential


def by_quadrature(level, tunnelling, temperature, potential, gate, omega):
    """The same currents from the amplitudes G_n(E), integrated and summed as they stand.

    Particles and energy relative to the first lead, for which the integrand falls off at both ends; the
    pump's power by -V w sum_b G_b int f_b Im sum_n G_{n+1} G_n*, which the closed form does not use.
    """
    total, m, n = sum(tunnelling), np.arange(-14, 15), np.arange(-28, 29)
    bessel = special.jv(m, gate / omega)
    shifted = special.jv(m[:, None] + n, gate / omega)

    def integrand(energy):
        filling = special.expit(-(energy - np.array(potential)) / np.array(temperature))
        green = (bessel / (energy - m * omega - level + 0.5j * total)) @ shifted
        absorbed = -2.0 * green[n == 0][0].imag
        scattered = (np.array(tunnelling) * filling).sum() * np.stack(
            [(abs(green) ** 2).sum(), ((energy + n * omega) * abs(green) ** 2).sum()]
        )
        particles = filling * absorbed - scattered[0]
        energies = filling * energy * absorbed - scattered[1]
        crossed = (green[1:] * green[:-1].conj()).sum().imag
        pump = -gate * omega * (np.array(tunnelling) * filling).sum() * crossed
        charge = scattered[0]
        return np.concatenate(
            [np.array(tunnelling) * particles, np.array(tunnelling) * energies, [pump, charge]]
        ) / (2 * np.pi)

    edges = np.array([-4e4, -400.0, -30.0, 0.0, 30.0])
    parts = [integrate.quad_vec(integrand, a, b, epsabs=1e-11)[0] for a, b in itertools.pairwise(edges)]
    return np.sum(parts, axis=0)


def test_every_integral_and_sum_by_quadrature():
    found = scattering_currents(0.5, *LEADS, gate=0.8, omega=1.0)
    wanted = by_quadrature(0.5, *LEADS, 0.8, 1.0)
    assert_allclose(found.particle_current, wanted[:2], atol=1e-9)
    # what is left out below the window: the tails of the energy's integrand fall as 1/E^2, the charge's too
    assert_allclose(found.energy_current, wanted[2:5], atol=2e-6)
    assert found.population[1] == pytest.approx(wanted[5], abs=2e-6)


def test_exact_and_rates_agree_for_weak_tunnelling_to_first_order():
    errors = []
    for scale in (1e-3, 1e-4):
        arguments = (0.5, (2 * scale, scale), (0.3, 0.5), (0.2, -0.2))
        drive = {"gate": 0.8, "ac_voltage": (0.3, 0.0), "omega": 1.0}
        exact, rates = scattering_currents(*arguments, **drive), dot_currents(*arguments, **drive)
        assert_allclose(exact.particle_current, rates.particle_current, rtol=20 * scale)
        errors.append(abs(exact.energy_current - rates.energy_current).max() / scale)
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.1)


def test_landauer_without_a_drive_at_zero_temperature():
    """I = (G_L G_R / G) [arctan((mu_L - e) / (G/2)) - ...] / pi, and the energy's integral in logarithms."""
    dot = scattering_currents(0.1, (0.3, 0.1), 0.0, (0.5, -0.4))
    half = 0.2
    window = np.arctan((0.5 - 0.1) / half) - np.arctan((-0.4 - 0.1) / half)
    assert dot.particle_current[0] == pytest.approx(0.3 * 0.1 / 0.4 * window / np.pi, rel=1e-12)
    logarithm = 0.5 * np.log((0.4**2 + half**2) / (0.5**2 + half**2))
    energy = 0.3 * 0.1 / (2 * np.pi) * (logarithm + 0.1 * window / half)
    assert_allclose(dot.energy_current, [energy, -energy, 0.0], atol=1e-15)


def test_zero_temperature_is_the_limit_of_low_ones():
    cold, limit = (
        scattering_currents(0.5, (0.3, 0.1), t, (0.2, -0.2), gate=0.8, omega=1.0) for t in (1e-7, 0.0)
    )
    assert_allclose(cold.energy_current, limit.energy_current, rtol=1e-9)
    assert np.isinf(limit.entropy_production)


@pytest.mark.parametrize("currents", [dot_currents, scattering_currents])
def test_laws(currents):
    levels = np.linspace(-1.5, 1.5, 7)
    dot = currents(levels, *LEADS, gate=0.9, ac_voltage=(0.0, 0.3), omega=0.7)
    assert dot.energy_current.shape == (7, 3)
    assert_allclose(dot.particle_current.sum(-1), 0.0, atol=1e-15)
    assert_allclose(dot.energy_current.sum(-1), 0.0, atol=1e-15)
    assert_allclose(dot.population.sum(-1), 1.0)
    assert (dot.entropy_production > 0).all()
    first_law = dot.heat_current.sum(-1) + dot.energy_current[:, -1] - dot.electrical_power
    assert_allclose(first_law, 0.0, atol=1e-15)
    rest = currents(levels, (0.3, 0.1), 0.2, 0.1)
    assert_allclose(rest.energy_current, 0.0, atol=1e-15)


def test_a_common_ac_voltage_is_a_gate_of_the_other_sign():
    gate = scattering_currents(0.5, *LEADS, gate=0.8, omega=1.0)
    leads = scattering_currents(0.5, *LEADS, ac_voltage=-0.8, omega=1.0)
    assert_allclose(gate.energy_current, leads.energy_current, rtol=1e-13)
    still = scattering_currents(0.5, *LEADS, gate=0.8, ac_voltage=0.8, omega=1.0)
    assert_allclose(still.energy_current, scattering_currents(0.5, *LEADS).energy_current, atol=1e-16)


def test_the_current_of_jauho_wingreen_and_meir_is_that_of_two_leads():
    drive = {"gate": 0.4, "ac_voltage": (0.9, -0.2), "omega": 0.7}
    found = photon_assisted_current(np.array([0.1, 0.5]), *LEADS, **drive)
    assert_allclose(found, scattering_currents(np.array([0.1, 0.5]), *LEADS, **drive).particle_current[:, 0])
    with pytest.raises(InputError, match="two leads"):
        photon_assisted_current(0.1, 0.1, 0.2, (0.1, 0.2, 0.3))


def test_noise_is_the_curvature_of_the_counted_eigenvalue():
    filling = special.expit(-(0.4 - np.array([0.2, -0.2, 0.7])) / np.array([0.2, 0.4, 0.3]))
    up = np.array([0.3, 0.1, 0.2]) * filling
    down = np.array([0.3, 0.1, 0.2]) - up

    def eigenvalue(field):
        counted = np.exp([field, 0.0, 0.0])
        matrix = [[-up.sum(), (down / counted).sum()], [(up * counted).sum(), -down.sum()]]
        return np.linalg.eigvals(matrix).real.max()

    h = 1e-3  # of the fourth-order difference: errors of h^4 and of rounding over h^2
    values = np.array([eigenvalue(k * h) for k in (-2, -1, 0, 1, 2)])
    curvature = values @ np.array([-1, 16, -30, 16, -1]) / (12 * h**2)
    found = dot_noise(0.4, (0.3, 0.1, 0.2), (0.2, 0.4, 0.3), (0.2, -0.2, 0.7))
    assert found[0] == pytest.approx(curvature, rel=1e-7)


def test_what_cannot_be_computed_is_refused():
    for arguments, field in (
        ((0.5, -0.1, 0.2, (0.1, 0.2)), "tunnelling"),
        ((0.5, 0.0, 0.2, (0.1, 0.2)), "tunnelling"),
        ((0.5, 0.1, -0.2, (0.1, 0.2)), "temperature"),
        ((np.nan, 0.1, 0.2, (0.1, 0.2)), "level"),
        (("half", 0.1, 0.2, (0.1, 0.2)), "level"),
        ((0.5, (0.1, 0.1, 0.1), 0.2, (0.1, 0.2)), "tunnelling"),
    ):
        with pytest.raises(InputError, match=field):
            scattering_currents(*arguments)
    with pytest.raises(InputError, match="needs its frequency"):
        dot_currents(0.5, *LEADS, gate=0.1)
    with pytest.raises(InputError, match="above zero"):
        dot_currents(0.5, *LEADS, gate=0.1, omega=0.0)
    with pytest.raises(InputError, match="at most"):
        dot_currents(0.5, *LEADS, gate=1e300, omega=1.0)
