"""The junction: arrows point with the energy and are as wide as the currents."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import sambe
from sambe.faces.explorer.pictures.junction import JunctionPicture
from sambe.faces.explorer.pictures.look import Look


def tip(x: list[float], y: list[float]) -> complex:
    """The middle of seven corners is where an arrow points."""
    return complex(x[3], y[3])


def test_arrows_point_into_the_system_where_the_current_is_positive() -> None:
    picture = JunctionPicture(Look())
    flow = sambe.steady_state(sambe.models.spin_boson(omega=1.0))["energy_current"]
    picture.show(flow, "qubit")
    tips = [abs(tip(x, y)) for x, y in zip(picture.arrows.data["x"], picture.arrows.data["y"], strict=True)]
    inward = [size < 0.6 for size in tips]
    assert inward == [bool(j > 0) for j in flow.values]
    assert picture.names.data["text"][0].startswith("left\n-9.0")


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_no_arrow_where_nothing_flows_or_is_known(value: float) -> None:
    picture = JunctionPicture(Look())
    flow = sambe.steady_state(sambe.models.spin_boson(omega=1.0))["energy_current"]
    picture.show(0 * flow + value, "qubit")
    assert picture.arrows.data["x"] == []
