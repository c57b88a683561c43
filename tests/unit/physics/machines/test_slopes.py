"""Derivatives of rates, against differences of the rates themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.machines.slopes import energy_slopes, temperature_slopes

W = np.array([-2.3, -0.7, -0.01, 0.01, 0.4, 1.9]).reshape(1, 1, 6)
SPECTRA = {
    "ohmic": sambe.Ohmic(0.002, cutoff=10.0),
    "super": sambe.Ohmic(0.002, cutoff=3.0, exponent=3.0),
    "drude": sambe.DrudeLorentz(0.01, cutoff=2.0),
    "peak": sambe.Underdamped(0.1, width=0.5, frequency=1.0),
    "flat": sambe.Flat(0.01),
    "table": sambe.Tabulated([0.005, 0.5, 1.5, 3.0], [0.001, 0.1, 0.05, 0.2]),
    "own": sambe.Custom(lambda w: 0.006 * w**3 / 9 * np.exp(-w / 3)),
}


def bath(spectrum: Any, **state: Any) -> sambe.Bath:
    return sambe.Bath("b", sambe.sigmax(), spectrum, **(state or {"temperature": 0.6}))


@pytest.mark.parametrize("kind", SPECTRA)
def test_thermal_rates_by_temperature_and_energy(kind: str) -> None:
    one, h = bath(SPECTRA[kind]), 1e-5
    up, down = one.rates(W)
    warmer, colder = (bath(SPECTRA[kind], temperature=0.6 + s * h).rates(W) for s in (1, -1))
    slopes = temperature_slopes(one, W, up, down)
    for k in (0, 1):
        np.testing.assert_allclose(slopes[k], (warmer[k] - colder[k]) / (2 * h), rtol=1e-7)
    above, below = one.rates(W + h * np.abs(W)), one.rates(W - h * np.abs(W))
    for k, found in enumerate(energy_slopes(one, W)):
        difference = (above[k] - below[k]) / (2 * h * np.abs(W))
        np.testing.assert_allclose(found, difference, rtol=1e-6, atol=1e-6 * np.abs(found).max())


@pytest.mark.parametrize("state", [{"state": sambe.Inverted(0.7)}, {"state": sambe.Occupied(1.5)}])
def test_other_states_by_energy(state: dict[str, Any]) -> None:
    one, h = bath(SPECTRA["ohmic"], **state), 1e-6
    above, below = one.rates(W + h), one.rates(W - h)
    for k, found in enumerate(energy_slopes(one, W)):
        np.testing.assert_allclose(found, (above[k] - below[k]) / (2 * h), rtol=1e-6)


def test_what_is_no_formula_is_not_known() -> None:
    def by_cases(w: Any) -> Any:  # its imaginary part gets lost, which the check sees
        return np.exp(-np.abs(w))

    assert np.isnan(energy_slopes(bath(sambe.Custom(by_cases)), W)[0]).all()
    assert np.isnan(energy_slopes(bath(SPECTRA["ohmic"], state=sambe.Occupied(lambda w: 1 / w)), W)[0]).all()
    noise = sambe.Bath("n", sambe.sigmax(), power=lambda w: 1.0 / (1.0 + w * w))
    assert np.isnan(energy_slopes(noise, W)[0]).all()
    assert (energy_slopes(sambe.Bath("n", sambe.sigmax(), power=0.1), W)[0] == 0.0).all()


def test_at_rest_and_in_the_cold() -> None:
    zero = np.zeros((1, 1, 1))
    for t in (0.6, 0.0):
        one = bath(SPECTRA["ohmic"], temperature=t)
        np.testing.assert_allclose(temperature_slopes(one, zero, *one.rates(zero))[0], 0.002, rtol=1e-9)
        assert np.isfinite(energy_slopes(one, zero)[0]).all()
    cold = bath(SPECTRA["ohmic"], temperature=0.0)
    np.testing.assert_array_equal(temperature_slopes(cold, W, *cold.rates(W))[0], 0.0)
    # a(W) of an Ohmic bath falls through W = 0 with -J'/2
    np.testing.assert_allclose(energy_slopes(bath(sambe.DrudeLorentz(0.01, 2.0)), zero)[0], -0.01, rtol=1e-9)
