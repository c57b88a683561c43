"""Units as powers of energy: by the constants of nature, and what is refused at once."""

from __future__ import annotations

import pytest
from scipy import constants

from sambe.description.units.natural import natural, split
from sambe.errors import InputError


@pytest.mark.parametrize(
    ("unit", "joules", "power"),
    [
        ("GHz", constants.h * 1e9, 1), ("rad/s", constants.hbar, 1), ("1/s", constants.hbar, 1),
        ("mK", constants.k * 1e-3, 1), ("ueV", constants.e * 1e-6, 1), ("µeV", constants.e * 1e-6, 1),
        ("mV", constants.e * 1e-3, 1), ("J", 1.0, 1), ("aW", constants.hbar * 1e-18, 2),
        ("ns", 1e-9 / constants.hbar, -1), ("W/K", constants.hbar / constants.k, 1),
        ("GHz^1.5", (constants.h * 1e9) ** 1.5, 1.5), ("pA", constants.hbar / constants.e * 1e-12, 1),
        ("J**2/s", constants.hbar, 3), ("W K^-1", constants.hbar / constants.k, 1),
    ],
)  # fmt: skip
def test_a_unit_is_a_power_of_energy(unit: str, joules: float, power: float) -> None:
    one = natural("field", unit)
    assert one.joules == pytest.approx(joules, rel=1e-12)
    assert one.energy == power


def test_what_stands_for_an_energy() -> None:
    for unit in ("GHz", "K", "V", "1/s", "meV", "GHz^2", "ns", "deg"):
        assert natural("field", unit).is_energy, unit
    for unit in ("W", "W/K", "A", "J s"):
        assert not natural("field", unit).is_energy, unit


@pytest.mark.parametrize(
    "unit",
    ["m", "kg", "degC", "foo", "GHz/", "GHz)(", "Hz^9^9", "9**9", "dBm", "__import__", "G" * 100, "Hz^"],
)
def test_what_is_no_unit_names_the_field(unit: str) -> None:
    with pytest.raises(InputError, match="temperature"):
        natural("temperature", unit)


def test_numbers_and_units_part() -> None:
    assert split("-1.5e-3 W/m^3") == (-0.0015, "W/m^3")
    assert split(".5GHz") == (0.5, "GHz")
    assert split("7") == (7.0, "")
    for text in ("", "GHz", "1 + 2", "mean/2", "1e", "--5 GHz"):
        parts = split(text)
        assert parts is None or parts[1] == "e", text
