"""The map: cells about their points, white at zero, the cross at the shown point."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import xarray as xr

from sambe.faces.explorer.pictures.look import Look
from sambe.faces.explorer.pictures.surface import SurfacePicture


def test_cells_stand_about_their_points() -> None:
    values = np.array([[1.0, -3.0, np.nan], [0.5, 2.0, 0.0]])
    currents = xr.DataArray(values, {"x": [0.0, 1.0], "y": [10.0, 20.0, 30.0]}, ("x", "y"))
    picture = SurfacePicture(Look())
    picture.show(currents, ("across", "up"), (0.5, 15.0))
    data = picture.image.data
    assert (data["x"], data["y"], data["dw"], data["dh"]) == ([-0.5], [5.0], [2.0], [30.0])
    assert np.array_equal(data["image"][0], values.T, equal_nan=True)
    assert (picture.colors.low, picture.colors.high) == (-3.0, 3.0)
    assert picture.cross.data == {"x": [0.5], "y": [15.0]}


def test_a_map_without_an_answer_has_a_scale() -> None:
    currents = xr.DataArray(np.full((2, 2), np.nan), {"x": [0.0, 1.0], "y": [0.0, 1.0]}, ("x", "y"))
    picture = SurfacePicture(Look())
    picture.show(currents, ("x", "y"), (0.0, 0.0))
    assert picture.colors.low == -picture.colors.high == -1.0
