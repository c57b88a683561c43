"""Leads as a part of a system: what is refused, and what becomes of their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe import InputError, Lead, fermion
from sambe.description.unit_of_energy import in_unit

D = fermion(0, 1)
N = D.conj().T @ D
FINE: dict[str, Any] = {"tunnelling": 0.01, "temperature": 0.2}


def dot(*leads: sambe.Bath, **more: Any) -> sambe.System:
    """One level at 1."""
    return sambe.System([(1.0, N)], baths=leads, **more)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "x", [1, 2], 1j, True])
@pytest.mark.parametrize("name", ["tunnelling", "temperature", "chemical_potential", "ac_voltage"])
def test_numbers_are_finite_and_real(name: str, value: object) -> None:
    with pytest.raises(InputError, match=f"lead 'l'.{name}"):
        dot(Lead("l", D, **{**FINE, name: value}), omega=1.0)


@pytest.mark.parametrize("name", ["tunnelling", "temperature"])
def test_rates_and_temperatures_are_not_negative(name: str) -> None:
    with pytest.raises(InputError, match=f"lead 'l'.{name}"):
        dot(Lead("l", D, **{**FINE, name: -0.1}))
    with pytest.raises(InputError, match=f"lead 'l'.{name}"):
        Lead("l", D, **{**FINE, name: None})


@pytest.mark.parametrize("coupling", [N, D + D.T, {0: D}, lambda t: D, [], np.zeros((2, 2)), "d"])
def test_the_coupling_is_an_annihilation_operator(coupling: object) -> None:
    with pytest.raises(InputError, match=r"lead 'l'.coupling"):
        Lead("l", coupling, **FINE)


@pytest.mark.parametrize("name", ["", "pump", "pump 2", "particle left", "a:b", 3])
def test_names_of_other_terminals(name: Any) -> None:
    with pytest.raises(InputError, match=r"lead.name"):
        Lead(name, D, **FINE)


def test_an_ac_voltage_needs_a_frequency_and_few_sidebands() -> None:
    for omega in (None, float("nan"), -1.0, "x"):
        with pytest.raises(InputError, match="omega"):
            dot(Lead("l", D, ac_voltage=0.5, **FINE), omega=omega)
    with pytest.raises(InputError, match="sidebands"):
        dot(Lead("l", D, ac_voltage=0.5, **FINE), omega=1e-3)


@pytest.mark.parametrize(
    "rate", [lambda e: e - 10.0, lambda e: 1.0 / 0.0, lambda e: np.ones(7), lambda e: e * 1j]
)
def test_a_rate_that_is_none(rate: Any) -> None:
    with pytest.raises(InputError, match=r"lead 'l'.tunnelling"):
        sambe.steady_state(dot(Lead("l", D, tunnelling=rate, temperature=0.2)))


def test_what_leads_cannot_have_yet_is_refused() -> None:
    system = dot(Lead("l", D, **FINE), Lead("r", D, chemical_potential=0.5, **FINE))
    with pytest.raises(InputError, match="a band that ends"):
        sambe.steady_state(system, equation="heom")
    with pytest.raises(InputError, match="lead"):
        sambe.reaction_coordinate(system, "l", levels=3)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (sambe.Lorentzian(-0.1, 1.0), r"tunnelling.strength"),
        (sambe.Lorentzian(0.1, 0.0), r"tunnelling.width"),
        (sambe.Lorentzian(0.1, 1.0, float("nan")), r"tunnelling.centre"),
        (sambe.Ohmic(0.1, cutoff=1.0), "energies of either sign"),
    ],
)
def test_bands_that_are_none(rate: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        dot(Lead("l", D, tunnelling=rate, temperature=0.2))


def test_a_band_is_swept_and_has_any_unit() -> None:
    """At its centre the rate is the strength; a level elsewhere sees less."""
    centre = sambe.axis("centre", [1.0, 3.0])
    band = Lead("l", D, tunnelling=sambe.Lorentzian(0.01, 2.0, centre), temperature=0.2)
    flow = sambe.steady_state(dot(band, Lead("r", D, chemical_potential=0.5, **FINE)))
    for at, rate in ((1.0, 0.01), (3.0, 0.005)):
        plain = dot(
            Lead("l", D, tunnelling=rate, temperature=0.2), Lead("r", D, chemical_potential=0.5, **FINE)
        )
        assert_allclose(
            flow.particle_current.sel(centre=at), sambe.steady_state(plain).particle_current, rtol=1e-9
        )


def test_a_function_that_is_constant_is_the_number() -> None:
    other = Lead("r", D, chemical_potential=0.5, **FINE)
    wide = dot(Lead("l", D, **FINE), other)
    named = dot(Lead("l", D, tunnelling=lambda e: 0.01, temperature=0.2), other)
    for variable in ("particle_current", "energy_current"):
        assert_allclose(sambe.steady_state(named)[variable], sambe.steady_state(wide)[variable], rtol=1e-14)


def test_energies_have_any_unit() -> None:
    leads = (
        Lead("l", D, tunnelling=lambda e: 0.01 + 0.002 * np.exp(-e * e), temperature=0.2, ac_voltage=0.3),
        Lead("r", D, **FINE),
    )
    system = dot(*leads, omega=0.7)
    one, other = sambe.steady_state(system), sambe.steady_state(in_unit(system, 2.0**-60))
    assert_allclose(other.particle_current * 2.0**-60, one.particle_current, rtol=1e-12)
    assert_allclose(other.energy_current * 2.0**-120, one.energy_current, rtol=1e-12)


@pytest.mark.slow
def test_numbers_are_swept_point_by_point() -> None:
    values = {
        "tunnelling": [0.01, 0.02], "temperature": [0.0, 0.3], "chemical_potential": [-0.5, 1.2],
        "ac_voltage": [0.0, 0.4],
    }  # fmt: skip
    for name, points in values.items():
        kept = {**FINE, "ac_voltage": 0.2}

        def swept(x: Any, name: str = name, kept: dict[str, Any] = kept) -> Any:
            lead = Lead("l", D, **{**kept, name: x})
            return sambe.steady_state(dot(lead, Lead("r", D, chemical_potential=0.9, **FINE), omega=0.6))

        whole = swept(sambe.axis("x", points))
        for k, x in enumerate(points):
            alone = swept(x)
            for variable in ("particle_current", "heat_current", "electrical_power"):
                assert_allclose(whole[variable].isel(x=k), alone[variable], rtol=1e-9, atol=1e-18)
