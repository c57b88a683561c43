"""Open reference numbers of quantum dots between leads, derived by two independent routes each."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sambe import analytic


def test_single_level():
    leads = (1.0, (0.01, 0.004), (1.0, 0.4), (0.0, 0.3))
    dot = analytic.dot_currents(*leads)
    assert_allclose(dot.particle_current, [0.0003454120667, -0.0003454120667], rtol=1e-9)
    assert_allclose(dot.energy_current, [0.0003454120667, -0.0003454120667, 0.0], rtol=1e-9, atol=1e-18)
    assert_allclose(dot.heat_current, [0.0003454120667, -0.0002417884467], rtol=1e-9)
    assert dot.electrical_power == pytest.approx(0.00010362362, rel=1e-9)
    assert dot.electrical_power / dot.heat_current[0] == pytest.approx(0.3, rel=1e-9)  # mu_R / e
    assert dot.population[1] == pytest.approx(0.2344002147, rel=1e-9)
    assert dot.entropy_production == pytest.approx(0.00025905905, rel=1e-9)
    assert_allclose(analytic.dot_noise(*leads), 0.0009468317054, rtol=1e-9)


def test_driven_level_by_rates_and_exactly():
    arguments = (0.5, (0.02, 0.01), (0.3, 0.3), (0.2, -0.2))
    drive = {"gate": 0.8, "omega": 1.0}
    exact = analytic.scattering_currents(*arguments, **drive)
    assert exact.particle_current[0] == pytest.approx(0.001028260742, rel=1e-6)
    wanted = [-0.002179928446, -0.001613439696, 0.003793368141]
    assert_allclose(exact.energy_current, wanted, rtol=1e-6)
    # 0.2764157323 by integration from 200 below zero, and what the level's tail there holds: G / (2 pi 200)
    assert exact.population[1] == pytest.approx(0.2764157323 + 0.03 / (400 * np.pi), rel=1e-6)
    assert analytic.photon_assisted_current(*arguments, **drive) == pytest.approx(0.001028260742, rel=1e-9)
    rates = analytic.dot_currents(*arguments, **drive)
    assert rates.particle_current[0] == pytest.approx(0.001034773681, rel=1e-9)
    assert_allclose(rates.energy_current, [-0.002163148875, -0.001623916089, 0.003787064964], rtol=1e-9)
    assert rates.population[1] == pytest.approx(0.2724954929, rel=1e-9)


def test_ac_voltage_on_one_lead():
    dot = analytic.dot_currents(0.3, (0.01, 0.01), 0.1, 0.0, ac_voltage=(0.9, 0.0), omega=0.8)
    assert dot.particle_current[0] == pytest.approx(0.001121716493, rel=1e-9)
    assert_allclose(dot.energy_current, [-0.001821584857, -0.0003365149478, 0.002158099805], rtol=1e-9)
    assert dot.population[1] == pytest.approx(0.1595975224, rel=1e-9)


def test_photon_assisted_double_dot():
    dot = analytic.double_dot_current(0.004, 0.0, 0.01, 0.01)
    assert dot.current == pytest.approx(0.002191780822, rel=1e-9)
    assert dot.noise == pytest.approx(0.0004544788531, rel=1e-7)
    assert dot.fano == pytest.approx(0.2073559767, rel=1e-7)
    strong = analytic.double_dot_current(1e3, 0.0, 0.01, 0.01)  # where full secular is right
    assert strong.current == pytest.approx(0.003333333333, rel=1e-9)


def test_anderson_dot():
    dot = analytic.anderson_dot_currents(0.2, 1.0, (0.01, 0.004), (0.2, 0.2), (0.3, -0.3))
    assert dot.particle_current[0] == pytest.approx(0.002143777348, rel=1e-9)
    assert_allclose(dot.energy_current[:2], [0.0004478202579, -0.0004478202579], rtol=1e-9)
    assert_allclose(dot.population[[0, 2]], [0.3630571601, 0.002559850264], rtol=1e-9)
    assert_allclose(dot.heat_current, [-0.0001953129464, -0.001090953462], rtol=1e-9)
    assert dot.electrical_power == pytest.approx(-0.001286266409, rel=1e-9)
    assert dot.entropy_production == pytest.approx(0.006431332043, rel=1e-9)
