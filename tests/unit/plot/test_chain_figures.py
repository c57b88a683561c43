"""Figures of flows inside: arrows as wide as their currents, from where the energy comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

import sambe
from sambe.errors import InputError
from sambe.plot.chain_figures import WIDEST, flows


def drawn(sites: int = 3) -> xr.Dataset:
    """Two units pumped into the first of a chain, one of which goes through it and one to its own bath."""
    bonds = np.zeros((sites, sites))
    for s in range(sites - 1):
        bonds[s, s + 1], bonds[s + 1, s] = 1e-3, -1e-3
    local = np.zeros((sites, 3))
    local[0], local[-1, 1] = [-1e-3, 0.0, 2e-3], -1e-3
    return xr.Dataset(
        {"bond_current": (("site", "other"), bonds), "local_power": (("site", "terminal"), local),
         "energy_current": (("terminal",), local.sum(axis=0))},
        {"site": np.arange(sites), "other": np.arange(sites), "terminal": ["left", "right", "pump"]},
    )  # fmt: skip


def arrows(ax: Any) -> list[Any]:
    """Corners of each."""
    return [patch.get_xy()[:-1] for patch in ax.patches if isinstance(patch, Polygon)]


def ends(corners: Any) -> tuple[Any, Any]:
    """Middle of the foot, and the tip: of a straight one."""
    return 0.5 * (corners[0] + corners[-1]), corners[3]


def test_arrows_are_as_wide_as_their_currents() -> None:
    ax = flows(drawn(), title="Chain")
    widths = sorted(float(np.hypot(*(corners[0] - corners[-1]))) for corners in arrows(ax))
    np.testing.assert_allclose(widths, [WIDEST / 2] * 4 + [WIDEST])
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == 3
    assert ax.get_title() == "Chain"
    assert "left\n−1.00" in [text.get_text() for text in ax.texts]


def test_arrows_go_where_the_energy_goes() -> None:
    ax = flows(drawn())
    there = [ends(corners) for corners in arrows(ax)]
    level = [(start, end) for start, end in there if abs(start[1]) < 1e-9 and abs(end[1]) < 1e-9]
    along = sorted(end[0] - start[0] > 0 for start, end in level)
    assert along == [False, True, True, True]  # to the left bath alone to the left
    down = next((start, end) for start, end in there if start[1] > 0.5)
    assert down[1][1] < down[0][1]  # the pump stands above and gives


def test_bonds_over_other_sites_and_losses_on_the_way() -> None:
    data = drawn()
    data.bond_current[0, 2], data.bond_current[2, 0] = 0.5e-3, -0.4e-3
    ax = flows(data)
    numbers = [text.get_text() for text in ax.texts]
    assert "0.50" in numbers
    assert "0.40" in numbers
    assert len(arrows(ax)) == 6


def test_a_sweep_is_held_in_its_middle_and_any_axes_will_do() -> None:
    wide = xr.concat(
        [drawn(), drawn(), drawn()], dim=xr.DataArray([0.1, 0.2, 0.3], dims="drive", name="drive")
    )
    frame = Figure().subplots()
    assert flows(wide, ax=frame) is frame
    assert "0.2" in frame.get_title()


def test_what_has_no_flows_is_refused() -> None:
    with pytest.raises(InputError, match="flows"):
        sambe.plot.flows(drawn().drop_vars("bond_current"))
    with pytest.raises(InputError, match="no energy flows"):
        sambe.plot.flows(drawn() * 0.0)
