"""Floquet modes along a period: every harmonic of the coupling between them, and none folded back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import jv

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare


def test_sidebands_of_a_modulated_splitting_are_bessel_functions() -> None:
    # H = (w0 + l cos wt) sz / 2: sigma_+ turns as exp(i w0 t + i (l/w) sin wt)
    splitting, modulation, omega = 1.0, 1.3, 0.41
    system = models.modulated_qubit(splitting, modulation, omega)
    found = dress(system, prepare(system, "floquet"))
    lower, upper = np.argsort(found.energies)
    m = round((found.energies[upper] - found.energies[lower] - splitting) / omega)
    assert found.energies[upper] - found.energies[lower] == pytest.approx(splitting + m * omega, abs=1e-9)
    sizes = {}
    for q, s in zip(found.quanta, found.couplings[0], strict=True):
        sizes[q] = abs(s[lower, upper])
        sizes[-q] = abs(s[upper, lower])
    for q, size in sizes.items():
        # the jump down takes W = -w0 - (m + q) w: the sideband m + q
        assert size == pytest.approx(abs(jv(m + q, modulation / omega)), abs=1e-8)
    total = sum(size**2 for size in sizes.values())
    assert total == pytest.approx(1.0, abs=1e-8)  # no sideband is missing


def test_harmonics_obey_the_sum_rule_of_the_derivative() -> None:
    # sum of |S^(q)_ij|^2 W^2 = mean of |[H(t), S]|^2 over a period: wrong if a harmonic is folded
    for omega in (0.11, 0.6, 1.7):
        h1 = 0.4 * np.array([[0.3, 1.0, 0.2], [1.0, -0.1, 0.5], [0.2, 0.5, 0.4]])
        s = np.array([[0.0, 1.0, 0.3], [1.0, 0.2, 1.0], [0.3, 1.0, -0.2]])
        h0 = np.diag([0.0, 0.8, 2.1])
        bath = sambe.Bath("bath", s, sambe.Ohmic(0.01, 10.0), 1.0)
        system = sambe.System(h0, {1: [(1.0, h1)]}, omega, [bath])
        found = dress(system, prepare(system, "floquet"))
        energy = found.jump_energies()
        weight = np.abs(found.couplings[0]) ** 2
        double = np.array([1.0 if q == 0 else 2.0 for q in found.quanta])[:, None, None]
        times = np.arange(64) * 2 * np.pi / 64
        hs = h0 + 2 * np.cos(times)[:, None, None] * h1
        exact = np.mean(np.sum(np.abs(hs @ s - s @ hs) ** 2, axis=(-2, -1)))
        assert np.sum(double * weight) == pytest.approx(np.sum(s**2), rel=1e-9)
        assert np.sum(double * weight * energy**2) == pytest.approx(exact, rel=1e-8)
