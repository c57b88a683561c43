"""Derivatives of rates by energies and by numbers of reservoirs, against differences of the rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.rate_slopes import density_slope

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


def slopes(one: sambe.Bath, by: str = "energy", energy: Any = W) -> Any:
    return one.reservoir.slopes(energy, by)


@pytest.mark.parametrize("kind", SPECTRA)
def test_thermal_rates_by_temperature_and_energy(kind: str) -> None:
    one, h = bath(SPECTRA[kind]), 1e-5
    warmer, colder = (bath(SPECTRA[kind], temperature=0.6 + s * h).rates(W) for s in (1, -1))
    for k in (0, 1):
        np.testing.assert_allclose(
            slopes(one, "state.temperature")[k], (warmer[k] - colder[k]) / (2 * h), rtol=1e-7
        )
    above, below = one.rates(W + h * np.abs(W)), one.rates(W - h * np.abs(W))
    for k, found in enumerate(slopes(one)):
        difference = (above[k] - below[k]) / (2 * h * np.abs(W))
        np.testing.assert_allclose(found, difference, rtol=1e-6, atol=1e-6 * np.abs(found).max())


@pytest.mark.parametrize("state", [{"state": sambe.Inverted(0.7)}, {"state": sambe.Occupied(1.5)}])
def test_other_states_by_energy(state: dict[str, Any]) -> None:
    one, h = bath(SPECTRA["ohmic"], **state), 1e-6
    above, below = one.rates(W + h), one.rates(W - h)
    for k, found in enumerate(slopes(one)):
        np.testing.assert_allclose(found, (above[k] - below[k]) / (2 * h), rtol=1e-6)


def test_what_is_no_formula_is_not_known() -> None:
    def by_cases(w: Any) -> Any:  # its imaginary part gets lost, which the check sees
        return np.exp(-np.abs(w))

    assert np.isnan(slopes(bath(sambe.Custom(by_cases)))[0]).all()
    assert np.isnan(slopes(bath(SPECTRA["ohmic"], state=sambe.Occupied(lambda w: 1 / w)))[0]).all()
    noise = sambe.Bath("n", sambe.sigmax(), power=lambda w: 1.0 / (1.0 + w * w))
    assert np.isnan(slopes(noise)[0]).all()
    assert (slopes(sambe.Bath("n", sambe.sigmax(), power=0.1))[0] == 0.0).all()


def test_at_rest_and_in_the_cold() -> None:
    zero = np.zeros((1, 1, 1))
    for t in (0.6, 0.0):
        one = bath(SPECTRA["ohmic"], temperature=t)
        np.testing.assert_allclose(slopes(one, "state.temperature", zero)[0], 0.002, rtol=1e-9)
        assert np.isfinite(slopes(one, energy=zero)[0]).all()
    cold = bath(SPECTRA["ohmic"], temperature=0.0)
    np.testing.assert_array_equal(slopes(cold, "state.temperature")[0], 0.0)
    # a(W) of an Ohmic bath falls through W = 0 with -J'/2
    np.testing.assert_allclose(slopes(bath(sambe.DrudeLorentz(0.01, 2.0)), energy=zero)[0], -0.01, rtol=1e-9)


def lead(**numbers: float) -> sambe.Lead:
    given = {"temperature": 0.6, "chemical_potential": 0.3, **numbers}
    return sambe.Lead("l", sambe.fermion(0, 1), tunnelling=sambe.Lorentzian(0.02, 1.5, 0.4), **given)


NUMBERS = {
    "state.n": bath(SPECTRA["ohmic"], state=sambe.Occupied(1.5)),
    "state.p": bath(SPECTRA["drude"], state=sambe.Inverted(0.7)),
    "state.power": sambe.Bath("n", sambe.sigmax(), power=0.1),
    "state.temperature": lead(),
    "state.chemical_potential": lead(),
    "spectrum.width": lead(),
    "spectrum.centre": lead(),
    "spectrum.strength": bath(SPECTRA["peak"]),
    "spectrum.cutoff": bath(SPECTRA["ohmic"], state=sambe.Occupied(1.5)),
    "spectrum.exponent": bath(SPECTRA["super"]),
    "spectrum.frequency": bath(SPECTRA["peak"]),
}


@pytest.mark.parametrize("path", NUMBERS)
def test_every_number_against_differences(path: str) -> None:
    reservoir, h = NUMBERS[path].reservoir, 1e-5
    value = reservoir.numbers()[path]
    more, less = (
        reservoir.with_numbers({**reservoir.numbers(), path: value + s * h}).rates(W) for s in (1, -1)
    )
    for k, found in enumerate(reservoir.slopes(W, path)):
        wanted = (more[k] - less[k]) / (2 * h)
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6 * np.abs(wanted).max())
    assert np.isnan(reservoir.slopes(W, "state.other")[0]).all()


def test_a_lead_by_energy_and_at_its_step() -> None:
    one, h = lead(), 1e-5
    above, below = one.rates(W + h), one.rates(W - h)
    for k, found in enumerate(slopes(one)):
        np.testing.assert_allclose(found, (above[k] - below[k]) / (2 * h), rtol=1e-6, atol=1e-9)
    cold = lead(temperature=0.0)
    assert (slopes(cold, "state.chemical_potential")[0] == 0.0).all()


def test_numbers_of_a_batch_have_a_slope_each() -> None:
    cutoff = np.array([[[[2.0]]], [[[3.0]]]])
    found = density_slope(sambe.DrudeLorentz(0.01, cutoff=cutoff), np.abs(W), "cutoff")
    assert found.shape == (2, 1, 1, 6)
    one = density_slope(sambe.DrudeLorentz(0.01, cutoff=3.0), np.abs(W), "cutoff")
    np.testing.assert_allclose(found[1, 0], one[0])


def test_squeezed_rates_have_no_slopes_here() -> None:
    squeezed = sambe.Squeezed(0.5, r=0.4, centre=1.0)
    assert np.isnan(bath(SPECTRA["ohmic"], state=squeezed).reservoir.slopes(W, "spectrum.strength")[0]).all()
