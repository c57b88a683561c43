"""Figures of any variables: bars, curves and maps."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from sambe.errors import InputError
from sambe.plot.quantity_figures import quantities


def result(*shape: int) -> xr.Dataset:
    dims = ("x", "y", "z")[: len(shape)]
    values = np.arange(2.0 * np.prod(shape, dtype=int)).reshape(*shape, 2)
    coords = {d: np.linspace(0.1, 1.0, n) for d, n in zip(dims, shape, strict=True)}
    return xr.Dataset(
        {"noise": ((*dims, "terminal"), values, {"units": "energy^3"}), "fano": (dims, values[..., 0])},
        {**coords, "terminal": ["hot", "pump"]},
    )


def test_a_point_has_bars_and_an_axis_curves() -> None:
    bars = quantities(result(), ["noise", "fano"], title="Point")
    assert [len(frame.patches) for frame in bars] == [2, 1]
    curves = quantities(result(4), ["noise", "fano"])
    np.testing.assert_allclose(curves[0].lines[1].get_ydata(), [1, 3, 5, 7])
    assert curves[0].get_ylabel() == "noise\n(energy$^3/\\hbar$)"


def test_two_axes_have_maps_and_more_are_held_in_the_middle() -> None:
    maps = quantities(result(3, 4), ["noise"])
    assert [frame.get_title() for frame in maps] == ["noise hot", "noise pump"]
    held = quantities(result(4, 4, 3), ["fano"], title="Held")
    assert "at z = 0.55" in held[0].figure.get_suptitle()


def test_particles_come_per_time_and_from_no_pump() -> None:
    values = np.ones((3, 2))
    attributes = {"units": "energy", "sign": "positive into the system"}
    data = xr.Dataset({"particle_current": (("x", "terminal"), values, attributes)},
                      {"x": [0.0, 1.0, 2.0], "terminal": ["hot", "pump"]})  # fmt: skip
    (frame,) = quantities(data, ["particle_current"])
    assert len(frame.lines) == 2  # hot, and zero
    assert frame.get_ylabel() == "particle current\ninto the system (energy/$\\hbar$)"


def test_a_result_without_the_variables_is_refused() -> None:
    with pytest.raises(InputError, match="it has none of power"):
        quantities(result(2), ["power"])
