"""Numbers of a file: plain, expressions of constants, axes shared and axes of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.faces.input.numbers import Numbers
from sambe.faces.input.schema import Document, validate


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
