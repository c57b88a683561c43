"""Lamb shift: sign and size against the bath's correlation function, quadrature and perturbation theory."""

from __future__ import annotations

from itertools import pairwise

import array_api_strict
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad

import sambe
from sambe.description.reservoir import thermal
from sambe.description.spectrum_from_data import QutipSpectrum
from sambe.errors import InputError
from sambe.physics.generators.lamb_shift import (
    _by_fixed_rule,
    lamb_shift,
    lamb_shift_pair,
    reorganisation_energy,
)

W = np.array([-2.7, -1.0, -0.3, -0.01, 0.02, 0.7, 1.0, 3.3])
MEASURED = np.linspace(0.2, 6.0, 30)
SPECTRA = {
    "ohmic": sambe.Ohmic(0.002, cutoff=10.0),
    "sub-ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=0.5),
    "super-ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=3.0),
    "drude": sambe.DrudeLorentz(0.01, cutoff=2.0),
    "underdamped": sambe.Underdamped(0.1, width=0.2, frequency=1.5),
    "overdamped": sambe.Underdamped(0.1, width=5.0, frequency=1.5),
    "band": sambe.Window(0.01, low=0.5, high=2.0),
    "tabulated": sambe.Tabulated(MEASURED, MEASURED * np.exp(-MEASURED)),
    "callable": sambe.Custom(lambda w: 0.002 * w * np.exp(-w * w)),
}
every_spectrum = pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA.keys())
every_temperature = pytest.mark.parametrize("temperature", [0.0, 0.05, 1.2])


def kinks(spectrum):
    if isinstance(spectrum, sambe.Window):
        return [spectrum.low, spectrum.high]
    return list(spectrum.frequency) if isinstance(spectrum, sambe.Tabulated) else []


def by_quad(spectrum, temperature, energy):
    """The principal value as an ordinary integral over the distance v from W, by QUADPACK."""

    def integrand(v):
        ends = sambe.absorption_rate(spectrum, temperature, np.array([energy + v, energy - v]))
        return (ends[0] - ends[1]) / v

    places = {abs(energy), *(abs(energy + s * k) for k in kinks(spectrum) for s in (1, -1))}
    cuts = [0.0, *sorted(places - {0.0}), 50.0, 1000.0]
    cuts.append(np.inf)
    return sum(quad(integrand, a, b, epsabs=1e-14, epsrel=1e-10, limit=400)[0]
               for a, b in pairwise(cuts)) / (2.0 * np.pi)  # fmt: skip


@pytest.mark.parametrize("temperature", [0.2, 1.0])
def test_it_completes_the_transform_of_the_correlation_function(temperature):
    """int_0^inf C(t) exp(-iWt) dt = a/2 + i s, C(t) = sum_k c_k exp(-nu_k t) with QuTiP's Matsubara terms."""
    strength, cutoff = 0.01, 2.0
    k = np.arange(1, 400_001)
    nu = 2.0 * np.pi * temperature * k
    c = 4.0 * strength * cutoff * temperature * nu / (nu**2 - cutoff**2)
    first = strength * cutoff * (1.0 / np.tan(0.5 * cutoff / temperature) - 1j)
    bath = sambe.DrudeLorentz(strength, cutoff)
    for energy in W:
        transform = first / (cutoff + 1j * energy) + np.sum(c / (nu + 1j * energy))
        half = 0.5 * sambe.absorption_rate(bath, temperature, np.asarray(energy))
        expected = half + 1j * lamb_shift(bath, temperature, np.asarray(energy))
        assert_allclose(transform, expected, rtol=1e-4, atol=3e-8)


@pytest.mark.slow
@every_temperature
@every_spectrum
def test_against_quadpack(spectrum, temperature):
    found = lamb_shift(spectrum, temperature, W)
    expected = np.array([by_quad(spectrum, temperature, w) for w in W[::3]])
    assert_allclose(found[::3], expected, rtol=0, atol=3e-10 * np.abs(expected).max())


@every_temperature
@pytest.mark.parametrize("name", ["drude", "underdamped", "overdamped"])
def test_closed_forms_against_the_general_quadrature(name, temperature):
    spectrum = SPECTRA[name]
    general = sambe.Custom(spectrum.density)
    expected = lamb_shift(general, temperature, W)
    assert_allclose(lamb_shift(spectrum, temperature, W), expected, rtol=0, atol=1e-11)
    assert_allclose(reorganisation_energy(general), reorganisation_energy(spectrum), rtol=1e-10)


def test_a_critically_damped_mode_has_a_shift():
    """Its two poles merge."""
    critical = sambe.Underdamped(0.1, width=3.0, frequency=1.5)
    expected = lamb_shift(sambe.Custom(critical.density), 0.4, W)
    assert_allclose(lamb_shift(critical, 0.4, W), expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.slow
@every_temperature
@every_spectrum
def test_the_table_meets_the_integral(spectrum, temperature):
    """Many energies go by interpolation, few by the integral itself."""
    many = np.concatenate([np.linspace(-3.9, 3.9, 5001), W])
    direct = lamb_shift(spectrum, temperature, W)
    assert_allclose(lamb_shift(spectrum, temperature, many)[-W.size :], direct, rtol=0,
                    atol=1e-8 * np.abs(direct).max())  # fmt: skip


@every_spectrum
def test_at_zero_energy_it_is_the_reorganisation_energy(spectrum):
    """s(0) = -int J/(2 pi w) dw at every temperature, which the counter-term takes away."""
    cuts = [0.0, 0.1, *kinks(spectrum), 10.0, 100.0, np.inf]
    lam = sum(quad(lambda w: spectrum.density(np.asarray(w)) / w, a, b, limit=500)[0]
              for a, b in pairwise(cuts)) / (2.0 * np.pi)  # fmt: skip
    assert_allclose(reorganisation_energy(spectrum), lam, rtol=1e-7)
    temperatures = (0.0,) if getattr(spectrum, "exponent", 1.0) < 1.0 else (0.0, 0.7)
    for t in temperatures:
        assert_allclose(lamb_shift(spectrum, t, np.asarray(0.0)), -lam, rtol=1e-7)
        assert_allclose(lamb_shift(spectrum, t, np.asarray(0.0), counter=True), 0.0, atol=1e-7 * lam)


def test_a_narrow_band_shifts_a_level_as_one_mode_does():
    """Second-order perturbation theory at T = 0: -g^2/(E_i - E_j + w_k)."""
    mode, width = 2.0, 1e-3
    band = sambe.Window(0.01, low=mode - width / 2, high=mode + width / 2)
    g2 = 0.01 * width / (2.0 * np.pi)
    gap = np.array([-1.0, -0.2, 0.5, 1.5])
    assert_allclose(lamb_shift(band, 0.0, gap), -g2 / (gap + mode), rtol=1e-6)


def test_a_hard_edge_leaves_a_logarithm():
    """Flat band at T = 0: s(W) = -J/(2 pi) ln|(W + high)/(W + low)|."""
    band = sambe.Window(0.01, low=0.5, high=2.0)
    expected = -0.01 / (2.0 * np.pi) * np.log(np.abs((W + 2.0) / (W + 0.5)))
    assert_allclose(lamb_shift(band, 0.0, W), expected, rtol=1e-11)


def test_a_qutip_environment_has_the_shift_of_its_spectrum():
    import qutip

    environment = qutip.DrudeLorentzEnvironment(T=0.5, lam=0.01, gamma=2.0)
    found = lamb_shift(QutipSpectrum(environment), 0.5, W)
    assert_allclose(found, lamb_shift(sambe.DrudeLorentz(0.01, 2.0), 0.5, W), rtol=0, atol=1e-9)


@pytest.mark.parametrize("make", [lambda s, c: sambe.Ohmic(s, c), lambda s, c: sambe.DrudeLorentz(s, c)])
def test_swept_parameters_are_taken_point_by_point(make):
    strength = np.array([0.001, 0.004, 0.004, 0.002])[:, None]
    cutoff = np.array([3.0, 3.0, 5.0, 5.0])[:, None]
    temperature = np.array([0.0, 0.5, 0.5, 0.5])[:, None]
    up, down = lamb_shift_pair(thermal(make(strength, cutoff), temperature), np.tile(W, (4, 1)), counter=True)
    for k in range(4):
        one = make(strength[k, 0], cutoff[k, 0])
        assert_allclose(up[k], lamb_shift(one, temperature[k, 0], W, counter=True), rtol=1e-9, atol=1e-15)
        assert_allclose(down[k], lamb_shift(one, temperature[k, 0], -W, counter=True), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ["drude", "underdamped", "ohmic"])
def test_other_array_libraries(name):
    xp = array_api_strict
    found = lamb_shift(SPECTRA[name], xp.asarray(0.5), xp.asarray(W))
    assert_allclose(np.asarray(found), lamb_shift(SPECTRA[name], 0.5, W), rtol=1e-12)


@every_temperature
@pytest.mark.parametrize("name", ["ohmic", "super-ohmic", "drude", "callable"])
def test_the_rule_that_can_be_traced(name, temperature):
    energies = np.append(W, 0.0)
    expected = lamb_shift(SPECTRA[name], temperature, energies)
    found = _by_fixed_rule(thermal(SPECTRA[name], temperature), energies)
    assert_allclose(found, expected, rtol=0, atol=3e-7 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("spectrum", "temperature", "where"),
    [
        (sambe.Flat(1.0), 0.0, "high"),
        (sambe.Window(1.0, low=0.0, high=2.0), 1.0, "low"),
        (sambe.Custom(lambda w: w**0.9), 0.0, "high"),
    ],
)
def test_white_noise_is_refused(spectrum, temperature, where):
    with pytest.raises(InputError, match=f"diverges at {where} frequencies"):
        lamb_shift(spectrum, temperature, W)


def test_noise_is_refused():
    """A rate that no polynomial follows."""
    generator = np.random.default_rng(0)
    rough = sambe.Custom(lambda w: w * np.exp(-w) * (1.0 + 0.1 * generator.random(w.shape)))
    with pytest.raises(InputError, match="not smooth"):
        lamb_shift(rough, 0.0, W)


def test_nothing_shifts_nothing():
    assert_array_equal(lamb_shift(sambe.Custom(lambda w: 0.0 * w), 0.0, W), np.zeros(W.size))
