"""Fermi functions and the rates of a Fermi sea."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from sambe import Flat
from sambe.description.leads.fermi import EnergyDependent, FermiState, Lorentzian, fermi


def test_a_fermi_function_in_every_limit() -> None:
    x = np.array([-2.0, -1e-3, 0.0, 1e-3, 2.0])
    assert_allclose(fermi(x, 0.5), 0.5 * (1.0 - np.tanh(x)), rtol=1e-13)  # tanh(x / 2T) with T = 1/2
    np.testing.assert_array_equal(fermi(x, 0.0), [1.0, 1.0, 0.5, 0.0, 0.0])
    mixed = fermi(x[:, None], np.array([0.0, 0.5]))
    np.testing.assert_array_equal(mixed[:, 0], fermi(x, 0.0))
    np.testing.assert_array_equal(mixed[:, 1], fermi(x, 0.5))
    assert_allclose(fermi(np.array([1e200, -1e200]), 1e-80), [0.0, 1.0], atol=1e-300)


def test_rates_add_up_and_keep_detailed_balance() -> None:
    energy, t, mu = np.linspace(-3.0, 3.0, 7), 0.4, 0.3
    rate = EnergyDependent(lambda w: 0.01 / (1.0 + w * w))
    into, out = FermiState(t, mu).rates(rate, energy)
    assert_allclose(into + out, rate.density(energy), rtol=1e-13)
    assert_allclose(np.log(out / into), (energy - mu) / t, rtol=1e-12)


def test_nothing_diverges_at_rest() -> None:
    assert not FermiState(0.5, 0.0).singular_at_zero(Flat(0.1), np.array([1e-60]), np.array([1e-40])).any()


def test_a_lorentzian_band_is_that_of_a_site_between() -> None:
    """t^2 times the spectral function of a site that decays at 2 gamma: G_0 = 2 t^2/gamma."""
    hop, width, centre = 0.3, 0.7, -0.4
    band = Lorentzian(2.0 * hop**2 / width, width, centre)
    energy = np.array([-2.0, -0.4, 0.0, 1.0])
    site = hop**2 * -2.0 * np.imag(1.0 / (energy - centre + 1j * width))
    assert_allclose(band.density(energy), site, rtol=1e-13)
    assert band.scales() == (-0.4 + 0.7,)
