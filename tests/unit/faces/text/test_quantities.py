"""Tables of any result: values of a point, extremes of a sweep, flags and doubts."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from sambe.faces.text.quantities import Quantities


@pytest.fixture
def result() -> xr.Dataset:
    matrix = np.array([[[2.0, -1.0], [-1.0, 3.0]], [[4.0, -2.0], [-2.0, 5.0]]])
    flags = {"flag_values": [0, 1], "flag_meanings": "engine heat_pump"}
    return xr.Dataset(
        {
            "noise": (("x", "terminal", "other"), matrix),
            "mode": ("x", [0, 1], flags),
            "turned": ("x", [1.0 + 2.0j, np.nan]),
            "status": ("x", [0, 2], {"flag_values": [0, 2], "flag_meanings": "ok not_converged"}),
        },
        {"x": [0.5, 1.5], "terminal": ["hot", "pump"], "other": ["hot", "pump"]},
    )


def test_a_symmetric_matrix_is_told_once_with_its_extremes(result) -> None:
    (table, doubts) = Quantities("Noise", ("noise", "missing"))(result)
    assert [row[0] for row in table.rows] == ["noise: hot, hot", "noise: hot, pump", "noise: pump, pump"]
    assert table.rows[1] == ("noise: hot, pump", "-2.0000e+00", "x 1.5", "-1.0000e+00", "x 0.5")
    assert "1 of 2 points: not converged" in doubts.rows[0][0]


def test_a_point_has_values_and_complex_numbers_two_parts(result) -> None:
    point = result.isel(x=0)
    (table,) = Quantities("All", ("turned", "mode"))(point)
    assert table.columns == ("quantity", "value")
    assert table.rows == (("turned (real)", "+1"), ("turned (imaginary)", "+2"), ("mode: engine", "yes"))


def test_flags_are_counted(result) -> None:
    table = Quantities("Modes", ("mode",))(result)[0]
    assert [row[:3] for row in table.rows] == [
        ("mode: engine", "1 of 2", "points"),
        ("mode: heat pump", "1 of 2", "points"),
    ]


def test_of_many_rows_the_largest_are_shown(result) -> None:
    table = Quantities("Noise", ("noise",), most=2)(result)[0]
    assert [row[0] for row in table.rows] == ["noise: pump, pump", "noise: hot, hot"]


def test_rounding_beside_the_largest_current_of_a_point_is_zero() -> None:
    # at the second point everything is as small, and no rounding of the first one's
    currents = [[1.0, 3e-17], [2e-16, -3e-17]]
    swept = xr.Dataset(
        {"flow": (("x", "terminal"), currents)}, {"x": [0.5, 1.5], "terminal": ["hot", "pump"]}
    )
    (table,) = Quantities("Flow", ("flow",))(swept)
    assert table.rows[0][1:] == ("+2.0000e-16", "x 1.5", "+1.0000e+00", "x 0.5")
    assert table.rows[1][1:] == ("-3.0000e-17", "x 1.5", "0", "x 0.5")
    (table,) = Quantities("Flow", ("flow",))(swept.isel(x=0))
    assert table.rows == (("flow: hot", "+1"), ("flow: pump", "0"))
