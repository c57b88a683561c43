"""Maps of currents and of a curvature: the values, their labels, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

import sambe
from sambe.errors import InputError
from sambe.plot.surface_figures import curvature, map, signed_map

OMEGA, DRIVE = sambe.axis("omega", np.linspace(0.7, 1.3, 7)), sambe.axis("drive", np.geomspace(0.01, 0.3, 5))


def test_a_map_has_the_currents_of_its_terminal() -> None:
    flow = sambe.steady_state(sambe.models.spin_boson(omega=OMEGA, drive=DRIVE))
    ax = map(flow, "left")
    across, up = flow["energy_current"].dims[:2]
    drawn = np.asarray(ax.collections[0].get_array()).reshape(flow.sizes[up], flow.sizes[across])
    assert np.array_equal(drawn, flow["energy_current"].sel(terminal="left").transpose(up, across))
    assert "log" in (ax.get_xscale(), ax.get_yscale())
    assert {"drive frequency $\\omega$", "drive amplitude $A$"} == {ax.get_xlabel(), ax.get_ylabel()}


def test_what_cannot_be_drawn_is_refused() -> None:
    flow = sambe.steady_state(sambe.models.spin_boson(omega=OMEGA))
    with pytest.raises(InputError, match="two axes"):
        map(flow)
    with pytest.raises(InputError, match="left, right, pump"):
        map(flow, "kitchen")
    with pytest.raises(InputError, match="steady_state"):
        map(flow.drop_vars("energy_current"))


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


def test_signs_are_told_by_lines_in_grey() -> None:
    """Heights above zero are full lines, those below dashed, and zero is thick."""
    x, y = np.linspace(-1.0, 1.0, 9), np.linspace(0.0, 1.0, 4)
    values = xr.DataArray(np.broadcast_to(x, (4, 9)), {"y": y, "x": x}, ("y", "x"))
    ax = Figure().subplots()
    signed_map(ax, values, ["x", "y"])
    _, heights, zero = ax.collections
    np.testing.assert_allclose(heights.levels, [-0.7, -0.4, -0.1, 0.1, 0.4, 0.7])
    assert [style[1] is None for style in heights.get_linestyle()] == [False] * 3 + [True] * 3
    assert zero.get_paths()[0].vertices[:, 0] == pytest.approx(0.0, abs=1e-12)
    ax = Figure().subplots()
    signed_map(ax, xr.full_like(values, 2.0), ["x", "y"])
    assert len(ax.collections) == 1


def test_other_results_and_terminals_are_refused(result) -> None:
    with pytest.raises(InputError, match="the terminals are hot, pump"):
        curvature(result, terminal="cold")
    with pytest.raises(InputError, match="pump_curvature"):
        curvature(result.drop_vars("curvature_energy"))
