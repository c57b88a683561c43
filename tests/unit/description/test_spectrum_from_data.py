"""Spectral densities from samples, functions and QuTiP environments."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.description.spectrum_from_data import Custom, QutipSpectrum, as_spectrum

SAMPLES = np.linspace(0.0, 8.0, 2001)
OHMIC = sambe.Tabulated(SAMPLES, 0.002 * SAMPLES * np.exp(-SAMPLES / 3))


@given(w=st.floats(SAMPLES[1], SAMPLES[-1]))
def test_tabulated_follows_the_ohmic_samples(w):
    """Linear in J/w: an error of an eighth of the squared step over the squared cutoff."""
    exact = sambe.Ohmic(0.002, cutoff=3.0)
    assert float(OHMIC(np.array(w))) == pytest.approx(float(exact(np.array(w))), rel=1e-6)


def test_tabulated_is_exact_on_its_samples_and_zero_beyond():
    table = sambe.Tabulated([0.5, 1.0, 3.0], [0.1, 0.4, 0.3], strength=2.0)
    assert_allclose(table(np.array([0.5, 1.0, 3.0])), [0.2, 0.8, 0.6])
    assert_array_equal(table(np.array([3.0001, 100.0])), [0.0, 0.0])
    assert float(table(np.array(0.25))) == pytest.approx(0.1)


def test_what_is_given_becomes_a_spectral_density():
    assert as_spectrum(OHMIC, "spectrum") is OHMIC
    assert isinstance(as_spectrum(lambda w: 0.002 * w, "spectrum"), Custom)
    with pytest.raises(sambe.InputError, match="spectrum = 3"):
        as_spectrum(3, "spectrum")


def test_a_qutip_environment_is_doubled_and_goes_linearly_to_zero():
    """QuTiP's J = 2 lambda gamma w / (w^2 + gamma^2) is half of that in the rate convention."""
    environment = qutip.DrudeLorentzEnvironment(T=1.0, lam=0.01, gamma=2.0)
    spectrum = as_spectrum(environment, "spectrum")
    assert isinstance(spectrum, QutipSpectrum)
    w = np.array([1e-12, 0.3, 2.0])
    assert_allclose(spectrum(w), 2.0 * 2.0 * 0.01 * 2.0 * w / (w**2 + 4.0), rtol=1e-12)
