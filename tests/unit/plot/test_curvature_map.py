"""The map of a curvature."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from sambe.errors import InputError
from sambe.plot import curvature


@pytest.fixture
def result() -> xr.Dataset:
    x, y = np.linspace(0.5, 1.5, 5), np.linspace(0.0, 1.0, 4)
    values = np.stack([x[:, None] - 1.0 + 0.0 * y, 2.0 + 0.0 * x[:, None] * y], axis=-1)
    coords = {"x": ("x", x, {"long_name": "drive", "units": "GHz"}), "y": y, "terminal": ["hot", "pump"]}
    return xr.Dataset({"curvature_energy": (("x", "y", "terminal"), values)}, coords, {"x": "x", "y": "y"})


def test_it_draws_into_axes_and_returns_them(result) -> None:
    ax = Figure().subplots()
    assert curvature(result, terminal="pump", ax=ax, title="Pumped") is ax
    assert ax.get_title() == "Pumped"
    assert ax.get_xlabel() == "drive (GHz)"
    mesh = ax.collections[0]
    assert mesh.get_array().shape == (4, 5)
    assert mesh.get_clim() == (-2.0, 2.0)


def test_a_line_of_zeros_where_the_sign_changes(result) -> None:
    assert len(curvature(result).collections) == len(curvature(result, terminal="pump").collections) + 1


def test_other_results_and_terminals_are_refused(result) -> None:
    with pytest.raises(InputError, match="the terminals are hot, pump"):
        curvature(result, terminal="cold")
    with pytest.raises(InputError, match="pump_curvature"):
        curvature(result.drop_vars("curvature_energy"))
