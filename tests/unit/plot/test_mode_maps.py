"""Figures of modes: regions with names, the line of no power, strips and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

import sambe
from sambe.errors import InputError
from sambe.physics.machines.performance import MODES
from sambe.plot.mode_maps import COLORS, modes


def drawn(x: int = 30, y: int = 20) -> xr.Dataset:
    """An engine below y = x, a refrigerator above, heaters in between on the right."""
    across, up = np.linspace(0.0, 1.0, x), np.linspace(0.0, 1.0, y)
    power = across[:, None] - up
    mode = np.where(power > 0, MODES["engine"], MODES["refrigerator"]).astype(np.int8)
    mode[-2:, :1] = MODES["heater"]
    mode[0, 0] = MODES["unknown"]
    dims = ("drive", "cold")
    return xr.Dataset(
        {"mode": (dims, mode), "power": (dims, 1e-4 * power),
         "energy_current": ((*dims, "terminal"), np.zeros((x, y, 1)))},
        {"drive": across, "cold": up, "terminal": ["pump"]},
    )  # fmt: skip


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_regions_have_their_names_and_the_line_of_no_power() -> None:
    ax = modes(drawn(), title="Machine")
    assert texts(ax) == ["engine", "refrigerator"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["heater"]  # no room for its name
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places["engine"][0] > places["engine"][1]
    assert places["refrigerator"][0] < places["refrigerator"][1]
    line = np.concatenate([path.vertices for path in ax.collections[-1].get_paths()])
    np.testing.assert_allclose(line[:, 0], line[:, 1], atol=1e-9)
    assert ax.get_xlabel() == "drive amplitude $A$"
    assert ax.get_title() == "Machine"


def test_over_one_axis_the_power_stands_on_its_modes() -> None:
    ax = modes(drawn().isel(cold=10))
    assert texts(ax) == ["refrigerator", "engine"]
    curve = ax.lines[0].get_ydata()
    np.testing.assert_allclose(np.abs(curve).max(), 5.26, atol=0.01)  # in units of 1e-5
    assert "10^{-5}" in ax.get_ylabel()
    assert to_rgba(COLORS["engine"]) in [patch.get_facecolor() for patch in ax.patches]


def test_without_power_the_figure_of_merit_is_drawn() -> None:
    data = drawn().isel(cold=10)
    figures = {"cop": ("drive", np.full(30, 0.4)), "carnot": ("drive", np.full(30, 1.5))}
    ax = modes(data.assign(power=0.0 * data.power, **figures))
    assert [line.get_ydata()[0] for line in ax.lines] == [0.4, 1.5]
    assert "performance" in ax.get_ylabel()


def test_other_axes_are_held_in_their_middle_and_any_axes_will_do() -> None:
    wide = drawn().expand_dims(splitting=[1.0, 1.1, 1.2])
    frame = Figure().subplots()
    ax = modes(wide, ax=frame)
    assert ax is frame
    assert "1.1" in ax.get_title()


def test_what_has_no_modes_or_no_sweep_is_refused() -> None:
    with pytest.raises(InputError, match="performance"):
        sambe.plot.modes(drawn().drop_vars("mode"))
    with pytest.raises(InputError, match="sweep"):
        sambe.plot.modes(drawn().isel(drive=0, cold=0))


def test_names_stand_above_the_curves_of_a_strip() -> None:
    x = np.linspace(0.0, 1.0, 40)
    code = np.where(x < 0.55, MODES["absorption_refrigerator"], MODES["heat_transformer"]).astype(np.int8)
    data = xr.Dataset(
        {"mode": ("x", code), "power": ("x", 0.0 * x), "cop": ("x", x), "carnot": ("x", 0.0 * x + 1.0),
         "energy_current": (("x", "terminal"), np.zeros((x.size, 1)))},
        {"x": x, "terminal": ["pump"]},
    )  # fmt: skip
    ax = modes(data)
    ax.figure.draw_without_rendering()
    top = ax.transData.transform((0.0, 1.0))[1]  # of the bound, a line from end to end
    assert len(ax.texts) == 2
    assert all(text.get_window_extent().y0 > top for text in ax.texts)
