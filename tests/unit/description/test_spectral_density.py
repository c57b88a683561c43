"""Spectral densities: formulas, samples, edges, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe

SAMPLES = np.linspace(0.0, 8.0, 2001)
SPECTRA = {
    "ohmic": sambe.Ohmic(0.002, cutoff=10.0),
    "sub-ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=0.5),
    "super-ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=3.0),
    "drude": sambe.DrudeLorentz(0.01, cutoff=2.0),
    "underdamped": sambe.Underdamped(0.1, width=0.2, frequency=1.5),
    "flat": sambe.Flat(0.003),
    "band from zero": sambe.Window(0.01, low=0.0, high=2.0),
    "band": sambe.Window(0.01, low=0.5, high=2.0),
    "tabulated": sambe.Tabulated(SAMPLES, 0.002 * SAMPLES * np.exp(-SAMPLES / 3)),
    "callable": sambe.Custom(lambda w: 0.002 * w / (1 + w**2)),
}
every_spectrum = pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA.keys())
positive = st.floats(1e-6, 1e3)


@every_spectrum
@given(w=positive)
def test_odd_continuation(spectrum, w):
    assert spectrum(np.array(-w)) == -spectrum(np.array(w))
    assert spectrum(np.array(0.0)) == 0.0


@given(
    kappa=st.floats(1e-4, 1.0), cutoff=st.floats(0.5, 50.0), s=st.floats(0.3, 3.0), w=st.floats(1e-3, 20.0)
)
def test_ohmic_formula(kappa, cutoff, s, w):
    expected = kappa * w**s * cutoff ** (1 - s) * np.exp(-w / cutoff)
    assert float(sambe.Ohmic(kappa, cutoff, s)(np.array(w))) == pytest.approx(expected, rel=1e-12)


def test_exponent_one_takes_the_same_values_by_either_route():
    w = np.linspace(-3.0, 3.0, 13)
    swept = sambe.Ohmic(0.002, cutoff=10.0, exponent=np.array(1.0))
    assert_allclose(swept(w), sambe.Ohmic(0.002, cutoff=10.0)(w), rtol=1e-14)


def test_window_has_hard_edges():
    band = sambe.Window(0.01, low=0.5, high=2.0)
    edges = np.array([0.499, 0.5, 2.0, 2.001])
    assert_array_equal(band(edges), [0.0, 0.01, 0.01, 0.0])
