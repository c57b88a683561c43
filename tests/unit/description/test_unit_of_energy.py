"""Units of energy: powers of two, so that the numbers of the same system in another unit are the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import ReservoirState
from sambe.description.spectral_density import away_from_zero
from sambe.description.unit_of_energy import (
    LARGEST,
    Rescaled,
    in_unit,
    spectrum_in_unit,
    unit_exponents,
    unusable_unit,
)
from sambe.errors import InputError

W = np.array([-2.0, -0.3, 0.3, 2.0])
SPECTRA = {
    "Ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=1.5),
    "DrudeLorentz": sambe.DrudeLorentz(0.01, cutoff=2.0),
    "Underdamped": sambe.Underdamped(0.05, width=0.5, frequency=1.5),
    "Flat": sambe.Flat(0.002),
    "Window": sambe.Window(0.002, low=0.1, high=3.0),
    "Tabulated": sambe.Tabulated([0.2, 1.0, 2.5], [0.1, 0.3, 0.2], strength=0.01),
    "function": sambe.Custom(lambda w: 0.002 * w * np.exp(-w / 10.0), strength=2.0),
}


def qubit(**changes: object) -> sambe.System:
    return sambe.models.spin_boson(drive=0.1, omega=0.8).replace(**changes)


@pytest.mark.parametrize("kind", SPECTRA)
@pytest.mark.parametrize("power", [-40, 7, 100])
def test_rates_of_every_spectrum_go_with_the_unit(kind: str, power: int) -> None:
    # a(W) is an energy: in a unit u it is a(W u) / u; powers of two round nothing but in pow and sqrt
    unit, temperature = 2.0**power, 0.0 if kind == "Flat" else 0.7
    bath = sambe.Bath("b", sambe.sigmax(), SPECTRA[kind], temperature)
    moved = in_unit(qubit(baths=[bath]), 1.0 / unit).baths[0]
    for rate, scaled in zip(bath.rates(W), moved.rates(W * unit), strict=True):
        np.testing.assert_allclose(scaled / unit, rate, rtol=1e-14, atol=0.0)


@dataclass(frozen=True)
class Band(ReservoirState):
    """A state with an energy of its own."""

    edge: float

    def rates(self, spectrum, energy):  # type: ignore[no-untyped-def]
        j = spectrum.density(away_from_zero(energy))
        excited = np.where(np.abs(energy) < self.edge, 0.5, 0.1)
        return j * excited, j * (1.0 - excited)

    def kinks(self):  # type: ignore[no-untyped-def]
        return (self.edge,)


def test_a_state_of_ones_own_is_asked_in_its_own_unit() -> None:
    bath = sambe.Bath("b", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), state=Band(1.0))
    moved = in_unit(qubit(baths=[bath]), 0.25).baths[0]
    for rate, scaled in zip(bath.rates(W), moved.rates(W * 4.0), strict=True):
        np.testing.assert_array_equal(scaled, 4.0 * rate)
    assert 4.0 in moved.reservoir.kinks()
    assert 40.0 in moved.reservoir.kinks()


def test_near_one_the_unit_is_one_and_beyond_the_nearest_power_of_two() -> None:
    scales = np.array([1e-4, 1.0, 1e4, 2.0**40, 2.0**-40, 0.0, np.inf])
    exponents = unit_exponents(qubit(hamiltonian=[(scales, sambe.sigmaz())], drive=None, omega=None))
    assert exponents[:6].tolist() == [0, 0, 0, 40, -40, 0]
    assert unusable_unit(int(exponents[6])) is not None
    assert unusable_unit(LARGEST) is None


def test_a_number_that_is_lost_in_the_unit_is_refused() -> None:
    bath = sambe.Bath("b", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=1e300), temperature=1.0)
    with pytest.raises(InputError, match=r"cutoff.*too far"):
        in_unit(qubit(baths=[bath]), 2.0**-100)


def test_it_is_asked_in_its_own_unit_and_answers_in_the_other() -> None:
    inner = sambe.Custom(lambda w: 0.1 * w / (1.0 + w * w), strength=2.0)
    w = np.array([0.25, 1.0, 4.0])
    moved = spectrum_in_unit(inner, 0.5)
    assert isinstance(moved, Rescaled)
    np.testing.assert_array_equal(moved.density(2.0 * w), 2.0 * inner.density(w))
    assert moved.numbers() == ("strength",)
    assert moved.map_numbers(lambda _, x: 3.0 * x).density(w)[1] == 3.0 * moved.density(w)[1]
    assert spectrum_in_unit(moved, 2.0) is inner
