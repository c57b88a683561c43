"""Electron temperatures: by the law itself, alone and self-consistent."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.verbs.calorimetry import calorimeter, electron_temperature

UNITS = sambe.Units("5 GHz")
METAL = {"volume": "0.01 um^3", "sigma": "2e9 W/m^3/K^5", "bath_temperature": "50 mK"}
COUPLING = 2e-11  # W/K^5, sigma times volume
SWEPT = sambe.models.spin_boson(omega=sambe.axis("omega", [0.9, 1.0]))


def test_the_law_and_its_linear_form() -> None:
    # 1 fW into a metal of 2e9 W/m^3/K^5 and 0.01 um^3 at 50 mK, from the law
    assert electron_temperature(1e-15, COUPLING, 0.05) == pytest.approx(0.1381450028, rel=1e-9)
    flow = sambe.steady_state(sambe.models.spin_boson())
    flow["energy_current"] = flow.energy_current.copy(
        data=UNITS(np.array([-1.0, 0.0, 1.0]) * 1e-15, "W", power=2)
    )
    metal = calorimeter(flow, units=UNITS, **METAL)
    assert metal.electron_temperature.values == pytest.approx([0.1381450028, 0.05], rel=1e-9)
    assert metal.linear_rise.values == pytest.approx([1.6, 0.0], rel=1e-9)
    assert metal.absorbed_power.values == pytest.approx([1e-15, 0.0])
    dressed = calorimeter(UNITS.dress(flow, power="aW"), **METAL)
    assert dressed.electron_temperature.values == pytest.approx(metal.electron_temperature.values)


def test_each_absorber_may_have_its_own_metal() -> None:
    flow = sambe.steady_state(SWEPT)
    own = calorimeter(flow, volume={"right": "0.02 um^3"}, sigma=2e9, bath_temperature=0.05, units=UNITS)
    assert own.terminal.values.tolist() == ["right"]
    power = -UNITS.to(flow.energy_current.sel(terminal="right"), "W").values
    wanted = electron_temperature(power, 2 * COUPLING, 0.05)
    np.testing.assert_allclose(own.electron_temperature.values[:, 0], wanted)


@pytest.mark.slow
def test_self_consistent_temperatures_are_those_of_the_baths() -> None:
    flow = sambe.steady_state(SWEPT)
    metal = calorimeter(flow, absorbers=["right"], units=UNITS, system=SWEPT, **METAL)
    hot = metal.electron_temperature.sel(terminal="right")
    assert np.isnan(metal.electron_temperature.sel(terminal="pump")).all()
    for k, omega in enumerate([0.9, 1.0]):
        left, right = sambe.models.spin_boson().baths
        warmed = sambe.Bath("right", right.coupling, right.spectrum, float(UNITS(hot.values[k], "K")))
        again = sambe.steady_state(sambe.models.spin_boson(omega=omega, baths=[left, warmed]))
        power = -float(UNITS.to(again.energy_current.sel(terminal="right"), "W"))
        assert hot.values[k] == pytest.approx(float(electron_temperature(power, COUPLING, 0.05)), rel=1e-8)


def test_what_cannot_be_is_refused() -> None:
    flow = sambe.steady_state(sambe.models.spin_boson(drive=0.0))  # the hot bath cools without a limit
    for options, field in (
        ({}, "flow"), ({"units": None}, "units"), ({"volume": "5 K"}, "volume"), ({"sigma": -1.0}, "sigma"),
        ({"absorbers": ["x"]}, "absorbers"), ({"system": SWEPT, "units": None}, "units"),
        ({"volume": {"left": 1e-20}, "absorbers": ["right"]}, "volume"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            calorimeter(flow, **{"units": UNITS, **METAL, **options})
        assert caught.value.field == field
