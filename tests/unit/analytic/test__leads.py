"""Fermi functions and their Lorentzian averages, down to zero temperature."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, special

from sambe.analytic._leads import LARGE, digamma, fermi, leads_of


def leads(temperature, tunnelling=(0.3, 0.1)):
    return leads_of(0.4, tunnelling, temperature, (0.1, -0.2), 0.0, 0.0, None)


def test_filling_and_vacancy_keep_their_tails_and_the_edge():
    energy = np.array([[-30.0, 0.1, 30.0]])
    filling, vacancy = fermi(energy, leads(0.5))
    assert_allclose(filling + vacancy, 1.0)
    assert_allclose(vacancy[:, 0], np.exp((energy[0, 0] - np.array([0.1, -0.2])) / 0.5))
    assert fermi(energy, leads(0.0))[0][0].tolist() == [1.0, 0.5, 0.0]


def test_digamma_is_the_lorentzian_average_of_the_filling():
    def integrand(energy):
        return special.expit(-(energy - 0.1) / 0.5) * 0.4 / ((energy - 1.3) ** 2 + 0.04) / (2 * np.pi)

    wanted = sum(integrate.quad(integrand, a, b)[0] for a, b in ((-np.inf, -5), (-5, 1.3), (1.3, 20)))
    psi = digamma(np.array([[1.3]]), leads(0.5))
    assert 0.5 - psi[0, 0].imag / np.pi == pytest.approx(wanted, rel=1e-8)


def test_digamma_is_smooth_where_its_form_changes():
    scale = abs(0.2 + 1.2j) / (2 * np.pi * LARGE)
    below, above = (digamma(np.array([[1.3]]), leads(scale * (1 + s)))[0, 0] for s in (-1e-9, 1e-9))
    assert below == pytest.approx(above, rel=1e-13)


def test_shapes_broadcast():
    given = leads_of(np.zeros(5), 0.1, 0.2, (0.1, 0.2), 0.3, 0.0, np.ones(5))
    assert given.tunnelling.shape == given.swing.shape == (5, 2)
    assert given.level.shape == (5, 1)
