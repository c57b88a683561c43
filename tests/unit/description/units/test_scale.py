"""Quantities to numbers and back: by the constants of nature."""

from __future__ import annotations

import pickle

import numpy as np
import pint
import pytest
from scipy import constants

import sambe
from sambe.description.units.scale import Units, outputs
from sambe.errors import InputError
from sambe.sweep.catalogue import CHANNELS, COUNTED, HARMONICS, STATIONARY

UNITS = Units(energy="5 GHz")
EXACT = 1e-12  # conversions are products of a few constants


def test_numbers_of_a_device() -> None:
    # derived from the exact constants h, k_B and e
    assert Units("1 GHz").to(5.0, "K") == pytest.approx(0.2399621537, rel=1e-9)
    assert Units("1 GHz")("1 K") == pytest.approx(20.83661912, rel=1e-9)
    assert UNITS.to(1.0, "W") == pytest.approx(1.040820665e-13, rel=1e-9)
    assert UNITS.to(1e-4, "aW") == pytest.approx(10.40820665, rel=1e-9)
    assert UNITS("50 mK") == pytest.approx(0.2083661912, rel=1e-9)
    assert UNITS.to(0.7, "mK") == pytest.approx(167.9735076, rel=1e-9)
    # the quantum of heat conductance, pi^2 k^2 T / 3h, is pi T / 6
    assert UNITS.to(np.pi / 6 * UNITS("0.1 K"), "W/K") == pytest.approx(9.464311516e-14, rel=1e-9)
    assert UNITS.to(1.80752237e-3, "W") == pytest.approx(1.881306639e-16, rel=1e-9)


def test_a_port_in_dbm() -> None:
    f = Units("1 rad/s").drive("-120 dBm", kappa="1 MHz", frequency="5 GHz")
    assert f == pytest.approx(43548872.69, rel=1e-9)
    assert Units("1 MHz").drive("1 fW", "1 MHz", "5 GHz") == pytest.approx(6.931018355, rel=1e-9)
    assert 4 * Units("1 MHz").drive("-120 dBm", 1.0, 5000.0) ** 2 == pytest.approx(192.156062, rel=1e-8)
    powers = sambe.axis("power", [-130.0, -120.0], units="dBm")
    swept = Units("1 MHz").drive(powers, "1 MHz", "5 GHz")
    assert swept.values[1] / swept.values[0] == pytest.approx(np.sqrt(10.0))
    assert swept.power.values.tolist() == [-130.0, -120.0]
    for bad, field in (
        ((1e-15, "1 MHz", "5 GHz"), "power"), (("1", "1 MHz", "5 GHz"), "power"),
        (("-120 dBm", "0 MHz", "5 GHz"), "kappa"), (("-120 dBm", "1 MHz", "5 ns"), "frequency"),
        (("-1 fW", "1 MHz", "5 GHz"), "power"), (("5 K", "1 MHz", "5 GHz"), "a temperature"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=field):
            UNITS.drive(*bad)


@pytest.mark.slow
def test_what_may_be_given() -> None:
    assert UNITS("5.1 GHz") == pytest.approx(1.02, rel=EXACT)
    assert UNITS(5.1, "GHz") == UNITS("5.1", "GHz") == UNITS("5.1 GHz")
    assert UNITS(np.array([5.0, 10.0]), "GHz").tolist() == pytest.approx([1.0, 2.0])
    assert UNITS(pint.UnitRegistry().Quantity(50, "mK")) == pytest.approx(UNITS("50 mK"))
    assert UNITS(0.3) == 0.3  # a number of the model
    omega = UNITS(sambe.axis("omega", [4.0, 5.0]), "GHz")
    assert omega.values.tolist() == pytest.approx([0.8, 1.0])
    assert omega.omega.values.tolist() == [4.0, 5.0]
    assert omega.omega.attrs["units"] == "GHz"
    assert UNITS("2 ns", power=-1) == pytest.approx(2e-9 * 2 * np.pi * 5e9, rel=EXACT)
    assert UNITS("30 deg", power=0) == pytest.approx(np.pi / 6, rel=EXACT)
    assert pickle.loads(pickle.dumps(UNITS))("5 GHz") == 1.0


@pytest.mark.parametrize(("text", "says"), [("5 ns", "a time"), ("5 W", "a power"), ("5 m", "length"),
                                            ("5 A", "charge"), ("5 deg", "bare number"), ("GHz", "a number"),
                                            ("1e999 GHz", "a number"), ("5 W/K", "per kelvin")])  # fmt: skip
def test_a_mistake_of_dimension_names_the_field(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        UNITS(text, field="baths[0].temperature")
    assert caught.value.field == "baths[0].temperature"


@pytest.mark.parametrize("energy", ["5", "GHz", "0 GHz", "-1 GHz", "5 ns", 5.0, "1 W", None])
def test_a_scale_is_an_energy(energy: object) -> None:
    with pytest.raises(InputError, match=r"units\.energy"):
        Units(energy)  # type: ignore[arg-type]


def test_a_result_in_units_of_the_laboratory() -> None:
    flow = sambe.counting_statistics(sambe.models.spin_boson(), cumulants=2, secular="full")
    out = UNITS.dress(flow, power="aW", frequency="GHz", temperature="mK")
    energy, hbar = constants.h * 5e9, constants.hbar
    for name, factor in (
        ("energy_current", energy**2 / hbar * 1e18), ("energy", 5.0), ("energy_noise", energy**3 / hbar),
        ("entropy_production", energy / hbar * constants.k), ("activity", energy / hbar), ("population", 1.0),
        ("effective_temperature", energy / constants.k * 1e3),
    ):  # fmt: skip
        if name in flow:
            np.testing.assert_allclose(out[name].values, flow[name].values * factor, rtol=1e-12)
    orders = energy ** np.array([[1.0], [2.0]]) * energy / hbar
    np.testing.assert_allclose(out.energy_cumulant.values, flow.energy_cumulant.values * orders, rtol=1e-12)
    assert out.energy_current.attrs["units"] == "aW"
    assert out.energy_current.attrs["sign"] == "positive into the system"
    assert flow.energy_current.attrs["units"] == "energy^2"
    with pytest.raises(InputError, match="already"):
        UNITS.dress(out)
    with pytest.raises(InputError, match="power"):
        UNITS.dress(flow, power="K")


def test_a_rate_is_never_taken_for_an_energy() -> None:
    """It would be wrong by 2 pi: whatever says that it is one by its long name is dressed as one."""
    wanted = outputs(power="W", temperature="K", frequency="Hz", rate="1/s", time="s")
    for variable in (*STATIONARY, *COUNTED, *HARMONICS, *CHANNELS):
        unit = UNITS._unit_of(variable.name, variable.described(), wanted)
        if variable.units == "energy" and ("rate" in variable.long_name or "per unit" in variable.long_name):
            assert unit in ("1/s", "W/K"), variable.name
        if variable.units in ("energy^2", "energy^3"):
            assert unit in ("W", "J^2/s"), variable.name
    unknown = {"units": "energy", "long_name": "what nobody has heard of"}
    assert UNITS._unit_of("unknown", unknown, wanted) == ""


@pytest.mark.parametrize("energy", ["1e200 GHz", "1e-200 GHz"])
def test_a_unit_beyond_every_physical_energy_is_refused(energy: str) -> None:
    with pytest.raises(InputError, match="give a unit between"):
        Units(energy=energy)
