"""Numbers of a file: plain, expressions of constants, axes shared and axes of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.faces.input.numbers import Numbers
from sambe.faces.input.schema import ConfigError, Document, validate
from sambe.faces.tasks.job import parse


def numbers(**tables: Any) -> Numbers:
    return Numbers(validate(Document, {"system": {}, **tables}, ""))


def test_plain_numbers_and_expressions() -> None:
    read = numbers(constants={"g": 0.5, "twice": "2 g"})
    assert read("f", 3, "x") == 3.0
    assert read("f", "twice + pi", "x") == pytest.approx(1.0 + np.pi)
    assert read("f", "1j g", "x") == 0.5j


def test_an_axis_of_its_own_has_the_name_of_its_place() -> None:
    read = numbers()
    found = read("system.omega", [0.8, 0.9], "omega")
    assert found.dims == ("omega",)
    table = {"start": 0.01, "stop": 1.0, "points": 3, "scale": "log", "units": "w0"}
    ramp = read("system.drive", table, "drive")
    np.testing.assert_allclose(ramp, [0.01, 0.1, 1.0])
    assert ramp.drive.attrs["units"] == "w0"


def test_a_shared_axis_is_one_axis_and_has_to_be_used() -> None:
    read = numbers(axes={"T": [0.4, 0.8]})
    one, two = read("a", "T", "x"), read("b", "1 - T", "y")
    assert one.dims == two.dims == ("T",)
    used = sambe.models.spin_boson(omega=one)
    read.check_used(used)
    with pytest.raises(InputError, match="no number uses"):
        read.check_used(sambe.models.spin_boson())


@pytest.mark.parametrize(("value", "told"), [
    (True, "finite"), (float("nan"), "finite"), ([], "at least one"),
    ({"start": 1.0}, "start, stop and points"),
    ({"start": 0.0, "stop": 1.0, "points": 3, "scale": "log"}, "above zero"),
    ({"values": [1.0], "points": 3}, "not both"), ({"values": [1.0], "name": "a/b"}, "letters"),
    ({"values": [1.0], "name": "energy"}, "taken"), ("nosuch", "nosuch"),
])  # fmt: skip
def test_what_is_no_number_is_told(value: Any, told: str) -> None:
    with pytest.raises(Exception, match=told) as caught:
        numbers()("f", value, "x")
    assert isinstance(caught.value, sambe.InputError | sambe.SambeError)


def test_two_axes_of_one_name_are_refused() -> None:
    read = numbers()
    read("a", [1.0], "x")
    with pytest.raises(InputError, match="axis 'x' already"):
        read("b", [1.0], "x")


UNITS = """
[units]
energy = "1 GHz"
power = "aW"
frequency = "GHz"

[constants]
mean = "100 mK"

[system]
model = "transmon"
josephson = "15 GHz"
charging = "0.25 GHz"
omega = { values = ["5.1 GHz", "5.2 GHz"] }
levels = 6

[system.drive]
power = { start = "-130 dBm", stop = "-120 dBm", points = 3 }
kappa = "1 MHz"
frequency = "5 GHz"

[[baths]]
name = "warm"
temperature = "mean"
spectrum = { type = "ohmic", strength = 0.0005, cutoff = "50 GHz" }

[[baths]]
name = "cold"
temperature = "20 mK"
spectrum = { type = "underdamped", strength = "0.01 GHz^1.5", width = "10 MHz", frequency = "5 GHz" }
"""


def test_a_file_with_units_is_the_file_without() -> None:
    numbers = parse(UNITS).system.numbers()
    units = sambe.Units("1 GHz")
    omega = numbers["omega"]
    assert omega.values.tolist() == pytest.approx([5.1, 5.2])
    assert omega.omega.attrs["units"] == "GHz"
    warm, cold = parse(UNITS).system.baths
    assert warm.temperature == pytest.approx(units("100 mK"))
    assert cold.temperature == pytest.approx(units("20 mK"))
    assert cold.spectrum.strength == pytest.approx(0.01)
    assert cold.spectrum.width == pytest.approx(0.01)
    drive = next(x for x in numbers.values() if "drive.power" in getattr(x, "dims", ()))
    assert drive.coords["drive.power"].values.tolist() == [-130.0, -125.0, -120.0]
    assert drive.coords["drive.power"].attrs["units"] == "dBm"
    assert drive.values[-1] / drive.values[0] == pytest.approx(10**0.5)


def test_results_are_in_the_units_of_the_file() -> None:
    text = UNITS.replace('{ start = "-130 dBm", stop = "-120 dBm", points = 3 }', '"-120 dBm"')
    units, job = sambe.Units("1 GHz"), parse(text)
    flow = job.solve()
    assert flow.energy_current.attrs["units"] == "aW"
    wanted = units.to(sambe.steady_state(job.system).energy_current, "aW")
    np.testing.assert_allclose(flow.energy_current, wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"20 mK"', '"20 ns"', r"baths\[1\].temperature"),
        ('"50 GHz"', '"50 aW"', r"baths\[0\].spectrum.cutoff"),
        ("0.0005", '"5 MHz"', r"baths\[0\].spectrum.strength"),
        ('"-130 dBm"', '"-130 K"', r"system.drive.power"),
        ('"1 MHz"', '"0 MHz"', r"system.drive.kappa"),
        ('"15 GHz"', '"15 m"', r"system.josephson"),
        ('"5.2 GHz"', '"5.2 K"', r"system.omega"),
        ('"5.2 GHz"', "5.2", r"system.omega"),
        ('energy = "1 GHz"', 'energy = "1 s"', r"units.energy"),
        ('"aW"', '"K"', r"units.power"),
        ('[units]\nenergy = "1 GHz"\npower = "aW"\nfrequency = "GHz"', "", r"\[units\]"),
    ],
)
def test_a_wrong_unit_names_its_field(old: str, new: str, field: str) -> None:
    with pytest.raises(ConfigError, match=field):
        parse(UNITS.replace(old, new))


def test_units_leave_expressions_as_they_are() -> None:
    constants = '[units]\nenergy = "1 GHz"\n[constants]\nK = 2.0\nhalf = "K / 4"\n'
    model = '[system]\nmodel = "spin_boson"\nsplitting = "2 K"\ndrive = "2 pi half"\n'
    system = parse(constants + model).system
    assert sambe.Units("1 GHz")("2 K") != 4.0  # a constant goes before a unit of its name
    assert next(iter(system.hamiltonian))[0] == 2.0
    assert float(system.numbers()["drive[1][0]"]) == pytest.approx(np.pi / 2)


@pytest.mark.parametrize(("text", "told"), [
    ("omega = [0.8, 'x']", "numbers with one unit; an expression stands alone"),
    ("omega = 0.8\n[constants]\na = 1.0", "taken, by an operator"),
    ("omega = 0.8\n[axes]\nenergy = [0.1, 0.2]", "taken, by a variable"),
    ("omega = 'x'\n[constants]\nx = 1.0\n[axes]\nx = [0.1, 0.2]", "taken, by another constant"),
])  # fmt: skip
def test_a_number_or_a_name_that_cannot_be_says_why(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse('[system]\nmodel = "spin_boson"\n' + text)
