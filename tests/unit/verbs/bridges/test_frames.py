"""Tables: each number of a result is in the row of its point and the column of its label."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import sambe
from sambe.errors import InputError
from sambe.verbs.bridges.frames import to_pandas

OMEGA, DRIVE = sambe.axis("omega", [0.8, 1.0, 1.2]), sambe.axis("drive", [0.1, 0.2])
GRID = sambe.models.spin_boson(omega=OMEGA, drive=DRIVE)


def test_every_number_is_in_its_place() -> None:
    flow = sambe.compare(GRID, equations=["driven_dressed", "floquet"])
    table = to_pandas(flow)
    assert len(table) == flow.status.size
    assert set(table.index.names) == {"equation", "omega", "drive"}
    for key, row in table.iterrows():
        point = flow.sel(dict(zip(table.index.names, key, strict=True)))
        for terminal in ("left", "right", "pump"):
            assert row[f"energy_current {terminal}"] == float(point.energy_current.sel(terminal=terminal))
        assert row["population 1"] == float(point.population[1])
        assert row["status"] == int(point.status)


def test_a_point_is_one_row_and_complex_numbers_are_two_columns() -> None:
    flow = sambe.steady_state(sambe.models.spin_boson(), states=True)
    table = to_pandas(flow)
    assert len(table) == 1
    assert table["density_matrix 0 1 imag"].iloc[0] == float(flow.density_matrix[0, 1].imag)


def test_it_goes_through_csv() -> None:
    table = to_pandas(sambe.steady_state(GRID))
    again = pd.read_csv(io.StringIO(table.to_csv()), index_col=[0, 1])
    np.testing.assert_allclose(again["energy_current pump"], table["energy_current pump"], rtol=1e-12)


def test_a_table_too_wide_is_refused() -> None:
    wide = xr.Dataset({"status": ("omega", [0]), "x": (("omega", "row", "column"), np.zeros((1, 200, 200)))})
    with pytest.raises(InputError, match="columns"):
        to_pandas(wide)
