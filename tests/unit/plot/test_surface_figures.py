"""A map of a current: the values, their labels, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.plot.surface_figures import map

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
